"""体检: what the Watch finds, when it last looked, and the week's test of ourselves."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.access.guards import Caller, posted
from bot.access.models import Role
from bot.deps import DEPS
from bot.directory.models import Group, Person
from bot.record.entries import record
from broadcasts.dispatch.texts.render import wording
from broadcasts.watch.contract import Level
from broadcasts.watch.models import Finding, Looked, SelfTestTarget
from broadcasts.watch.note import open_findings
from broadcasts.watch.run import look_at
from broadcasts.watch.selftest import SUBJECT, last, send
from broadcasts.watch.wording import Words, words
from handlers.console.page import page
from handlers.console.scope_guard import whole_county
from handlers.console.setup.looks import WATCHED
from handlers.console.setup.uses import lines

MAY, SETS = (Role.admin, Role.officer, Role.leader), (Role.admin,)
ENDED = 10
LATELY = timedelta(days=8)
DOWN = "road_down"  # stands behind what says why, and how it is mended
STOPPED = timedelta(minutes=5)  # without any look: the quickest are taken each half minute
NOBODY = "没有叫这个名字的人或群。请照名册里的写，一字不差。"
SEVERAL = "有 {} 个同名的。请先在名册里写得分得开，例如加上村名。"
NOTHING = "一条也没有发：这些人和群没有登记账号、号码或机器人，或者路还没有开通。"
DONE = {"looked": "都检查了一遍。", "sent": "自检发出去了，几秒后刷新看结果。", "kept": "记下了。"}

routes = web.RouteTableDef()


class Shown(NamedTuple):
    row: Finding
    words: Words


class Checked(NamedTuple):
    """`words` are empty where all was well; `bad` where somebody has to do something."""

    row: Looked
    name: str
    words: str
    bad: bool


class Named(NamedTuple):
    kind: str
    id: int
    name: str


@routes.get("/console/watch")
async def show(request: web.Request) -> web.Response:
    return await _page(request, await whole_county(request, *MAY))


@routes.post("/console/watch/look")
async def look(request: web.Request) -> web.Response:
    """Take every look now."""
    caller, deps = await whole_county(request, *SETS), request.app[DEPS]
    await posted(request, caller)
    await look_at(deps, request.app.get(WATCHED, ()), deps.clock.now())
    raise web.HTTPSeeOther("/console/watch?done=looked")


@routes.post("/console/watch/targets")
async def targets(request: web.Request) -> web.Response:
    """Name somebody for the weekly test, or no longer."""
    caller, deps = await whole_county(request, *SETS), request.app[DEPS]
    form, at = await posted(request, caller), deps.clock.now()
    drop = str(form.get("do", "")) == "drop"
    async with deps.begin() as session:
        if drop:
            given = str(form.get("id", ""))
            found = [Named(str(form.get("kind", "")), int(given), "")] if given.isdecimal() and len(given) < 10 else []
        else:
            found = await _of_name(session, str(form.get("name", "")).strip())
        if len(found) == 1:
            await _keep(session, found[0], caller, at, drop=drop)
    if len(found) != 1:
        return await _page(request, caller, refused=SEVERAL.format(len(found)) if found else NOBODY, status=422)
    raise web.HTTPSeeOther("/console/watch?done=kept")


@routes.post("/console/watch/test")
async def test(request: web.Request) -> web.Response:
    """Send the test now, to those who were named."""
    caller, deps = await whole_county(request, *SETS), request.app[DEPS]
    await posted(request, caller)
    async with deps.begin() as session:
        at = deps.clock.now()
        whom = [(one.kind, one.id) for one in await _named(session)]
        stamp = f"{SUBJECT}now-{at:%Y%m%d%H%M%S}"
        sent = await send(session, deps.settings, whom, stamp, by=caller.actor, at=at) if whom else []
    if not sent:
        return await _page(request, caller, refused=NOTHING, status=409)
    raise web.HTTPSeeOther("/console/watch?done=sent")


async def _page(request: web.Request, caller: Caller, *, refused: str = "", status: int = 200) -> web.Response:
    deps = request.app[DEPS]
    async with deps.read() as session:
        findings = sorted(await open_findings(session), key=lambda one: (one.level is not Level.bad, one.kind == DOWN))
        over = select(Finding).where(col(Finding.ended_at).is_not(None), col(Finding.told_at).is_not(None))
        ended = (await session.execute(over.order_by(col(Finding.ended_at).desc()).limit(ENDED))).scalars().all()
        looked = (await session.execute(select(Looked).order_by(col(Looked.at).desc()))).scalars().all()
        tried = await last(session, deps.clock.now() - LATELY)
        named = await _named(session)
        roads, called = await lines(session, deps.settings, deps.clock.now())
    checked = _checked(looked)
    return await page(
        request,
        "setup/watch.html",
        caller,
        status=status,
        findings=[Shown(one, words(one.kind, one.facts)) for one in findings],
        ended=[Shown(one, words(one.kind, one.facts)) for one in ended],
        looked=checked,
        fine=sum(not one.row.problems for one in checked),
        tried=tried,
        targets=named,
        roads=roads,
        called=called,
        admin=caller.may(*SETS),
        heartbeat=bool(deps.settings.heartbeat_url),
        stopped=not deps.settings.demo and bool(looked) and deps.clock.now() - looked[0].at > STOPPED,
        refused=refused,
        done=DONE.get(request.query.get("done", ""), ""),
    )


def _checked(looked: Sequence[Looked]) -> list[Checked]:
    names = wording("watch_names.txt", "LOOKS")
    return [
        Checked(
            row,
            names.get(row.name, row.name),
            "；".join(words(kind, facts).said for kind, facts in _told(row)),
            any(one.get("level") != Level.note for one in row.problems),
        )
        for row in looked
    ]


def _told(row: Looked) -> Iterator[tuple[str, dict[str, Any]]]:
    """Of a copy that is not due yet it is told when it will be made."""
    yield from ((one["kind"], one["facts"]) for one in row.problems)
    if row.name == "backup" and not row.problems and row.facts.get("first"):
        yield "backup_first", row.facts


async def _named(session: AsyncSession) -> list[Named]:
    """Those who are still there."""
    found: list[Named] = []
    for kind, table in (("person", Person), ("group", Group)):
        wanted = (
            sa.select(col(table.id), col(table.name))
            .join(SelfTestTarget, (col(SelfTestTarget.target_id) == col(table.id)) & (col(SelfTestTarget.kind) == kind))
            .order_by(col(table.id))
        )
        found += [Named(kind, id_, name) for id_, name in await session.execute(wanted)]
    return found


async def _of_name(session: AsyncSession, name: str) -> list[Named]:
    found: list[Named] = []
    for kind, table in (("person", Person), ("group", Group)):
        rows = await session.execute(sa.select(col(table.id)).where(col(table.name) == name).limit(5))
        found += [Named(kind, id_, name) for id_ in rows.scalars()]
    return found


async def _keep(session: AsyncSession, one: Named, caller: Caller, at: datetime, *, drop: bool) -> None:
    record(session, caller.actor, "watch.dropped" if drop else "watch.named", f"{one.kind}:{one.id}"[:64], at)
    row = await session.get(SelfTestTarget, (one.kind, one.id))
    if drop and row is not None:
        await session.delete(row)
    elif not drop and row is None:
        session.add(SelfTestTarget(kind=one.kind, target_id=one.id, by=caller.actor, at=at))
