"""What an application may say to members (document 90236): each msgtype's limits, and what the phone then shows."""

from bot.simulator.contents import articles, fields, words
from bot.simulator.contents.cards import card
from bot.simulator.contents.fields import JsonObject
from bot.simulator.tables import codes, limits
from bot.simulator.tables.codes import Refused
from bot.simulator.world.messages import Lines, Shown


def read(document: JsonObject, lines: Lines) -> Shown:
    """Raises Refused as the platform would."""
    return words.read(document, lines, READERS)


def _text(body: JsonObject, lines: Lines) -> Shown:
    content = words.content(body)
    kept = fields.cut_bytes(content, limits.APP_TEXT_BYTES)
    return Shown("text", lines.share(kept), cut=kept != content)


def _markdown(body: JsonObject, lines: Lines) -> Shown:
    content = fields.whole(words.content(body), limits.APP_MARKDOWN_BYTES, "markdown.content", codes.TOO_LONG)
    return Shown("markdown", lines.share(fields.plain(content)))


def _textcard(body: JsonObject, lines: Lines) -> Shown:
    title = fields.text(body, "title", codes.NO_TITLE)
    description = fields.text(body, "description", codes.NO_DESCRIPTION)
    button = fields.text(body, "btntxt") or "详情"
    url = fields.link(body)
    short = (title[: limits.CARD_TITLE_CHARS], description[: limits.CARD_DESCRIPTION_CHARS])
    told, most = lines.share(fields.plain(short[1])), limits.CARD_BUTTON_CHARS
    cut = short != (title, description) or len(button) > most
    return Shown("textcard", told, title=short[0], link=url, button=button[:most], cut=cut)


def _video(body: JsonObject, lines: Lines) -> Shown:
    media = fields.text(body, "media_id", codes.NO_MEDIA)
    title = fields.cut_bytes(fields.text(body, "title"), limits.ARTICLE_TITLE_BYTES)
    description = fields.cut_bytes(fields.text(body, "description"), limits.ARTICLE_DESCRIPTION_BYTES)
    return Shown("video", lines.share(f"[视频]\n{description}".strip()), title=title, media=media)


def _mpnews(body: JsonObject, lines: Lines) -> Shown:
    rows = articles.articles(body)
    titles = [fields.cut_bytes(fields.text(row, "title", codes.NO_TITLE), limits.ARTICLE_TITLE_BYTES) for row in rows]
    for row in rows:
        fields.text(row, "thumb_media_id", codes.NO_MEDIA)
        content = fields.text(row, "content", codes.EMPTY_CONTENT)
        fields.whole(content, limits.MPNEWS_CONTENT_BYTES, "mpnews.content", codes.TOO_LONG)
    digest = fields.text(rows[0], "digest")
    return Shown("mpnews", lines.share("\n".join([digest, *titles[1:]]).strip()), title=titles[0])


def _notice(body: JsonObject, lines: Lines) -> Shown:
    title = fields.text(body, "title", codes.NO_TITLE)
    if len(title) not in limits.NOTICE_TITLE_CHARS:
        raise Refused(codes.BAD_PARAMETER, "miniprogram_notice.title.")
    items = fields.parts(body, "content_item")
    if len(items) > limits.NOTICE_ITEMS:
        raise Refused(codes.TOO_MANY_ITEMS)
    told = [f"{fields.text(item, 'key')}：{fields.text(item, 'value')}" for item in items]
    return Shown("miniprogram_notice", lines.share("\n".join(told)), title=title)


def _card(body: JsonObject, lines: Lines) -> Shown:
    return card(body, lines, limits.APP_CARDS)


READERS: dict[str, words.Reader] = {
    "text": _text,
    "markdown": _markdown,
    "textcard": _textcard,
    "image": words.media("image", "[图片]"),
    "voice": words.media("voice", "[语音]"),
    "file": words.media("file", "[文件]"),
    "video": _video,
    "news": articles.news,
    "mpnews": _mpnews,
    "miniprogram_notice": _notice,
    "template_card": _card,
}
