"""Rendering the console's pages: one environment, one set of facts that every page has."""

import hashlib
import re
from dataclasses import dataclass, field
from functools import cache, partial
from importlib.resources import files
from secrets import token_hex
from typing import Any

import sqlalchemy as sa
from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import escape
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.access.guards import Caller
from bot.access.names import names
from bot.deps import DEPS
from bot.directory.models import Area, Group, Robot
from broadcasts.dispatch.texts.spoken import spoken
from handlers.console.rooms import behind, open_to

DUTY_GROUP = "值班群"
MARKED = re.compile("\ue000[0-9a-f]{16}-[0-9]+;")  # begins with a letter of Unicode's private use


@cache
def pages() -> Environment:
    return environment("pages")


def environment(folder: str) -> Environment:
    """Pages of a folder of templates: escaping on, nothing undefined."""
    made = Environment(
        loader=PackageLoader("templates", folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["static"] = static
    made.globals["word"] = word
    return made


@cache
def static(name: str) -> str:
    """The address of a file that may be kept for ever: it carries its content's digest."""
    raw = (files("templates") / "static" / name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(raw).hexdigest()[:12]}"


def word(table: str, name: str) -> str:
    """What people call `name`, by a table of words.html; a name without a word stays."""
    words: dict[str, str] = getattr(pages().get_template("words.html").module, table)
    return words.get(name, name)


@dataclass
class Hands:
    """Who did it, as a page says it: a mark for each until the page is drawn, then all are looked up at once. A mark
    bears this page's own secret: what only looks like one was written by somebody, and stands as it is."""

    actors: dict[str, str] = field(default_factory=dict)  # by mark
    secret: str = field(default_factory=partial(token_hex, 8))

    def mark(self, actor: str) -> str:
        made = f"\ue000{self.secret}-{len(self.actors)};"
        self.actors[made] = actor
        return made

    async def named(self, session: AsyncSession, text: str) -> str:
        known = await names(session, self.actors.values())
        called = {mark: str(escape(known.get(actor) or _unknown(actor))) for mark, actor in self.actors.items()}
        return MARKED.sub(lambda found: called.get(found[0], found[0]), text)


def _unknown(actor: str) -> str:
    kind, _, own = actor.partition(":")
    return {"user": own, "token": f"{word('ACTORS', kind)} {own}"}.get(kind) or word("ACTORS", kind)


async def page(
    request: web.Request, template: str, caller: Caller | None = None, *, status: int = 200, **facts: Any
) -> web.Response:
    """A whole page. `facts` are the template's own; those of the layout are added."""
    deps = request.app[DEPS]
    async with deps.read() as session:
        county = await county_name(session)
        nobody = caller is not None and not deps.settings.has_application and not await duty_robot(session)
    now, zone = deps.clock.now(), deps.settings.zone
    hands = Hands()
    common: dict[str, Any] = {
        "caller": caller,
        "county": county,
        "demo": deps.settings.demo,
        "here": request.path,
        "nobody_rings": nobody,
        "rooms": open_to(caller),
        "more": behind(caller),
        "wall": "wall" in request.query,
        "live": "",
        "now": now,
        "hand": hands.mark,
        "said": lambda at: spoken(at, now, zone) if at else "",
    }
    text = pages().get_template(template).render(**{**common, **facts})
    if hands.actors:
        async with deps.read() as session:
            text = await hands.named(session, text)
    return web.Response(text=text, status=status, content_type="text/html")


async def county_name(session: AsyncSession) -> str:
    name = await session.scalar(sa.select(col(Area.name)).where(col(Area.parent_id).is_(None)).limit(1))
    return name or "消息树"


async def duty_robot(session: AsyncSession) -> bool:
    """Whether a duty group has a robot that is not known to be dead."""
    wanted = (
        sa.select(col(Robot.id))
        .join(Group, col(Group.id) == col(Robot.group_id))
        .where(col(Group.kind) == DUTY_GROUP, col(Robot.dead_at).is_(None))
    )
    return (await session.execute(wanted.limit(1))).first() is not None
