"""演练: those that are on and to come, the year by unit, and which areas are due by which paper."""

from datetime import date, timedelta

from aiohttp import web
from wtforms import IntegerField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from bot.access.guards import Caller, posted, signed_in
from bot.access.models import Role
from bot.deps import DEPS
from drills.drills.approvals.waivers import waivers
from drills.drills.models import Stage
from drills.drills.queries import areas_of_all, listed
from drills.drills.states import COMING, ON
from drills.drills.wording import called, places, practised
from drills.drills.yearly import add_frequency, by_unit, end_frequency, folded, frequencies, owed
from handlers.console.drills.found import KNOW, MAY, answers, around, inside
from handlers.console.drills.waiver_form import WaiverForm, offered
from handlers.console.forms import Form
from handlers.console.page import page
from handlers.console.scope import scope
from handlers.console.scope_guard import whole_county

MEND = (Role.leader, Role.admin)
PAST = 50
SOON = timedelta(days=7)  # a drill that is so near presses more than the places that are due

routes = web.RouteTableDef()


class FrequencyForm(Form):
    levels = StringField("哪一级（例如 村,社区）", [DataRequired("请写级别。"), Length(max=64, message="太长了。")])
    months = IntegerField("几个月至少一次", [InputRequired("请填月数。"), NumberRange(1, 120, "1 到 120。")])
    what = StringField("说法（例如 村：每年一次）", [DataRequired("请写说法。"), Length(max=64, message="太长了。")])
    basis = StringField("依据（哪个文件、谁定的）", [DataRequired("请写依据。"), Length(max=128, message="太长了。")])


@routes.get("/console/drills")
async def every(request: web.Request) -> web.Response:
    return await shown(request, await signed_in(request))


@routes.post("/console/drills/frequency")
async def add(request: web.Request) -> web.Response:
    caller, deps = await whole_county(request, *MEND), request.app[DEPS]
    form = FrequencyForm(await posted(request, caller))
    if not form.validate():
        return await shown(request, caller, form=form, status=422)
    levels = [w.strip() for w in str(form.levels.data).replace("，", ",").replace("、", ",").split(",") if w.strip()]
    async with deps.begin() as session:
        await add_frequency(
            session, levels=levels, months=int(form.months.data or 0), what=str(form.what.data).strip(),
            basis=str(form.basis.data).strip(), by=caller.actor, at=deps.clock.now(),
        )  # fmt: skip
    raise web.HTTPSeeOther("/console/drills")


@routes.post(r"/console/drills/frequency/{id:\d{1,9}}/end")
async def end(request: web.Request) -> web.Response:
    caller, deps = await whole_county(request, *MEND), request.app[DEPS]
    await posted(request, caller)
    async with deps.begin() as session:
        await end_frequency(session, int(request.match_info["id"]), day(request), by=caller.actor, at=deps.clock.now())
    raise web.HTTPSeeOther("/console/drills")


def day(request: web.Request) -> date:
    deps = request.app[DEPS]
    return deps.clock.now().astimezone(deps.settings.zone).date()


async def shown(
    request: web.Request, caller: Caller, *, form: FrequencyForm | None = None, spares: WaiverForm | None = None,
    status: int = 200,
) -> web.Response:  # fmt: skip
    deps, today = request.app[DEPS], day(request)
    now = deps.clock.now()
    year = int(y) if (y := request.query.get("year", "")).isdecimal() and "2000" < y < "2100" else today.year
    async with deps.read() as session:
        mine = await scope(session, caller)
        near = around(mine)
        on, coming, ended = [
            await listed(session, states=states, inside=near) for states in (ON, COMING, (Stage.ended,))
        ]
        past = await listed(session, inside=near, most=PAST)
        coming = [drill for drill in coming if not drill.blind or caller.may(*KNOW)]
        areas = await areas_of_all(session, {drill.id for drill in (*on, *coming, *ended, *past)})
        units = await by_unit(session, year, deps.settings.zone, near)
        due = await owed(session, mine.areas, inside(mine), coming, now, deps.settings.zone)
        rules, spared = await frequencies(session, today), await waivers(session, today)
    folds, coming = folded(mine.areas, due, today), [*reversed(coming)]
    soon = [d for d in coming if abs(d.starts_at - now) <= SOON]
    return await page(
        request, "drills/every.html", caller, status=status, live="/console/live", on=on,
        coming=coming, soon=bool(soon), first=next(iter([*soon, *coming]), None),
        past=[d for d in past if d.state not in (*ON, *COMING)],
        where={number: places(mine.areas, ids) for number, ids in areas.items()},
        units=units, year=year, folds=folds, due=len(due), late=sum(len(one.late) for one in folds), rules=rules,
        may=caller.may(*MAY),
        mends=caller.may(*MEND) and mine.whole, form=form or FrequencyForm(), called=called, practised=practised,
        spared=spared, spares=offered(spares or WaiverForm()),
        approver=caller.may(Role.approver), waits=[d for d in coming if d.state is Stage.waiting],
        judged=[drill for drill in ended if answers(mine, drill, areas[drill.id])],
    )  # fmt: skip
