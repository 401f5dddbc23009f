"""The villages of which a picture may be: those that are being moved and for which the speaker was told to answer, and
those of which she said lately that it is finished."""

import re

from broadcasts.subscriptions.places import spelled
from broadcasts.tasks.evacuation.queries import Seen, any_of, of_person
from broadcasts.tasks.evacuation.words import phrase
from broadcasts.tasks.pictures import VILLAGES, Task, lately
from handlers.chat.acts.owed.shots import TOGETHER, VILLAGE, Place, Room
from handlers.chat.turn import Turn

ENDING = re.compile(r"(?<=..)(?:社区|[村屯寨])$")  # without which a village is named too: two letters are left at least


async def room(turn: Turn) -> Room:
    return Room(VILLAGES, VILLAGE, await _places(turn), phrase)


async def _places(turn: Turn) -> list[Place]:
    """A drill's only where nothing is live."""
    me = turn.person.id if turn.person else 0
    if not me or not await any_of(turn.session, me):
        return []
    mine = [one for one in await of_person(turn.session, me, turn.talk.road) if _told(one, me)]
    found = [one for one in mine if not one.task.drill] or mine
    drawn, areas = await lately(turn.session, VILLAGES, [one.task.id for one in found]), await turn.areas()
    made = []
    for one in found:
        words = [word.at for word in one.words if word.person_id == me]
        told_at = (one.task.second_at if one.task.second_id == me else None) or one.order.at
        moment = max(filter(None, (told_at, words[-1] if words else None, drawn.get(one.task.id))))
        if not one.open and turn.heard_at - moment > TOGETHER:
            continue
        names = tuple(dict.fromkeys((one.village, ENDING.sub("", one.village))))
        where = {"where": spelled(areas, one.task.area_id)}
        task, drill = Task(one.task.id, one.task.uid), one.task.drill
        made.append(Place(task, names, one.village, one.open, told_at, moment, drill, where))
    return made


def _told(one: Seen, me: int) -> bool:
    """Whether the order left for this person, or she has spoken of it unasked."""
    sent = one.task.told_id if one.task.person_id == me else one.task.second_at
    return bool(sent) or any(word.person_id == me for word in one.words)
