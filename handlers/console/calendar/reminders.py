"""提醒: what comes back by the calendar, made from a form or a ready day, ended; and what was missed."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from bot.access.guards import Caller, posted, require_role
from bot.access.models import Role, User
from bot.deps import DEPS
from bot.errors import SignalTreeError
from drills.reminders.audience import everybody
from drills.reminders.models import Moment, Occurrence, Reminder, Topic
from drills.reminders.plan import ANSWER_HOURS, add, end
from drills.reminders.presets import Preset, presets
from drills.reminders.recurrence import checked
from drills.reminders.soundings import latest
from drills.reminders.spelled import spelled
from handlers.console.calendar.duty import within
from handlers.console.forms import Form
from handlers.console.page import page
from handlers.console.scope import Scope, scope

MAY = (Role.officer, Role.leader, Role.admin)
TOPICS = {
    Topic.theme: "主题日",
    Topic.meeting: "会议",
    Topic.contacts: "通讯录核对",
    Topic.reachability: "联络测试（只发给三十天没有说过话的人）",
    Topic.training: "培训",
    Topic.other: "其他",
}
EVERY = {
    "": "只这一次", "FREQ=DAILY": "每天", "FREQ=WEEKLY": "每周", "FREQ=MONTHLY": "每月", "FREQ=YEARLY": "每年",
    "other": "别的（写在下面）",
}  # fmt: skip
LAST = 20

routes = web.RouteTableDef()


class ReminderForm(Form):
    name = StringField("叫什么", [DataRequired("请写名字。"), Length(max=64, message="最多 64 个字。")])
    topic = SelectField("哪一类", choices={topic.value: zh for topic, zh in TOPICS.items()})
    starts_at = DateTimeLocalField("第一次（避开整点和半点）", [InputRequired("请填时间。")], format="%Y-%m-%dT%H:%M")
    every = SelectField("重复", choices=EVERY)
    rule = StringField("重复的写法（RFC 5545，例如 FREQ=MONTHLY;BYDAY=1MO）", [Optional(), Length(max=255)])
    roles = StringField("给哪些人（角色，用逗号隔开）", [Length(max=160, message="太长了。")])
    kinds = StringField("给哪些群（村群、工作群、值班群）", [Length(max=96, message="太长了。")])
    area = SelectField("在哪里", validate_choice=False)
    text = TextAreaField("说什么", [DataRequired("请写要说的话。"), Length(max=500, message="最多 500 个字。")])
    answer_hours = IntegerField(
        "联络测试：几小时没有应答算联系不上", [Optional(), NumberRange(1, 168, "请填 1 到 168。")], default=ANSWER_HOURS
    )
    must_act = BooleanField("夜里也要发（21:30—07:10，有人必须马上办才选）")
    basis = StringField("依据（哪个文件、谁定的）", [DataRequired("请写依据。"), Length(max=128)])

    def validate_roles(self, field: StringField) -> None:
        if not _listed(field.data) and not _listed(self.kinds.data):
            raise ValidationError("人和群至少写一样。")

    def validate_kinds(self, field: StringField) -> None:
        if self.topic.data == Topic.reachability and _listed(field.data):
            raise ValidationError("联络测试只问人，群里回的话系统听不到。请空着。")

    @property
    def recurrence(self) -> str:
        written = (self.rule.data or "").strip().upper()
        return written if self.every.data == "other" else str(self.every.data or "")


@routes.get("/console/reminders")
async def show(request: web.Request) -> web.Response:
    """`?preset=` fills the form with one of the ready days."""
    return await _shown(request, await require_role(request, *MAY))


@routes.post("/console/reminders")
async def make(request: web.Request) -> web.Response:
    deps, caller = request.app[DEPS], await require_role(request, *MAY)
    form, at = ReminderForm(await posted(request, caller)), deps.clock.now()
    if not form.validate():
        return await _shown(request, caller, form=form, status=422)
    starts = (form.starts_at.data or at).replace(tzinfo=deps.settings.zone)
    try:
        # a rule that never comes is looked for over ten years: not on the loop
        await asyncio.to_thread(checked, form.recurrence, starts, deps.settings.zone, at)
        async with deps.begin() as session:
            mine = await scope(session, caller)
            said = str(form.area.data or "")
            area = int(said) if said.isdecimal() and len(said) < 10 else None
            if (area is None and not mine.whole) or (
                area is not None and (area not in mine.areas.nodes or not within(mine, area))
            ):
                raise web.HTTPForbidden
            await add(
                session, deps.settings, name=(form.name.data or "").strip(), topic=Topic(form.topic.data),
                starts_at=starts, rule=form.recurrence, roles=",".join(_listed(form.roles.data)),
                kinds=",".join(_listed(form.kinds.data)), area_id=area, text=(form.text.data or "").strip(),
                must_act=bool(form.must_act.data), by=caller.actor, at=at, basis=(form.basis.data or "").strip(),
                answer_hours=form.answer_hours.data or ANSWER_HOURS,
            )  # fmt: skip
    except SignalTreeError as error:
        return await _shown(request, caller, form=form, error=str(error), status=422)
    raise web.HTTPSeeOther("/console/reminders")


@routes.post("/console/reminders/{uid}/end")
async def stop(request: web.Request) -> web.Response:
    deps, caller = request.app[DEPS], await require_role(request, *MAY)
    await posted(request, caller)
    async with deps.begin() as session:
        mine = await scope(session, caller)
        wanted = select(Reminder).where(col(Reminder.uid) == request.match_info["uid"])
        one = (await session.execute(wanted)).scalar_one_or_none()
        if one is None or not (mine.whole if one.area_id is None else within(mine, one.area_id)):
            raise web.HTTPNotFound
        await end(session, one, by=caller.actor, at=deps.clock.now())
    raise web.HTTPSeeOther("/console/reminders")


def _listed(text: str | None) -> list[str]:
    words = (text or "").replace("，", ",").replace("、", ",").replace(";", ",").replace("；", ",").split(",")
    return [word.strip() for word in words if word.strip()]


def _filled(preset: Preset, now: datetime, request: web.Request) -> ReminderForm:
    rule = preset.rule if preset.rule in EVERY else "other"
    starts = preset.starts_at(now, request.app[DEPS].settings.zone).replace(tzinfo=None)
    return ReminderForm(
        data={
            "name": preset.name, "topic": preset.topic.value, "starts_at": starts, "every": rule, "rule": preset.rule,
            "roles": preset.roles, "kinds": preset.kinds, "text": preset.text, "basis": preset.basis,
        }
    )  # fmt: skip


async def _shown(
    request: web.Request, caller: Caller, *, form: ReminderForm | None = None, error: str = "", status: int = 200
) -> web.Response:
    deps = request.app[DEPS]
    now = deps.clock.now()
    chosen = next((p for p in presets() if p.name == request.query.get("preset")), None)
    filled = form or (_filled(chosen, now, request) if chosen else ReminderForm(data={"topic": "theme"}))
    async with deps.read() as session:
        mine = await scope(session, caller)
        pairs = select(Reminder, Occurrence).join(Occurrence, col(Occurrence.reminder_id) == col(Reminder.id))
        due = pairs.where(col(Occurrence.state) == Moment.due).order_by(col(Occurrence.due_at), col(Reminder.id))
        past = pairs.where(col(Occurrence.state) != Moment.due).order_by(col(Occurrence.done_at).desc()).limit(200)
        coming = [(r, o) for r, o in await session.execute(due) if _sees(mine, r)]
        gone = [(r, o) for r, o in await session.execute(past) if _sees(mine, r)]
        left, reached = await _left(session, [r for r, _ in coming]), await _reached(session, coming)
        sounded = await latest(session, 1)
    places = [(n.id, n.name) for n in mine.areas.nodes.values() if within(mine, n.id)]
    filled.area.choices = ([("", "全县")] if mine.whole else []) + [(str(i), name) for i, name in places]
    facts: dict[str, Any] = {
        "coming": coming,
        "left": left,
        "reached": reached,
        "sounded": sounded[0] if sounded and mine.whole else None,
        "failed": [(r, o) for r, o in gone if o.state is Moment.failed][:LAST],
        "missed": [(r, o) for r, o in gone if o.state is Moment.missed][:LAST],
        "gone": [(r, o) for r, o in gone if o.state not in {Moment.missed, Moment.failed}][:LAST],
        "presets": presets(),
        "topics": {topic.value: zh.partition("（")[0] for topic, zh in TOPICS.items()},
        "again": spelled,
        "opened": form is not None or chosen is not None,
        "whole": mine.whole,
        "areas": {node.id: node.name for node in mine.areas.nodes.values()},
    }
    return await page(request, "calendar/reminders.html", caller, status=status, form=filled, error=error, **facts)


async def _left(session: AsyncSession, reminders: Sequence[Reminder]) -> set[str]:
    """Owners who have no login any more."""
    owners = {one.owner for one in reminders if one.owner.startswith("user:")}
    wanted = select(User.name).where(col(User.name).in_([o.removeprefix("user:") for o in owners]))
    standing = (await session.execute(wanted.where(col(User.disabled_at).is_(None)))).scalars()
    return owners - {f"user:{name}" for name in standing}


async def _reached(session: AsyncSession, coming: Sequence[tuple[Reminder, Occurrence]]) -> dict[int, int]:
    """How many people and groups each would go to now; the same audience is asked for once."""
    known: dict[tuple[str, str, int | None], int] = {}
    for r, _ in coming:
        key = (r.roles, r.kinds, r.area_id)
        if key not in known:
            known[key] = len(await everybody(session, *key))
    return {r.id: known[r.roles, r.kinds, r.area_id] for r, _ in coming}


def _sees(mine: Scope, reminder: Reminder) -> bool:
    return reminder.area_id is None or within(mine, reminder.area_id)
