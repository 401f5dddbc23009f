"""What an application may say to a group that it has made (document 90248): no card, texts of 2048 bytes."""

from bot.simulator.contents import app, words
from bot.simulator.contents.fields import JsonObject
from bot.simulator.world.messages import Lines, Shown

KINDS = ("text", "image", "voice", "video", "file", "textcard", "news", "mpnews", "markdown")
READERS: dict[str, words.Reader] = {kind: app.READERS[kind] for kind in KINDS}


def read(document: JsonObject, lines: Lines) -> Shown:
    """Raises Refused as the platform would."""
    return words.read(document, lines, READERS)
