"""方言录音: one person brings a recording of a warning, a second listens and approves; then it is played, and goes
behind the text to whom the county names."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import DataRequired, Length

from bot.access.guards import Caller, posted
from bot.access.models import Role
from bot.config import Settings
from bot.deps import DEPS
from bot.directory.tree import Tree, tree
from bot.errors import SignalTreeError
from broadcasts.clips import keep
from broadcasts.clips.amr import can_make, voice
from broadcasts.clips.files import path_of, voice_path
from broadcasts.clips.keep import Facts
from broadcasts.clips.messages.media import known
from broadcasts.clips.models import Clip, ClipMedia, Hears
from broadcasts.clips.sounds import BYTES
from broadcasts.dispatch.states import Road
from handlers.console.county.rule_forms import GRADES, Dated, hazard_code
from handlers.console.county.rule_words import what
from handlers.console.forms import Form
from handlers.console.page import page
from handlers.console.scope_guard import whole_county
from handlers.recordings import as_asked
from handlers.wechat.files import write

routes = web.RouteTableDef()
MAY = (Role.officer, Role.leader, Role.admin)
APPROVES = (Role.leader, Role.approver, Role.admin)
SEES = (*MAY, Role.approver)
LANGUAGES = {"zh-CN": "汉语", "ko": "朝鲜语"}
HEARS = {Hears.nobody: "不发", Hears.readers: "那里用这种语言的人", Hears.everyone: "那里所有的人"}


class ClipForm(Form):
    hazard = StringField("灾种（名称或代码，空着是任何灾种）")
    grade = SelectField("颜色", choices=GRADES)
    language = SelectField("说的是", choices=LANGUAGES, default="zh-CN")
    dialect = StringField("方言怎么叫（例如 石门话）", [Length(max=32, message="最多 32 个字。")])
    area = SelectField("在哪里说（空着是全县）", validate_choice=False)
    words = StringField(
        "里面说的话", [DataRequired("请写下录音里说的话。"), Length(max=255, message="最多 255 个字。")]
    )
    drill = BooleanField("演练用的（录音里念了“演练”）")

    validate_hazard = Dated.validate_hazard


@dataclass(frozen=True)
class Row:
    """`mine`: the caller brought it, and so does not approve it."""

    clip: Clip
    about: str
    place: str
    mine: bool
    media: Sequence[tuple[str, ClipMedia]] = ()  # by road, what WeCom has of it


@routes.get("/console/clips")
async def show(request: web.Request) -> web.Response:
    return await _page(request, await whole_county(request, *SEES))


@routes.post("/console/clips")
async def bring(request: web.Request) -> web.Response:
    caller = await whole_county(request, *MAY)
    posted_form = await posted(request, caller)
    form, deps, file = ClipForm(posted_form), request.app[DEPS], posted_form.get("file")
    raw = await asyncio.to_thread(file.file.read, BYTES + 1) if isinstance(file, web.FileField) else b""
    if not form.validate() or not raw:
        error = "" if raw else "请选一个录音文件，不能是空的。"
        return await _page(request, caller, form=form, error=error, status=422)
    now, made = deps.clock.now(), await asyncio.to_thread(voice, raw)  # before anything is locked
    try:
        async with deps.begin() as session:
            areas = await tree(session)
            clip = await keep.bring(session, _facts(form, areas), raw, by=caller.actor, at=now)
            await asyncio.to_thread(write, path_of(deps.settings, clip.uid), raw)
            await _lay(session, deps.settings, clip, made)
    except SignalTreeError as error:
        return await _page(request, caller, form=form, error=str(error), status=422)
    raise web.HTTPSeeOther("/console/clips")


@routes.get("/console/clips/{uid}/sound")
async def sound(request: web.Request) -> web.StreamResponse:
    """To ask for it is to listen, and on the record: nobody approves what they have not heard."""
    caller, deps = await whole_county(request, *SEES), request.app[DEPS]
    async with deps.begin() as session:
        clip = await _clip(session, request)
        if not (clip.approved_at or clip.ended_at):
            keep.listened(session, clip, by=caller.actor, at=deps.clock.now())
    return await as_asked(request, path_of(deps.settings, clip.uid), clip.mime)


@routes.post("/console/clips/{uid}/{do:approve|end}")
async def decide(request: web.Request) -> web.Response:
    do, deps = request.match_info["do"], request.app[DEPS]
    caller = await whole_county(request, *(APPROVES if do == "approve" else SEES))
    await posted(request, caller)
    try:
        async with deps.begin() as session:
            clip = await _clip(session, request)
            if do == "approve":
                await keep.approve(session, clip, by=caller.actor, at=deps.clock.now())
            else:
                keep.end(session, clip, by=caller.actor, at=deps.clock.now())
    except SignalTreeError as error:
        return await _page(request, caller, error=str(error), status=409)
    raise web.HTTPSeeOther("/console/clips")


@routes.post("/console/clips/{uid}/heard-by")
async def hear(request: web.Request) -> web.Response:
    """Who gets it behind the text, from the next warning on."""
    caller, deps = await whole_county(request, *APPROVES), request.app[DEPS]
    asked = (await posted(request, caller)).get("heard_by")
    if asked not in set(Hears):
        raise web.HTTPBadRequest
    async with deps.read() as session:
        clip = await _clip(session, request)
    path = path_of(deps.settings, clip.uid)
    lacks = not clip.voice_bytes and path.is_file()
    made = await asyncio.to_thread(lambda: voice(path.read_bytes())) if lacks else b""
    try:
        async with deps.begin() as session:
            clip = await _clip(session, request)
            await _lay(session, deps.settings, clip, made)
            keep.let_hear(session, clip, Hears(asked), by=caller.actor, at=deps.clock.now())
    except SignalTreeError as error:
        return await _page(request, caller, error=str(error), status=409)
    raise web.HTTPSeeOther("/console/clips")


async def _lay(session: AsyncSession, settings: Settings, clip: Clip, made: bytes) -> None:
    """The AMR beside it."""
    if made and not clip.voice_bytes:
        await asyncio.to_thread(write, voice_path(settings, clip.uid), made)
        clip.voice_bytes = len(made)
        session.add(clip)


def _facts(form: ClipForm, areas: Tree) -> Facts:
    area = int(form.area.data) if (form.area.data or "").isdecimal() else None
    return Facts(
        hazard_code(form.hazard.data),
        form.grade.data or "",
        form.language.data,
        (form.dialect.data or "").strip(),
        area if area in areas.nodes else None,
        bool(form.drill.data),
        " ".join((form.words.data or "").split()),
    )


async def _clip(session: AsyncSession, request: web.Request) -> Clip:
    """Raises 404."""
    wanted = select(Clip).where(col(Clip.uid) == request.match_info["uid"])
    found = (await session.execute(wanted)).scalar_one_or_none()
    if found is None:
        raise web.HTTPNotFound
    return found


async def _page(
    request: web.Request, caller: Caller, *, form: ClipForm | None = None, error: str = "", status: int = 200
) -> web.Response:
    async with request.app[DEPS].read() as session:
        areas = await tree(session)
        clips = (await session.execute(select(Clip).order_by(col(Clip.id).desc()))).scalars().all()
        media = await known(session)
    form = form or ClipForm()
    form.area.choices = [("", "全县"), *((str(n.id), n.name) for n in areas.nodes.values() if n.id == n.town_id)]
    rows = [_row(clip, areas, caller, media) for clip in clips]
    return await page(
        request,
        "county/clips.html",
        caller,
        status=status,
        error=error,
        waiting=[r for r in rows if not r.clip.approved_at and not r.clip.ended_at],
        used=[r for r in rows if r.clip.approved_at and not r.clip.ended_at],
        ended=[r for r in rows if r.clip.ended_at],
        form=form,
        brings=caller.may(*MAY),
        approves=caller.may(*APPROVES),
        hears=HEARS,
        makes=can_make(),
        application=request.app[DEPS].settings.has_application,
    )


def _row(clip: Clip, areas: Tree, caller: Caller, media: Mapping[tuple[Road, int], ClipMedia]) -> Row:
    speech = clip.dialect or LANGUAGES.get(clip.language, clip.language)
    about = f"{'演练用 ' if clip.drill else ''}{what(clip.hazard, clip.grade)}预警　{speech}"
    place = areas.nodes[clip.area_id].name if clip.area_id in areas.nodes else "全县"
    kept = [(road.value, row) for road in Road if (row := media.get((road, clip.id)))]
    return Row(clip, about, place, clip.brought_by == caller.actor, kept)
