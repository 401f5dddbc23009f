"""What a resident asks for in words: places, leaving, coming back, their data. Staff cannot end theirs."""

from bot.directory.tree import Node, Tree
from broadcasts.dispatch.texts.spoken import spoken
from broadcasts.subscriptions import follow
from broadcasts.subscriptions.kept import kept
from broadcasts.subscriptions.models import Follower
from broadcasts.subscriptions.places import around, named, spelled
from handlers.chat.bodies import Said
from handlers.chat.conversations.dialogues import ERASE, PLACE, begin, end
from handlers.chat.conversations.erase import erase
from handlers.chat.turn import Turn
from handlers.chat.understand.intents import Understood
from handlers.chat.wording import table

PARENTS = "parents"


async def subscribe(turn: Turn, read: Understood) -> None:
    """To a place by its name; without one, ask."""
    if turn.follower is None:
        await turn.say("staff_stays")
    elif place := read.facts.get("place"):
        await look_for(turn, place, read.facts.get("label", ""))
    else:
        begin(turn.talk, PLACE, turn.heard_at)
        await turn.say("ask_place")


async def look_for(turn: Turn, words: str, label: str = "") -> None:
    """Subscribe to the one place of that name; of several ask which."""
    areas = await turn.areas()
    found = _meant(areas, words)
    if len(found) == 1:
        await settle(turn, found[0].id, label)
        return
    begin(turn.talk, PLACE, turn.heard_at, options=[node.id for node in found], label=label)
    if found:
        await turn.say("same_names", items=[spelled(areas, node.id) for node in found])
    else:
        await turn.say("no_place", words=words[:20])


def _meant(areas: Tree, words: str) -> list[Node]:
    """Whole names before what only sounds alike: 柳湾村 is not 柳湾镇, and 柳湾镇柳湾村 is one of several 柳湾村."""
    nodes = list(areas.nodes.values())
    whole = [n for n in nodes if spelled(areas, n.id) == words] or [n for n in nodes if n.name == words]
    return whole or named(areas, words)


async def settle(turn: Turn, area_id: int, label: str = "") -> None:
    """This place it is."""
    if turn.follower is None:
        return
    end(turn.talk)
    parents = label == PARENTS
    words = follow.PARENTS if parents else None
    row = await follow.subscribe(turn.session, turn.follower, area_id, turn.at, label=words)
    if row is None:
        await turn.say("too_many")
    else:
        await turn.say("subscribed", place=spelled(await turn.areas(), area_id), parents=parents)


async def located(turn: Turn, words: Said) -> str:
    """A place on the map: a resident's village, or what an informant wants the desk to see."""
    areas, here = await turn.areas(), None
    if words.place is not None and turn.follower is not None and turn.person is None:
        here = around(areas, *words.place)
    if here is not None:
        await settle(turn, here.id)
    else:
        turn.seen = False
        await turn.say("kept", what=table("THINGS", turn.language)["location"])
    return "location"


async def unsubscribe(turn: Turn, read: Understood) -> None:
    """One place, or all of it. Staff cannot end theirs."""
    if turn.follower is None:
        await turn.say("staff_stays")
        return
    place = read.facts.get("place", "")
    if place:
        await _end_place(turn, turn.follower, place)
        return
    end(turn.talk)
    await turn.say("stopped", staff=turn.person is not None)
    await follow.stop(turn.session, turn.follower, turn.at)


async def _end_place(turn: Turn, follower: Follower, words: str) -> None:
    areas = await turn.areas()
    mine = {row.area_id for row in await follow.places(turn.session, follower)}
    meant = [node for node in _meant(areas, words) if node.id in mine]
    if not meant:
        await turn.say("place_not_yours", words=words[:20])
        return
    for node in meant:
        await follow.unsubscribe(turn.session, follower, node.id, turn.at)
    await turn.say("place_ended", place="、".join(spelled(areas, node.id) for node in meant))


async def resume(turn: Turn) -> None:
    if turn.follower is None:
        await turn.say("staff_stays")
        return
    await follow.follow(turn.session, turn.follower.road, turn.follower.openid, turn.at)
    await turn.say("resumed")


async def my_places(turn: Turn) -> None:
    if turn.follower is None:
        await turn.say("staff_stays")
        return
    areas = await turn.areas()
    rows = await follow.places(turn.session, turn.follower)
    items = [
        f"{spelled(areas, r.area_id)}{f'（{r.label}）' if r.label else ''}" for r in rows if r.area_id in areas.nodes
    ]
    link = f"{turn.settings.base_url}/h5/mine?by=oa" if turn.settings.base_url else ""
    await turn.say("places", items=items, stopped=turn.follower.stopped_at is not None, link=link)


async def my_data(turn: Turn) -> None:
    """A summary without the platform's name for them; the page holds it in full."""
    if turn.follower is None:
        await turn.say("staff_data")
        return
    held = await kept(turn.session, await turn.areas(), turn.follower, at=turn.at)
    words = table("DATA", turn.language)
    items = [
        (words["followed"], spoken(turn.follower.followed_at, turn.at, turn.settings.zone, turn.language)),
        (words["places"], "、".join(place["地点"] for place in held["地点"]) or words["none"]),
        (words["quiet"], f"{turn.follower.quiet_from}{words['until']}{turn.follower.quiet_to}"),
        (words["sent"], f"{held['发给您的消息份数']}{words['copies']}"),
    ]
    link = f"{turn.settings.base_url}/h5/mine" if turn.settings.base_url else ""
    await turn.say("data", items=items, link=link)


async def ask_erase(turn: Turn) -> None:
    if turn.follower is None:
        await turn.say("staff_data")
        return
    begin(turn.talk, ERASE, turn.heard_at)
    await turn.say("ask_erase")


async def erase_me(turn: Turn, *, agreed: bool) -> None:
    """The last words leave before the address is forgotten: they are frozen in their batch."""
    end(turn.talk)
    if not agreed or turn.follower is None:
        await turn.say("left")
        return
    await turn.say("erased")
    await turn.session.flush()
    await erase(turn.session, turn.follower, turn.at)
