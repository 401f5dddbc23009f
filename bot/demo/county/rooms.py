"""What the county keeps at hand before the demo begins: shelters and who is in them, loudspeakers, robots that were
checked, a notice that waits for its approval and a local warning half written."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.demo.county.load import HERE, bring
from bot.deps import Deps
from bot.directory import robots
from bot.directory.imports.columns import Kind as Table
from bot.directory.models import Robot
from bot.directory.outlets.models import Outlet
from bot.directory.outlets.write import carry_out, planned
from bot.directory.shelters.models import Openness, Shelter
from bot.directory.shelters.queries import say
from bot.directory.tree import tree
from bot.vault import Vault
from broadcasts.alerts.models import Kind
from broadcasts.hazards.grades import Grade
from broadcasts.notices.models import Notice
from broadcasts.notices.writing.checks import Ground
from broadcasts.notices.writing.content import Content, Form
from broadcasts.notices.writing.hearers import hearers
from broadcasts.notices.writing.write import begin, submit

BY, APPROVER = "user:liuyang", "sunzhiyuan"
PEOPLE = {"柳湾镇中心小学": 46, "青崖县体育馆": 0}  # who is there, where it is open already
UNCHECKED = 4  # groups whose owner has not told the code yet
TOWN, VILLAGE, OTHER = "529926101000", "529926101200", "529926203000"
HANDED_IN = Content(
    form=Form.notice,
    body="青崖县防汛抗旱指挥部",
    title="本周查一遍排水沟和危旧房",
    text="未来一周降雨偏多。请各村把排水沟、涵洞、危旧房后坡再看一遍，发现堵的、裂的，当天报到镇上。",
    measures="看排水沟和涵洞，堵的当天清\n看危旧房后坡，有裂缝就先搬人\n看完回报镇值班室",
    areas=(TOWN, OTHER),
    roles=("灾害信息员", "网格员"),
    loud=False,
)
HALF_WRITTEN = Content(
    body="青崖县人民政府",
    hazard="11A51",
    grade=Grade.orange,
    order="准备转移",
    text="上游水库今晚开始泄洪，柳湾村河边低洼处水位会涨。",
    areas=(VILLAGE,),
)


async def furnish(deps: Deps) -> None:
    """What is there already stays."""
    at, vault = deps.clock.now(), deps.vault
    async with deps.begin() as session:
        if not await _any(session, Shelter):
            await _shelters(session, vault, at)
        if not await _any(session, Outlet):
            await _outlets(session, at)
        if not await _any(session, Robot, col(Robot.verified_at).is_not(None)):
            await _robots(session, at)
        if not await _any(session, Notice):
            await _notices(session, deps.settings, at)


async def _any(session: AsyncSession, table: type, *guards: sa.ColumnElement[bool]) -> bool:
    found = await session.execute(sa.select(sa.literal(1)).select_from(table).where(*guards).limit(1))
    return found.first() is not None


async def _shelters(session: AsyncSession, vault: Vault, at: datetime) -> None:
    await bring(session, vault, Table.shelters, HERE / "shelters.csv", at)
    open_ = select(Shelter).where(col(Shelter.name).in_(PEOPLE)).order_by(col(Shelter.id))
    for one in (await session.execute(open_)).scalars():
        await say(session, one, Openness.open, PEOPLE[one.name], by=BY, at=at - timedelta(minutes=35))


async def _outlets(session: AsyncSession, at: datetime) -> None:
    data = (HERE / "outlets.csv").read_bytes()
    await carry_out(session, data, await planned(session, data), partial=False, by=BY, at=at)


async def _robots(session: AsyncSession, at: datetime) -> None:
    """Their owners told the codes in the weeks before; of the last ones nobody has yet."""
    coded = await robots.give_codes(session, at, by=BY)
    for one in coded[:-UNCHECKED]:
        await robots.verify(session, one.code, by=BY, at=at)


async def _notices(session: AsyncSession, settings: Settings, at: datetime) -> None:
    ground = Ground(await tree(session), None, await hearers(session))
    await begin(session, Kind.local, HALF_WRITTEN, ground, by=BY, at=at - timedelta(minutes=20))
    notice = await begin(session, Kind.notice, HANDED_IN, ground, by=BY, at=at - timedelta(minutes=10))
    await submit(session, settings, notice, ground, by=BY, at=at, asked=APPROVER)
