"""导入: a file is uploaded, its faults and its plan are shown, and then it is written or not."""

import asyncio
import hashlib
import tempfile
from pathlib import Path

from aiohttp import web

from bot.access.guards import Caller, posted
from bot.access.models import Role
from bot.deps import DEPS
from bot.directory.imports.columns import COLUMNS, Kind
from bot.directory.imports.files import UnreadableFile
from bot.directory.imports.run import AnyPlan, Changed, HasFaults, carry_out, plan
from bot.directory.imports.sheets import Sheet, read
from bot.directory.imports.template import write_template
from handlers.console.county.import_files import drop, keep, kept, sweep
from handlers.console.page import page
from handlers.console.scope_guard import whole_county

routes = web.RouteTableDef()
LIMIT = 50 * 1024 * 1024 + 64 * 1024  # a file of 50 MiB and the form around it
SHOWN = 200  # lines of each list on the page
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GONE = "文件已经不在了（只保留一小时）。请重新上传。"


@routes.get("/console/import")
async def ask(request: web.Request) -> web.Response:
    caller = await whole_county(request, Role.admin)
    return await _page(request, caller)


@routes.get("/console/import/template/{kind}.xlsx")
async def template(request: web.Request) -> web.Response:
    """An empty table with its headings."""
    await whole_county(request, Role.admin)
    kind = _kind(request.match_info["kind"])
    if kind is None:
        raise web.HTTPNotFound
    body = await asyncio.to_thread(_template, kind)
    return web.Response(
        body=body, content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{kind.value}.xlsx"'}
    )


@routes.post("/console/import")
async def look(request: web.Request) -> web.Response:
    """Read the file and show what it would do. Writes nothing."""
    caller = await whole_county(request, Role.admin)
    deps, at = request.app[DEPS], request.app[DEPS].clock.now()
    kind, data = await _sent(request, caller)
    if kind is None or data is None:
        return await _page(request, caller, status=422, error="请选好表的种类和文件。")
    try:
        sheet = await asyncio.to_thread(read, kind, data)
    except UnreadableFile as error:
        return await _page(request, caller, status=422, error=str(error), kind=kind)
    async with deps.read() as session:
        seen = await plan(session, deps.vault, sheet)
    await asyncio.to_thread(sweep, deps.settings.data_dir, at)
    name = await asyncio.to_thread(keep, deps.vault, deps.settings.data_dir, data, at)
    return await _plan_page(request, caller, seen, name)


@routes.post("/console/import/write")
async def write(request: web.Request) -> web.Response:
    """Write what was shown, if the directory has not changed since."""
    caller = await whole_county(request, Role.admin)
    form = await posted(request, caller)
    deps, kind, name = request.app[DEPS], _kind(str(form.get("kind", ""))), str(form.get("upload", ""))
    folder, at = deps.settings.data_dir, deps.clock.now()
    data = await asyncio.to_thread(kept, deps.vault, folder, name, at)
    if kind is None or data is None:
        return await _page(request, caller, status=410, error=GONE)
    sheet = await asyncio.to_thread(read, kind, data)
    async with deps.read() as session:
        seen = await plan(session, deps.vault, sheet)
    if outline(seen) != form.get("outline"):
        return await _plan_page(request, caller, seen, name, error=str(Changed()), status=409)
    try:
        async with deps.begin() as session:
            done = await carry_out(
                session, deps.vault, sheet, seen, partial="partial" in form, by=caller.actor, at=deps.clock.now()
            )
    except (Changed, HasFaults) as error:
        return await _again(request, caller, sheet, name, str(error))
    await asyncio.to_thread(drop, folder, name)
    return await _page(request, caller, done=done, kind=kind)


async def _sent(request: web.Request, caller: Caller) -> tuple[Kind | None, bytes | None]:
    """What the form holds, which may be larger than other rooms'. Its temporary files are closed."""
    large = request.clone(client_max_size=LIMIT)
    try:
        form = await posted(large, caller)
        file = form.get("file")
        data = await asyncio.to_thread(file.file.read) if isinstance(file, web.FileField) else None
        return _kind(str(form.get("kind", ""))), data
    finally:
        for part in (await large.post()).values():
            if isinstance(part, web.FileField):
                part.file.close()


def outline(seen: AnyPlan) -> str:
    """What the person saw, in short: it goes with the form, so that what changed since is noticed."""
    return hashlib.sha256(repr(seen.outline).encode()).hexdigest()


async def _again(request: web.Request, caller: Caller, sheet: Sheet, name: str, error: str) -> web.Response:
    deps = request.app[DEPS]
    async with deps.read() as session:
        seen = await plan(session, deps.vault, sheet)
    return await _plan_page(request, caller, seen, name, error=error, status=409)


async def _page(
    request: web.Request,
    caller: Caller,
    *,
    status: int = 200,
    error: str = "",
    done: AnyPlan | None = None,
    kind: Kind | None = None,
) -> web.Response:
    return await page(
        request, "county/imports.html", caller, status=status, error=error, done=done, chosen=kind, kinds=list(Kind),
        columns=COLUMNS,
    )  # fmt: skip


async def _plan_page(
    request: web.Request, caller: Caller, seen: AnyPlan, name: str, *, error: str = "", status: int = 200
) -> web.Response:
    return await page(
        request, "county/imports_plan.html", caller, status=status, plan=seen, upload=name, outline=outline(seen),
        error=error, shown=SHOWN,
    )  # fmt: skip


def _kind(text: str) -> Kind | None:
    return Kind(text) if text in list(Kind) else None


def _template(kind: Kind) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{kind.value}.xlsx"
        write_template(kind, path)
        return path.read_bytes()
