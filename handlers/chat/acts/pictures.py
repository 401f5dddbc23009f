"""A picture, a video or a file has no words of its own: it belongs to what the speaker was told, or told, last."""

from datetime import datetime

from broadcasts.tasks.evacuation.queries import last_said
from broadcasts.tasks.knocks.queries import last_told
from handlers.chat.acts import reporting
from handlers.chat.acts.hints import things
from handlers.chat.acts.owed import door_pictures, shots, village_pictures
from handlers.chat.acts.owed.shots import SHOWN, Room
from handlers.chat.acts.owed.since import answered_since
from handlers.chat.answers import arbiter
from handlers.chat.turn import Turn


async def pictured(turn: Turn, kind: str) -> str:
    """What it is kept as; empty where it belongs to nothing."""
    if kind in SHOWN:
        told = [(last, room) for room in await _rooms(turn) if (last := room.last) is not None]
        newest = max(told, key=lambda one: one[0], default=None)
        if newest and arbiter.at_the_door(newest[0], [await things.last(turn), await reporting.last(turn)]):
            return await shots.pictured(turn, newest[1], kind)
    return kind if await things.pictured(turn, kind) or await reporting.pictured(turn, kind) else ""


async def named(turn: Turn) -> bool:
    """Nothing but a name: whose the pictures are that wait for it."""
    return turn.person is not None and await shots.waits(turn) and await shots.named(turn, await _rooms(turn))


async def taken_back(turn: Turn) -> bool:
    """0: pictures of a door or a village that came a moment ago, where nothing was said since."""
    if turn.person is None:
        return False
    last = await shots.last(turn)
    if last is None or await answered_since(turn, turn.person.id, last[1].at):
        return False
    return await shots.taken_back(turn, await _rooms(turn), last, await _said(turn, turn.person.id))


async def _rooms(turn: Turn) -> list[Room]:
    return [await door_pictures.room(turn), await village_pictures.room(turn)]


async def _said(turn: Turn, me: int) -> list[datetime | None]:
    """When the speaker last said something of a door, and of a village."""
    door, village = await last_told(turn.session, me, turn.talk.road), await last_said(turn.session, me, turn.talk.road)
    return [door.knock.done_at if door else None, village.at if village else None]
