"""What an administrator does in the guide: check a road now, lay a file or a menu, send one to himself, tick."""

import asyncio
import os
import re
from pathlib import Path

from aiohttp import web

from bot.access.guards import Caller, Form, posted
from bot.access.models import User
from bot.deps import DEPS
from bot.directory.tree import tree
from bot.probes.asking import NoAnswer
from bot.probes.calling import Refusal
from bot.record.entries import record
from broadcasts.watch.contract import Look
from broadcasts.watch.models import SetupStep
from broadcasts.watch.run import look_at, standing
from broadcasts.watch.selftest import NoRoad, to_me
from handlers.console.page import word
from handlers.console.people.poster_codes import all_villages, make_all
from handlers.console.scope_guard import whole_county
from handlers.console.setup.guide import MAY, guide
from handlers.console.setup.looks import WATCHED
from handlers.console.setup.menu import lay
from handlers.console.setup.roads import BY_NAME, ROADS
from handlers.wechat.verify_files import LONGEST
from handlers.wechat.verify_files import NAME as FILE_NAME

TICKS = {road.ticks for road in ROADS if road.ticks} | {road.name for road in ROADS if road.free}
NOBODY = "您的账号没有绑定人员，发不到您手上。请用 signaltree user add 加 --person，或请别的管理员试。"
BAD_FILE = "要的是平台下载的校验文件，名字像 WW_verify_….txt 或 MP_verify_….txt，里面一行字。请原样上传，不要改名。"
NO_POSTERS = "这次做了 {} 个村的码（全县 {} 个村），后面的公众号没有给：{}。先修好“公众号”这条路，再按一次接着做。"
NO_MENU = "菜单没有放上：公众号没有收。先把“公众号”这条路修通，再来。"

routes = web.RouteTableDef()


@routes.post("/console/setup/{road}/check")
async def check(request: web.Request) -> web.Response:
    """Take the road's looks now. Nothing is sent to anybody."""
    caller, deps = await whole_county(request, *MAY), request.app[DEPS]
    await posted(request, caller)
    road = BY_NAME.get(request.match_info["road"])
    if road is None or not road.looks:
        raise web.HTTPNotFound
    for look in _looks(request, *road.looks):  # one after the other: what one has seen may mend what the next one sees
        await look_at(deps, [look], deps.clock.now())
    async with deps.begin() as session:
        record(session, caller.actor, "setup.checked", f"road:{road.name}", deps.clock.now())
    raise _back(road.name, "checked")


@routes.post("/console/setup/{name}/tick")
async def tick(request: web.Request) -> web.Response:
    """What only a person can say; who and when is kept."""
    caller, deps = await whole_county(request, *MAY), request.app[DEPS]
    form, name = await posted(request, caller), request.match_info["name"]
    do = str(form.get("do", ""))
    road = BY_NAME.get(name)
    fine = name in TICKS and do in {"done", "undo", "waived"} and not (do == "waived" and not (road and road.free))
    if not fine:
        raise web.HTTPNotFound
    async with deps.begin() as session:
        at, row = deps.clock.now(), await session.get(SetupStep, name)
        if do != "undo":
            await session.merge(SetupStep(name=name, state=do, by=caller.actor, at=at))
        elif row is not None:
            await session.delete(row)
        record(session, caller.actor, f"setup.{do}", f"road:{name}", at)
    raise _back("address" if name == "icp" else name, "ticked")


@routes.post("/console/setup/domain/file")
async def file(request: web.Request) -> web.Response:
    """Lay a platform's file into DATA_DIR/verify, and fetch it back through the front door."""
    caller, deps = await whole_county(request, *MAY), request.app[DEPS]
    found = _file(await posted(request, caller))
    if found is None:
        return await guide(request, caller, refused=BAD_FILE, status=422)
    name, body = found
    await asyncio.to_thread(_keep, deps.settings.data_dir / "verify", name, body)
    async with deps.begin() as session:
        record(session, caller.actor, "setup.file", f"verify:{name}"[:64], deps.clock.now())
    await look_at(deps, _looks(request, "domain"), deps.clock.now())
    raise _back("domain", "file")


@routes.post("/console/setup/menu/lay")
async def lay_menu(request: web.Request) -> web.Response:
    """Put our menu at the foot of the account's chat, in place of the one that is there."""
    caller, deps = await _with_account(request), request.app[DEPS]
    at = deps.clock.now()
    try:
        async with standing(deps, at) as ground:
            await lay(ground)
    except (Refusal, NoAnswer):
        return await guide(request, caller, refused=NO_MENU, status=409)
    async with deps.begin() as session:
        record(session, caller.actor, "setup.menu", "road:menu", at)
    await look_at(deps, _looks(request, "menu"), at)
    raise _back("menu", "laid")


@routes.post("/console/setup/poster/make")
async def make_posters(request: web.Request) -> web.Response:
    """Ask the platform for the code of every village that has none: its posters can then be printed."""
    caller, deps = await _with_account(request), request.app[DEPS]
    async with deps.read() as session:
        wanted = all_villages(await tree(session))
    made, stopped = await make_all(request.app, wanted)
    async with deps.begin() as session:
        record(session, caller.actor, "setup.posters", "road:poster", deps.clock.now(), made=made)
    if stopped is not None:
        why = word("REASONS", stopped.reason)
        return await guide(request, caller, refused=NO_POSTERS.format(made, len(wanted), why), status=409)
    raise _back("poster", "posters")


@routes.post("/console/setup/{road}/try")
async def try_it(request: web.Request) -> web.Response:
    """给自己发一条: to whoever pressed the button, and to nobody else."""
    caller, deps = await whole_county(request, *MAY), request.app[DEPS]
    await posted(request, caller)
    road = BY_NAME.get(request.match_info["road"])
    if road is None or not road.tried:
        raise web.HTTPNotFound
    async with deps.read() as session:
        user = await session.get(User, caller.user_id)
    if user is None or user.person_id is None:
        return await guide(request, caller, refused=NOBODY, status=409)
    try:
        async with deps.begin() as session:
            at = deps.clock.now()
            await to_me(session, deps.settings, user.person_id, road.tried, by=caller.actor, at=at)
    except NoRoad as error:
        return await guide(request, caller, refused=str(error), status=409)
    raise _back(road.name, "sent")


async def _with_account(request: web.Request) -> Caller:
    """Who asks the official account for something. Raises 404 where the county has none."""
    caller = await whole_county(request, *MAY)
    await posted(request, caller)
    if not request.app[DEPS].settings.has_account:
        raise web.HTTPNotFound
    return caller


def _looks(request: web.Request, *names: str) -> list[Look]:
    return [look for look in request.app.get(WATCHED, ()) if look.name in names]


def _file(form: Form) -> tuple[str, bytes] | None:
    """Name and bytes; None for anything but what a platform gives."""
    given = form.get("file")
    if not isinstance(given, web.FileField):
        return None
    name, body = Path(given.filename).name, given.file.read(LONGEST + 1)
    if not re.fullmatch(FILE_NAME, name) or not 0 < len(body) <= LONGEST or not body.strip().isalnum():
        return None
    return name, body


def _keep(folder: Path, name: str, body: bytes) -> None:
    """Whole or not at all: it is served from the moment that it has its name."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = folder / f".{name}"
    half.write_bytes(body)
    os.replace(half, folder / name)


def _back(road: str, done: str) -> web.HTTPSeeOther:
    return web.HTTPSeeOther(f"/console/setup?done={done}#{road}")
