"""What had been done before the demo begins, so that no room is empty: a roster, a handover, a planned drill, a
reminder, a call, a report that was confirmed and a hint that waits. What is there already stays; a roster that has run
out goes on."""

from datetime import datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.deps import Deps
from bot.directory.models import Address, Area, Person
from bot.directory.tree import tree
from bot.vault import Vault
from bot.wiring import HANDED_OVER
from broadcasts.hazards.grades import Grade
from drills.drills.approvals.decide import approve, hand_in, steps
from drills.drills.models import Form
from drills.drills.participants import name
from drills.drills.plan import Line, Outline, plan, write_script
from drills.drills.queries import listed
from drills.duty import handover, owed, phones
from drills.duty.models import Handover
from drills.duty.now import roster
from drills.duty.rosters.looked import directory
from drills.duty.rosters.sheets import read
from drills.duty.rosters.written import write
from drills.reminders.plan import add
from drills.reminders.presets import presets
from handlers.hints import file as hints
from handlers.reports import file as reports
from handlers.reports.deadlines.due import stable
from handlers.reports.decide import confirm
from handlers.reports.models import Report
from handlers.reports.reporter import Reporter

BY, CHIEF = "user:liuyang", "user:sunzhiyuan"
TOWN, VILLAGE = "529926101000", "529926101200"  # 柳湾镇, and its 柳湾村
INFORMANT, SECOND = "lixiuying", "zhaomin"
DAY, NIGHT = time(8, 30), time(17)
DAYS = 8  # for which there is a roster
# 刘洋 is there first; the last pair has gone home.
PAIRS = ("刘洋 傅长莲", "刘洋 熊文强", "袁勇 唐学英", "傅长莲 熊文强", "石德安 赵金安")
LEADER = "孙志远"
HEAD = "值班室,区划代码,开始,结束,角色,姓名"
ROOM = "县值班室,529926000000"
SCRIPT = (
    Line(0, "上游一小时下了八十毫米，请叫醒河边人家。", expected="十分钟内应答"),
    Line(20, "请清点人数，报给镇上。"),
)
REPORTED = "二组路边塌了一小块土，路还通，没人伤"
HINTED = "一组河边护栏松了，晚上看不清"
CALLED = "三组有人问今晚河边的路还走不走"


async def before(deps: Deps) -> None:
    at, settings = deps.clock.now(), deps.settings
    async with deps.begin() as session:
        anew = await _rostered(session, settings, deps.vault, at)
    if anew:
        await _handed_over(deps, _begun(at.astimezone(settings.zone)))
    async with deps.begin() as session:
        await _drill_planned(session, settings, at)
        if (await session.execute(select(Report.id).limit(1))).first() is None:
            await _reported(session, settings, at)
            await _hinted(session, settings, deps.vault, at)
            await _reminder_set(session, settings, at)
            await _call_noted(session, deps.vault, at)


async def _rostered(session: AsyncSession, settings: Settings, vault: Vault, at: datetime) -> bool:
    """From the shift before the one that is on now; who has begun has confirmed. Whether anything was written."""
    if (await roster(session, at)).on:
        return False
    plan_ = read(sheet(at.astimezone(settings.zone)).encode(), await directory(session, vault, None), settings.zone)
    made = await write(session, plan_, source="demo", by=BY, zone=settings.zone, at=at)
    await session.flush()
    for shift in made:
        if shift.starts_at <= at:
            await owed.confirm(session, shift, by=BY, at=at)
    return True


async def _handed_over(deps: Deps, begun: datetime) -> None:
    """As the machine wrote it when this shift began; who came has confirmed it."""
    await handover.write_due(deps, HANDED_OVER, begun)
    async with deps.begin() as session:
        written = select(Handover).where(col(Handover.due_at) == begun, col(Handover.confirmed_at).is_(None))
        for one in (await session.execute(written)).scalars():
            await handover.confirm(session, one, by=BY, at=begun)


def sheet(local: datetime) -> str:
    """The roster as a county would import it: a day's shift and a night's, two officers each, a leader round the
    clock."""
    lines, begins = [HEAD], _before(_begun(local))
    for number in range(-1, DAYS * 2):
        ends = _next(begins)
        pair = PAIRS[number] if number < 2 else PAIRS[1 + number % (len(PAIRS) - 1)]
        span = f"{begins:%Y-%m-%d %H:%M},{ends:%Y-%m-%d %H:%M}"
        lines += [f"{ROOM},{span},值班,{who}" for who in pair.split()] + [f"{ROOM},{span},带班,{LEADER}"]
        begins = ends
    return "\n".join(lines)


