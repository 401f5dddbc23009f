"""Parts of a message that robot and app read alike: which reader, a text that is not empty, a medium by its id."""

from collections.abc import Callable, Mapping

from bot.simulator.contents import fields
from bot.simulator.contents.fields import JsonObject
from bot.simulator.tables import codes
from bot.simulator.tables.codes import Refused
from bot.simulator.world.messages import Lines, Shown

Reader = Callable[[JsonObject, Lines], Shown]


def read(document: JsonObject, lines: Lines, readers: Mapping[str, Reader]) -> Shown:
    """What the message's own msgtype makes of it. Raises Refused as the platform would."""
    kind = document.get("msgtype")
    if not isinstance(kind, str) or kind not in readers:
        raise Refused(codes.BAD_MSGTYPE)
    return readers[kind](fields.part(document, kind), lines)


def content(body: JsonObject) -> str:
    """The content, refused when nothing can be read in it."""
    value = fields.text(body, "content", codes.EMPTY_CONTENT)
    if not value.strip():
        raise Refused(codes.EMPTY_CONTENT)
    return value


def media(kind: str, words: str) -> Reader:
    """A reader for what is only named by its media_id, shown as `words`."""

    def reader(body: JsonObject, lines: Lines) -> Shown:
        return Shown(kind, lines.share(words), media=fields.text(body, "media_id", codes.NO_MEDIA))

    return reader
