"""A picture, a video or a file has no words of its own: it belongs to what the speaker was told, or told, last."""

from handlers.chat.acts import reporting
from handlers.chat.acts.hints import things
from handlers.chat.acts.owed import door_pictures
from handlers.chat.answers import arbiter
from handlers.chat.turn import Turn

IMAGE = "image"


async def pictured(turn: Turn, kind: str) -> str:
    """What it is kept as; empty where it belongs to nothing."""
    if kind == IMAGE:
        there = await door_pictures.before(turn)
        if there.last and arbiter.at_the_door(there.last, [await things.last(turn), await reporting.last(turn)]):
            return await door_pictures.pictured(turn, there)
    return kind if await things.pictured(turn, kind) or await reporting.pictured(turn, kind) else ""
