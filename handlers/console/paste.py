"""粘贴: an officer pastes a warning, checks what was read from it, and sends it. Three screens, at most six inputs."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession
from wtforms import DateTimeLocalField, Form, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from bot.access.guards import Caller, posted, require_role
from bot.access.models import Role
from bot.deps import DEPS, Deps
from broadcasts.alerts.models import Alert
from broadcasts.dispatch.spoken import spoken
from broadcasts.hazards.catalogue import by_name
from broadcasts.hazards.grades import Grade
from broadcasts.hazards.tables import rows
from broadcasts.intake.readers.paste import Proposal, propose
from broadcasts.intake.receive import take_one
from broadcasts.intake.take import Way
from handlers.console.drafts import Draft, marked, message, opened, pasted, said, sealed
from handlers.console.page import page
from handlers.console.paste_places import Ground, ground, places, proposed_areas
from handlers.console.paste_preview import say
from handlers.console.paste_threads import best, may_refer
from handlers.console.scope import Scope, scope

routes = web.RouteTableDef()
MAY = (Role.officer, Role.leader)
LONGEST = 20_000  # letters of a text
KINDS = {"Alert": "发布", "Update": "更新", "Cancel": "解除"}
COLOURS = {"?": "请选择", **{grade.value: grade.zh for grade in Grade}, "": "没有颜色"}
NOBODY = "-"  # refers to nothing that we know
LOST = "内容在路上被改过，或登录已经换过，没有发出任何东西。请重新粘贴。"
NEED = "没有读出来，请填写。"


class Checked(Form):
    """The second screen."""

    station = StringField("台站", [DataRequired(NEED), Length(max=64, message="最多 64 个字。")])
    hazard = StringField("灾种", [DataRequired(NEED), Length(max=32, message="最多 32 个字。")])
    colour = SelectField("颜色", choices=COLOURS)
    sent = DateTimeLocalField("发布时间", [InputRequired(NEED)], format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])
    areas = StringField("地方", [DataRequired("请写地方，几个之间用顿号隔开。"), Length(max=2000)])
    msg_type = RadioField("种类", choices=KINDS)
    refers = RadioField("指向哪一条", choices={}, validate_choice=False)


@dataclass(frozen=True)
class Screen:
    """What the second screen shows beside its form."""

    draft: Draft
    found: Proposal
    ground: Ground
    alerts: Sequence[Alert] = field(default_factory=tuple)


@routes.get("/console/paste")
async def ask(request: web.Request) -> web.Response:
    caller = await require_role(request, *MAY)
    return await page(request, "paste.html", caller, text="", error="")


@routes.post("/console/paste")
async def check(request: web.Request) -> web.Response:
    """From the text to what it seems to say."""
    caller = await require_role(request, *MAY)
    form = await posted(request, caller)
    deps, text = request.app[DEPS], pasted(str(form.get("text", "")))
    error = (
        "请先粘贴预警的文字。" if not text.strip() else "文字太长，请只粘贴一条预警。" if len(text) > LONGEST else ""
    )
    if error:
        return await page(request, "paste.html", caller, status=422, text=text, error=error)
    screen = await _screen(deps, caller, Draft(text))
    checked = Checked(data=_proposed(screen, deps))
    checked.refers.choices = _references(screen, deps)
    return await _check_page(request, caller, screen, checked)


@routes.post("/console/paste/check")
async def preview(request: web.Request) -> web.Response:
    """From what the officer says of it to what will be said, and to how many."""
    caller = await require_role(request, *MAY)
    form = await posted(request, caller)
    deps = request.app[DEPS]
    draft = opened(deps.vault, caller, str(form.get("draft", "")))
    if draft is None:
        return await page(request, "paste.html", caller, status=400, text="", error=LOST)
    screen = await _screen(deps, caller, draft)
    checked = Checked(form)
    checked.refers.choices = _references(screen, deps)
    draft = _settled(checked, screen, deps)
    if not _fits(checked, screen, deps):
        return await _check_page(request, caller, screen, checked, status=422)
    return await _confirm_page(request, caller, draft)


@routes.post("/console/paste/send")
async def send(request: web.Request) -> web.Response:
    """Send what the third screen showed."""
    caller = await require_role(request, *MAY)
    form = await posted(request, caller)
    deps = request.app[DEPS]
    draft = opened(deps.vault, caller, str(form.get("draft", "")))
    if draft is None or not draft.sent:
        return await page(request, "paste.html", caller, status=400, text="", error=LOST)
    async with deps.begin() as session:
        at, mine = deps.clock.now(), await scope(session, caller)
        areas, refers = mine.areas, await _referred(session, mine, draft, at)
        county = areas.roots[0].name if areas.roots else ""
        if _asks_again(draft) and not _names_county(str(form.get("county", "")), county):
            error = f"红色要再确认一次：请填县名的第一个字“{county[:1]}”。"
        elif draft.refers and refers is None:
            error = "它指向的那条预警刚刚结束了。请回到上一步，重新选择。"
        else:
            made = message(draft, places(areas, draft.areas), refers)
            way = Way(caller.actor, confirmed=True)
            got = await take_one(session, deps.settings, made, way, at=at)
            alert = (got.taken[0].alert if got.taken else got.contradictions[0].alert).uid
            error = ""
    if error:
        return await _confirm_page(request, caller, draft, error=error, status=422)
    raise web.HTTPSeeOther(f"/console/alerts/{alert}")


async def _screen(deps: Deps, caller: Caller, draft: Draft) -> Screen:
    now = deps.clock.now()
    async with deps.read() as session:
        mine = await scope(session, caller)
        alerts = await may_refer(session, mine, now)
    here = ground(mine)
    return Screen(draft, propose(draft.text, now.astimezone(deps.settings.zone), here.names), here, alerts)


def _proposed(screen: Screen, deps: Deps) -> dict[str, Any]:
    """The form's first values: what was read, else nothing."""
    found = screen.found
    guess = best(screen.alerts, found.event_code.value if found.event_code else None)
    sent = found.sent.value.astimezone(deps.settings.zone).replace(tzinfo=None) if found.sent else None
    return {
        "station": found.station.value if found.station else "",
        "hazard": found.hazard.value if found.hazard else "",
        "colour": found.colour.value.value if found.colour else "?",
        "sent": sent,
        "areas": "、".join(proposed_areas(screen.ground, [area.value for area in found.areas])[0]),
        "msg_type": found.msg_type.value if found.msg_type else "Alert",
        "refers": guess.uid if guess else NOBODY,
    }


