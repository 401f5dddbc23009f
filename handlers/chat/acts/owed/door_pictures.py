"""The doors of which a picture may be: to which the speaker was told to go, and of which she told lately."""

from broadcasts.tasks.knocks.queries import closed_of, doors_of
from broadcasts.tasks.knocks.states import FOUND
from broadcasts.tasks.knocks.words import phrase
from broadcasts.tasks.pictures import DOORS, Task, lately
from handlers.chat.acts.owed.door_outcome import where
from handlers.chat.acts.owed.shots import DOOR, TOGETHER, Place, Room
from handlers.chat.turn import Turn


async def room(turn: Turn) -> Room:
    return Room(DOORS, DOOR, await _places(turn), phrase)


async def _places(turn: Turn) -> list[Place]:
    if turn.person is None:
        return []
    me, road = turn.person.id, turn.talk.road
    told = [one for one in await doors_of(turn.session, me, road) if one.knock.told_id]
    over = await closed_of(turn.session, me, road, since=turn.heard_at - TOGETHER)
    found = [*told, *(one for one in over if one.knock.state in FOUND)]
    if not found:
        return []
    drawn, areas = await lately(turn.session, DOORS, [one.knock.id for one in found]), await turn.areas()
    made = []
    for one in found:
        k = one.knock
        moment = max(filter(None, (k.sent_at, k.done_at, drawn.get(k.id))))
        listed = f"{one.village} {one.name}"
        made.append(
            Place(Task(k.id, k.uid), (one.name,), listed, one.open, k.sent_at, moment, k.drill, where(areas, one))
        )
    return made
