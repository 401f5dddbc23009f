"""Rendering pages for phones: one small stylesheet, no script that a page needs, no asset of another host."""

from functools import cache
from typing import Any

from aiohttp import web
from jinja2 import Environment

from bot.deps import DEPS
from bot.directory.tree import Tree, tree
from broadcasts.dispatch.texts.spoken import spoken
from handlers.console.page import environment


@cache
def pages() -> Environment:
    return environment("pages/h5")


async def page(
    request: web.Request, template: str, *, status: int = 200, areas: Tree | None = None, **facts: Any
) -> web.Response:
    """A whole page. `facts` are the template's own; county, duty phone and the way times are said are added."""
    deps = request.app[DEPS]
    if areas is None:
        async with deps.read() as session:
            areas = await tree(session)
    root = areas.roots[0] if areas.roots else None
    now, zone = deps.clock.now(), deps.settings.zone
    common: dict[str, Any] = {
        "county": root.name if root else "消息树",
        "duty_phone": root.duty_phone if root else "",
        "demo": deps.settings.demo,
        "now": now,
        "said": lambda at: spoken(at, now, zone) if at else "",
    }
    text = pages().get_template(template).render(**{**common, **facts})
    return web.Response(text=text, status=status, content_type="text/html")
