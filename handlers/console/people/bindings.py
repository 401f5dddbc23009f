"""绑定: who says who they are, and invitations for those whom WeChat does not reach yet."""

import asyncio
from dataclasses import dataclass
from io import BytesIO

import xlsxwriter
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.access.guards import Caller, posted, require_role
from bot.access.models import Role
from bot.deps import DEPS
from bot.directory.binding.bind import decide, invite, invite_all, waiting
from bot.directory.binding.models import Binding
from bot.directory.binding.unbound import Unbound, unbound
from bot.directory.models import Person
from bot.directory.tree import Tree
from bot.record.entries import record
from bot.vault import Vault
from handlers.console.page import page
from handlers.console.scope import Scope, scope

MAY = (Role.admin, Role.officer)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EVERYBODY = 100_000  # people without an address in the largest county
CHANNEL = {"wecom_app": "企业微信", "oa": "公众号"}

routes = web.RouteTableDef()


@dataclass(frozen=True)
class Asked:
    """A request with what the directory knows: whom it points to, and the number that was given."""

    binding: Binding
    phone: str
    person: Person | None
    area: str

    @property
    def channel(self) -> str:
        return CHANNEL.get(self.binding.channel, self.binding.channel)


@routes.get("/console/bindings")
async def show(request: web.Request) -> web.Response:
    caller = await require_role(request, *MAY)
    return await _page(request, caller)


@routes.post("/console/bindings/{uid}")
async def decided(request: web.Request) -> web.Response:
    """`person` is a uid of the directory; `refuse` with a word tells why not."""
    caller = await require_role(request, *MAY)
    form, deps = await posted(request, caller), request.app[DEPS]
    async with deps.begin() as session:
        mine = await scope(session, caller)
        asked = await _one(session, mine, request.match_info["uid"])
        person = None
        if "refuse" not in form:
            person = await _person(session, str(form.get("person", "")), mine)
            if person is None:
                raise web.HTTPUnprocessableEntity
        word = str(form.get("word", "")).strip()
        await decide(session, asked, person, by=caller.actor, at=deps.clock.now(), word=word)
    raise web.HTTPSeeOther("/console/bindings")


@routes.post("/console/invitations")
async def made(request: web.Request) -> web.Response:
    """One person's code, shown once."""
    caller = await require_role(request, *MAY)
    form, deps = await posted(request, caller), request.app[DEPS]
    async with deps.begin() as session:
        person = await _person(session, str(form.get("person", "")), await scope(session, caller))
        if person is None:
            raise web.HTTPUnprocessableEntity
        code = await invite(session, deps.vault, person, by=caller.actor, at=deps.clock.now())
    return await _page(request, caller, code=code, person=person)


@routes.post("/console/invitations/all")
async def all_of_them(request: web.Request) -> web.Response:
    """A sheet with a code for everyone whom WeChat does not reach yet; earlier codes of theirs end."""
    caller = await require_role(request, *MAY)
    await posted(request, caller)
    deps = request.app[DEPS]
    now = deps.clock.now()
    async with deps.begin() as session:
        mine = await scope(session, caller)
        missing = await unbound(session, inside=mine.area_id, most=EVERYBODY)
        codes = await invite_all(session, deps.vault, [one.id for one in missing], by=caller.actor, at=now)
    lines = [(one, codes[one.id]) for one in missing]
    body = await asyncio.to_thread(_sheet, lines, deps.settings.base_url)
    headers = {"Content-Disposition": 'attachment; filename="invitations.xlsx"'}
    return web.Response(body=body, content_type=XLSX, headers=headers)


async def _page(request: web.Request, caller: Caller, *, code: str = "", person: Person | None = None) -> web.Response:
    deps, name = request.app[DEPS], request.query.get("q", "").strip()
    async with deps.begin() as session:
        mine = await scope(session, caller)
        asked = await _asked(session, deps.vault, mine)
        if asked:
            record(session, caller.actor, "phones.seen", "bindings", deps.clock.now(), people=len(asked))
        missing = await unbound(session, inside=mine.area_id)
        found = await unbound(session, inside=mine.area_id, name=name, most=30) if name else []
    base = deps.settings.base_url
    return await page(
        request,
        "people/bindings.html",
        caller,
        asked=asked,
        missing=missing,
        found=found,
        name=name,
        code=code,
        invited=person,
        link=f"{base}/h5/bind?code={code}" if base and code else "",
    )


async def _asked(session: AsyncSession, vault: Vault, mine: Scope) -> list[Asked]:
    """What waits; of a town's people those who point to somebody in their town."""
    rows = []
    for one in await waiting(session):
        person = await session.get(Person, one.person_id) if one.person_id else None
        if not _inside(mine.areas, mine.area_id, person):
            continue
        phone = vault.open(one.phone_sealed) if one.phone_sealed else ""
        rows.append(Asked(one, phone, person, mine.areas.nodes[person.area_id].name if person else ""))
    return rows


def _inside(areas: Tree, area_id: int | None, person: Person | None) -> bool:
    if area_id is None:
        return True
    return person is not None and area_id in {node.id for node in areas.up(person.area_id)}


async def _one(session: AsyncSession, mine: Scope, uid: str) -> Binding:
    """Raises 404, also for what the caller's page does not show."""
    found = (await session.execute(select(Binding).where(col(Binding.uid) == uid))).scalar_one_or_none()
    person = await session.get(Person, found.person_id) if found and found.person_id else None
    if found is None or not _inside(mine.areas, mine.area_id, person):
        raise web.HTTPNotFound
    return found


async def _person(session: AsyncSession, uid: str, mine: Scope) -> Person | None:
    found = (await session.execute(select(Person).where(col(Person.uid) == uid))).scalar_one_or_none()
    return found if _inside(mine.areas, mine.area_id, found) else None


def _sheet(lines: list[tuple[Unbound, str]], base_url: str) -> bytes:
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("邀请码")
        sheet.write_row(0, 0, ("姓名", "地方", "邀请码", "链接"))
        for number, (one, code) in enumerate(lines, 1):
            link = f"{base_url}/h5/bind?code={code}" if base_url else ""
            for column, cell in enumerate((one.name, one.area, code, link)):
                sheet.write_string(number, column, cell)  # a string, whatever it looks like: no formula
        sheet.set_column(0, 1, 16)
        sheet.set_column(2, 2, 14)
        sheet.set_column(3, 3, 48)
    return out.getvalue()
