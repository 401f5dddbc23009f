"""Rendering pages for phones: one small stylesheet, no script that a page needs, no asset of another host."""

from functools import cache
from typing import Any

from aiohttp import web
from jinja2 import Environment

from bot.deps import DEPS
from bot.directory.lines.now import lines
from bot.directory.tree import Tree, tree
from broadcasts.dispatch.texts.render import CHINESE
from broadcasts.dispatch.texts.spoken import spoken
from handlers.console.page import environment
from handlers.h5.identity import Reader
from handlers.h5.language import NAMES, chosen, keep, says


@cache
def pages() -> Environment:
    return environment("pages/h5")


async def page(
    request: web.Request, template: str, *, status: int = 200, areas: Tree | None = None, **facts: Any
) -> web.Response:
    """A whole page. `facts` are the template's own (`who` is its reader); county, duty phone, the reader's language and
    the way times are said are added."""
    deps = request.app[DEPS]
    async with deps.read() as session:
        areas = areas or await tree(session)
        phone = (await lines(session, areas, deps.clock.now())).county
    root = areas.roots[0] if areas.roots else None
    now, zone, language = deps.clock.now(), deps.settings.zone, chosen(request, _own(facts.get("who")))
    common: dict[str, Any] = {
        "county": root.name if root else "消息树",
        "duty_phone": phone,
        "demo": deps.settings.demo,
        "now": now,
        "said": lambda at: spoken(at, now, zone, language) if at else "",
        "_": says(language),
        "language": language,
        "languages_other": {code: NAMES[code] for code in deps.settings.spoken if code in NAMES and code != language},
    }
    text = pages().get_template(template).render(**{**common, **facts})
    answer = web.Response(text=text, status=status, content_type="text/html")
    keep(request, answer)
    return answer


def _own(who: Reader | None) -> str:
    mine = (who.person or who.follower) if who else None
    return mine.language if mine else CHINESE
