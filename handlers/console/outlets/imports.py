"""A list of loudspeakers and screens from a file: what it would change is shown first, then it is written or not."""

import asyncio
import hashlib
from io import BytesIO

import xlsxwriter
from aiohttp import web

from bot.access.guards import Caller, posted
from bot.access.models import Role
from bot.deps import DEPS
from bot.directory.imports.files import UnreadableFile
from bot.directory.outlets.sheet import COLUMNS, OutletPlan
from bot.directory.outlets.write import OutletFaults, OutletsChanged, carry_out, planned
from handlers.console.county.import_files import drop, keep, kept, sweep
from handlers.console.figures.files import XLSX, attached
from handlers.console.page import page
from handlers.console.scope_guard import whole_county

LIMIT = 10 * 1024 * 1024
SHOWN = 200
WIDTH = 18
GONE = "文件已经不在了（只保留一小时）。请重新上传。"

routes = web.RouteTableDef()


@routes.get("/console/outlets/import")
async def ask(request: web.Request) -> web.Response:
    return await _page(request, await whole_county(request, Role.admin))


@routes.get("/console/outlets/template.xlsx")
async def template(request: web.Request) -> web.Response:
    """An empty table with its headings. Every cell is text, so that no code becomes a number."""
    await whole_county(request, Role.admin)
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        sheet = book.add_worksheet("大喇叭和显示屏")
        sheet.set_column(0, len(COLUMNS) - 1, WIDTH, text)
        for place, column in enumerate(COLUMNS):
            sheet.write_string(0, place, column.zh, bold)
    return attached(out.getvalue(), XLSX, "outlets.xlsx")


@routes.post("/console/outlets/import")
async def look(request: web.Request) -> web.Response:
    """Read the file and show what it would do. Writes nothing."""
    caller = await whole_county(request, Role.admin)
    deps, at = request.app[DEPS], request.app[DEPS].clock.now()
    data = await _sent(request, caller)
    if not data:
        return await _page(request, caller, status=422, error="请选好文件。")
    try:
        async with deps.read() as session:
            seen = await planned(session, data)
    except UnreadableFile as error:
        return await _page(request, caller, status=422, error=str(error))
    await asyncio.to_thread(sweep, deps.settings.data_dir, at)
    name = await asyncio.to_thread(keep, deps.vault, deps.settings.data_dir, data, at)
    return await _page(request, caller, seen=seen, upload=name)


@routes.post("/console/outlets/import/write")
async def write(request: web.Request) -> web.Response:
    """Write what was shown, if the list has not changed since."""
    caller = await whole_county(request, Role.admin)
    form, deps = await posted(request, caller), request.app[DEPS]
    name, at = str(form.get("upload", "")), deps.clock.now()
    data = await asyncio.to_thread(kept, deps.vault, deps.settings.data_dir, name, at)
    if data is None:
        return await _page(request, caller, status=410, error=GONE)
    async with deps.read() as session:
        seen = await planned(session, data)
    if outline(seen) != form.get("outline"):
        return await _page(request, caller, status=409, error=str(OutletsChanged()), seen=seen, upload=name)
    try:
        async with deps.begin() as session:
            done = await carry_out(session, data, seen, partial="partial" in form, by=caller.actor, at=at)
    except (OutletFaults, OutletsChanged) as error:
        return await _page(request, caller, status=409, error=str(error), seen=seen, upload=name)
    await asyncio.to_thread(drop, deps.settings.data_dir, name)
    return await _page(request, caller, done=done)


def outline(seen: OutletPlan) -> str:
    """What the person saw, in short: it goes with the form, so that what changed since is noticed."""
    return hashlib.sha256(repr(seen.outline).encode()).hexdigest()


async def _sent(request: web.Request, caller: Caller) -> bytes:
    large = request.clone(client_max_size=LIMIT)
    try:
        file = (await posted(large, caller)).get("file")
        return await asyncio.to_thread(file.file.read) if isinstance(file, web.FileField) else b""
    finally:
        for part in (await large.post()).values():
            if isinstance(part, web.FileField):
                part.file.close()


async def _page(
    request: web.Request, caller: Caller, *, status: int = 200, error: str = "", seen: OutletPlan | None = None,
    upload: str = "", done: OutletPlan | None = None,
) -> web.Response:  # fmt: skip
    return await page(
        request, "outlets/import.html", caller, status=status, error=error, plan=seen, done=done, upload=upload,
        outline=outline(seen) if seen else "", columns=COLUMNS, shown=SHOWN,
    )  # fmt: skip
