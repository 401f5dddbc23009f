"""POST /cgi-bin/message/custom/send: an answer inside the window that a follower has opened."""

from collections.abc import Callable

from bot.simulator.config import Side
from bot.simulator.endpoints.account.access import admit, spend
from bot.simulator.endpoints.account.documents import JsonObject, addressee, document, part, parts, targets, text
from bot.simulator.endpoints.call import Answer, Call, Endpoint
from bot.simulator.platform import Platform
from bot.simulator.tables import codes_account as codes
from bot.simulator.tables.codes_account import refused
from bot.simulator.tables.limits_account import CUSTOM_TEXT_BYTES
from bot.simulator.world.messages import Button, Card, Shown

Reader = Callable[[Platform, JsonObject], Shown]


def answer(platform: Platform, call: Call) -> Answer:
    at = admit(platform, call, "custom")
    asked = document(call)
    to = addressee(platform, text(asked, "touser"))
    if to.refuses:
        raise refused(codes.REFUSES)
    kind = text(asked, "msgtype")
    if kind not in READERS:
        raise refused(codes.BAD_MSGTYPE)
    shown = READERS[kind](platform, part(asked, kind))
    if not to.grants.any(at):
        platform.counts.limits["window"] += 1
        raise refused(codes.OUTSIDE_WINDOW)
    if not to.grants.take(at):
        platform.counts.limits["window_count"] += 1
        raise refused(codes.COUNT_OVER)
    spend(platform, "custom", at)
    platform.show(platform.followers, to, platform.accept(shown, at))
    return {"errcode": codes.OK, "errmsg": "ok"}


def _text(platform: Platform, body: JsonObject) -> Shown:
    content = text(body, "content")
    if not content.strip():
        raise refused(codes.EMPTY_CONTENT)
    if len(content.encode()) > CUSTOM_TEXT_BYTES:
        raise refused(codes.TOO_LONG)
    return Shown("text", platform.lines.share(content))


def _media(kind: str, words: str) -> Reader:
    def read(platform: Platform, body: JsonObject) -> Shown:
        media_id = text(body, "media_id")
        if platform.media.find(Side.oa, media_id, platform.at()) is None:
            raise refused(codes.BAD_MEDIA)
        return Shown(kind, platform.lines.share(words), media=media_id)

    return read


def _news(platform: Platform, body: JsonObject) -> Shown:
    articles = parts(body, "articles")
    if len(articles) != 1:
        raise refused(codes.BAD_ARTICLE_COUNT)
    lines = platform.lines.share(text(articles[0], "description"))
    return Shown("news", lines, title=text(articles[0], "title"), link=text(articles[0], "url"))


def _menu(platform: Platform, body: JsonObject) -> Shown:
    """A menu in the message: what is tapped comes back as a text."""
    rows = parts(body, "list")
    buttons = tuple(Button(str(row.get("id", "")), text(row, "content")) for row in rows)
    told = [text(body, "head_content"), *(button.text for button in buttons), text(body, "tail_content")]
    shown = Shown("msgmenu", platform.lines.share("\n".join(line for line in told if line)))
    shown.card = Card("msgmenu", buttons)
    return shown


READERS: dict[str, Reader] = {
    "text": _text,
    "image": _media("image", "[图片]"),
    "voice": _media("voice", "[语音]"),
    "news": _news,
    "msgmenu": _menu,
}
CUSTOM = Endpoint("custom", "POST", "/cgi-bin/message/custom/send", answer, targets, Side.oa)
