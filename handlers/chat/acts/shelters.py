"""Where to go: the shelters nearest to whoever asks, the open ones first."""

from bot.directory.shelters.models import Shelter
from bot.directory.shelters.queries import near, shelters
from broadcasts.dispatch.sending.roads import open_roads
from broadcasts.dispatch.texts.spoken import spoken
from broadcasts.subscriptions.follow import places
from handlers.chat.turn import Turn

SHOWN = 4


async def where_to(turn: Turn) -> None:
    areas, found = await turn.areas(), list[Shelter]()
    here = [turn.person.area_id] if turn.person else []
    if turn.follower is not None:
        here += [row.area_id for row in await places(turn.session, turn.follower)]
    for place in here:
        found += [one for one in await near(turn.session, areas, place) if one not in found]
    found = found or await shelters(turn.session)
    base, zone = open_roads(turn.settings).base_url, turn.settings.zone
    items = [
        {
            "name": one.name,
            "place": areas.nodes[one.area_id].name,
            "address": one.address,
            "state": one.state.value,
            "phone": one.phone,
            "at": spoken(one.changed_at, turn.at, zone, turn.language) if one.changed_at else "",
        }
        for one in found[:SHOWN]
    ]
    link = f"{base}/h5/shelters" if base and found else ""
    await turn.say("shelters", items=items, more=len(found) > SHOWN, link=link, phone=await turn.phone())