def _begun(local: datetime) -> datetime:
    """When the shift that is on now began."""
    today = datetime.combine(local.date(), DAY, local.tzinfo)
    tonight = datetime.combine(local.date(), NIGHT, local.tzinfo)
    return tonight if local >= tonight else today if local >= today else tonight - timedelta(days=1)


def _before(begins: datetime) -> datetime:
    day = begins.time() == DAY
    return datetime.combine(begins.date() - timedelta(days=1 if day else 0), NIGHT if day else DAY, begins.tzinfo)


def _next(begins: datetime) -> datetime:
    day = begins.time() == DAY
    return datetime.combine(begins.date() + timedelta(days=0 if day else 1), NIGHT if day else DAY, begins.tzinfo)


async def _drill_planned(session: AsyncSession, settings: Settings, at: datetime) -> None:
    if any(drill.starts_at > at for drill in await listed(session)):
        return
    town, coming = await _area(session, TOWN), at.astimezone(settings.zone) + timedelta(days=3)
    outline = Outline(
        name="柳湾镇山洪演练", hazard="11A51", unit="柳湾镇人民政府", unit_area=town.id, areas=[town.id],
        starts_at=coming.replace(hour=9, minute=20, second=0, microsecond=0), leader=LEADER,
        scenario="夜里强降雨，三条沟同时涨水，路断了。", grade=Grade.orange, form=Form.field,
    )  # fmt: skip
    drill = await plan(session, settings, outline, by=BY, at=at)
    await write_script(session, drill, SCRIPT, by=BY, at=at)
    await name(session, drill, [("person", (await _person(session, one)).id) for one in (INFORMANT, SECOND)], by=BY)
    await hand_in(session, settings, drill, sure=True, by=BY, at=at)
    await session.flush()
    read = (await steps(session, drill.id))[-1].id
    await approve(session, settings, drill, read=read, sure=True, tells=False, by=CHIEF, at=at)


async def _reported(session: AsyncSession, settings: Settings, at: datetime) -> None:
    """This morning or last night, and confirmed: nobody is rung for it, and nothing is owed before tomorrow."""
    areas, person, said = await tree(session), await _person(session, INFORMANT), at - timedelta(hours=3)
    who = Reporter(f"person:{person.uid}", "chat", person, home=person.area_id)
    filed = await reports.file(session, settings, areas, who, REPORTED, at=said, heard_at=said, rings=False)
    await confirm(session, settings, filed.report, comment="镇上已清理", by=BY, at=said + timedelta(minutes=20))
    await stable(session, filed.report, at, settings.zone)


async def _hinted(session: AsyncSession, settings: Settings, vault: Vault, at: datetime) -> None:
    person, said = await _person(session, SECOND), at - timedelta(hours=2)
    who = Reporter(f"person:{person.uid}", "chat", person, home=person.area_id)
    await hints.file(session, settings, vault, await tree(session), who, HINTED, at=said, heard_at=said)


async def _reminder_set(session: AsyncSession, settings: Settings, at: datetime) -> None:
    ready = next(one for one in presets() if one.name == "每月联络测试")
    await add(
        session, settings, name=ready.name, topic=ready.topic, starts_at=ready.starts_at(at, settings.zone),
        rule=ready.rule, roles=ready.roles, kinds=ready.kinds, area_id=None, text=ready.text, must_act=False, by=BY,
        at=at, basis=ready.basis,
    )  # fmt: skip


async def _call_noted(session: AsyncSession, vault: Vault, at: datetime) -> None:
    village, rung = await _area(session, VILLAGE), at - timedelta(hours=1)
    await phones.keep(
        session, vault, key="demo", area_id=village.id, called_at=rung, place="柳湾村三组",
        caller=phones.Caller(name="褚秀兰"), said=CALLED, told="已告诉镇值班室", by=BY, at=rung,
    )  # fmt: skip


async def _area(session: AsyncSession, code: str) -> Area:
    return (await session.execute(select(Area).where(col(Area.code) == code))).scalar_one()


async def _person(session: AsyncSession, userid: str) -> Person:
    wanted = select(Person).join(Address, col(Address.person_id) == col(Person.id)).where(col(Address.value) == userid)
    return (await session.execute(wanted)).scalar_one()
