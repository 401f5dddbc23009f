"""What a group robot may say (document 99110): each msgtype's limits, and what the group then shows."""

import base64
import binascii
import hashlib

from bot.simulator.contents import fields, words
from bot.simulator.contents.articles import news
from bot.simulator.contents.cards import card
from bot.simulator.contents.fields import JsonObject
from bot.simulator.tables import codes, limits
from bot.simulator.tables.codes import Refused
from bot.simulator.world.messages import Lines, Shown


def read(document: JsonObject, lines: Lines) -> Shown:
    """Raises Refused as the platform would."""
    return words.read(document, lines, READERS)


def _words(kind: str) -> words.Reader:
    most = limits.ROBOT_BYTES[kind]

    def reader(body: JsonObject, lines: Lines) -> Shown:
        content = words.content(body)
        fields.whole(content, most, f"{kind}.content", codes.BAD_PARAMETER)
        called = ("mentioned_list", "mentioned_mobile_list") if kind == "text" else ()
        mentions = tuple([one for name in called if name in body for one in fields.strings(body, name)])
        return Shown(kind, lines.share(fields.plain(content)), mentions=mentions)

    return reader


def _image(body: JsonObject, lines: Lines) -> Shown:
    try:
        picture = base64.b64decode(fields.text(body, "base64", codes.BAD_PARAMETER), validate=True)
    except binascii.Error as error:
        raise Refused(codes.BAD_PARAMETER, "image.base64.") from error
    if len(picture) > limits.ROBOT_IMAGE_BYTES:
        raise Refused(codes.IMAGE_TOO_BIG)
    if not picture.startswith((b"\xff\xd8", b"\x89PNG")):
        raise Refused(codes.BAD_PARAMETER, "image is neither JPG nor PNG.")
    if hashlib.md5(picture, usedforsecurity=False).hexdigest() != fields.text(body, "md5").lower():
        raise Refused(codes.BAD_PARAMETER, "image.md5.")
    return Shown("image", lines.share("[图片]"))


def _card(body: JsonObject, lines: Lines) -> Shown:
    return card(body, lines, limits.ROBOT_CARDS)


READERS: dict[str, words.Reader] = {
    "text": _words("text"),
    "markdown": _words("markdown"),
    "markdown_v2": _words("markdown_v2"),
    "image": _image,
    "news": news,
    "file": words.media("file", "[文件]"),
    "voice": words.media("voice", "[语音]"),
    "template_card": _card,
}