def _references(screen: Screen, deps: Deps) -> dict[str, str]:
    now, zone = deps.clock.now(), deps.settings.zone
    alerts = {
        a.uid: f"{a.grade.zh if a.grade else ''}{a.event}　{a.sender_name} {spoken(a.sent, now, zone)}发布"
        for a in screen.alerts
    }
    return {**alerts, NOBODY: "系统里没有它指向的那一条"}


def _fits(checked: Checked, screen: Screen, deps: Deps) -> bool:
    """Whether the officer's values hold together; what does not is said beside its field."""
    fine = bool(checked.validate())
    if checked.colour.data == "?":
        checked.colour.errors = [NEED]
        fine = False
    names = checked.areas.data or ""
    _, unknown = screen.ground.find(names)
    if unknown:
        checked.areas.errors = list(unknown)
        fine = False
    sent = checked.sent.data
    if sent and sent.replace(tzinfo=deps.settings.zone) > deps.clock.now():
        checked.sent.errors = ["发布时间还没有到，请核对。"]
        fine = False
    known = {NOBODY, *(alert.uid for alert in screen.alerts)}
    if checked.msg_type.data != "Alert" and checked.refers.data not in known:
        checked.refers.errors = ["请选它指向哪一条。"]
        fine = False
    return fine


def _settled(checked: Checked, screen: Screen, deps: Deps) -> Draft:
    codes, _ = screen.ground.find(checked.areas.data or "")
    sent: datetime | None = checked.sent.data
    refers = checked.refers.data if checked.msg_type.data != "Alert" else ""
    return replace(
        screen.draft,
        station=(checked.station.data or "").strip(),
        event=(checked.hazard.data or "").strip(),
        colour=checked.colour.data if checked.colour.data != "?" else "",
        sent=sent.replace(tzinfo=deps.settings.zone).isoformat() if sent else "",
        msg_type=checked.msg_type.data or "",
        areas=tuple(codes),
        refers="" if refers == NOBODY else (refers or ""),
    )


async def _check_page(
    request: web.Request, caller: Caller, screen: Screen, checked: Checked, status: int = 200
) -> web.Response:
    return await page(
        request,
        "paste_check.html",
        caller,
        status=status,
        draft=sealed(request.app[DEPS].vault, caller, screen.draft),
        form=checked,
        pieces=marked(screen.draft.text, screen.found),
        words=said(screen.found, screen.draft.text),
        unknown=proposed_areas(screen.ground, [area.value for area in screen.found.areas])[1],
        towns=screen.ground.first,
        hazards=[row["name"] for row in rows()],
        alerts=screen.alerts,
    )


async def _confirm_page(
    request: web.Request, caller: Caller, draft: Draft, *, error: str = "", status: int = 200
) -> web.Response:
    deps = request.app[DEPS]
    async with deps.read() as session:
        at, mine = deps.clock.now(), await scope(session, caller)
        areas, refers = mine.areas, await _referred(session, mine, draft, at)
        made = message(draft, places(areas, draft.areas), refers)
        told = await say(session, deps.settings, areas, made, refers, at=at)
    named = by_name(draft.event)
    return await page(
        request,
        "paste_send.html",
        caller,
        status=status,
        draft=sealed(deps.vault, caller, draft),
        facts=draft,
        sent=datetime.fromisoformat(draft.sent),
        known=named,
        refers=refers,
        kind=KINDS[draft.msg_type],
        place_names="、".join(name for name, _ in places(areas, draft.areas)),
        told=told,
        again=(areas.roots[0].name[:1] if areas.roots else "") if _asks_again(draft) else "",
        error=error,
    )


async def _referred(session: AsyncSession, mine: Scope, draft: Draft, at: datetime) -> Alert | None:
    alerts = await may_refer(session, mine, at) if draft.refers else []
    return next((alert for alert in alerts if alert.uid == draft.refers), None)


def _asks_again(draft: Draft) -> bool:
    return draft.grade is Grade.red


def _names_county(typed: str, county: str) -> bool:
    return not county or typed.strip()[:1] == county[:1]
