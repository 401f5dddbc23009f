"""News, which robot and app share: one to eight articles, with titles and descriptions cut in silence."""

from bot.simulator.contents import fields
from bot.simulator.contents.fields import JsonObject
from bot.simulator.tables import codes, limits
from bot.simulator.tables.codes import Refused
from bot.simulator.world.messages import Lines, Shown


def news(body: JsonObject, lines: Lines) -> Shown:
    """Shown as its first article, with the titles of the others below."""
    rows = articles(body)
    links = [fields.link(row) for row in rows]
    sent_titles = [fields.text(row, "title", codes.NO_TITLE) for row in rows]
    sent_descriptions = [fields.text(row, "description") for row in rows]
    titles = [fields.cut_bytes(title, limits.ARTICLE_TITLE_BYTES) for title in sent_titles]
    descriptions = [fields.cut_bytes(text, limits.ARTICLE_DESCRIPTION_BYTES) for text in sent_descriptions]
    shown = "\n".join([descriptions[0], *titles[1:]]).strip()
    cut = (titles, descriptions) != (sent_titles, sent_descriptions)
    return Shown("news", lines.share(shown), title=titles[0], link=links[0], cut=cut)


def articles(body: JsonObject) -> list[JsonObject]:
    rows = fields.parts(body, "articles")
    if len(rows) not in limits.ARTICLES:
        raise Refused(codes.BAD_ARTICLE_COUNT)
    return rows
