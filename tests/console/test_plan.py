"""The plan before the send: what it says is what the send then does, and who is left out is named with what is left."""

import re

import sqlalchemy as sa
from sqlmodel import col

from bot.directory.models import Address, Group, Person, Robot
from bot.record.models import Entry
from broadcasts.dispatch.models import Broadcast, Delivery
from tests.console.browser import Browser
from tests.world import COUNTY, PLACES, World

RED = f"/console/plan?hazard=11B03&grade=red&area={COUNTY}"


async def without_address(world: World, *userids: str) -> None:
    async with world.deps.begin() as session:
        await session.execute(sa.delete(Address).where(col(Address.value).in_(userids)))


async def test_the_plan_is_what_the_send_then_does(world: World, officer: Browser) -> None:
    shown = await officer.open(RED)
    found = re.search(r"([0-9,]+) 人、([0-9,]+) 个群，([0-9,]+) 次调用", shown)
    assert found
    people, groups, calls = (int(number.replace(",", "")) for number in found.groups())
    async with world.deps.read() as session:
        assert await session.scalar(sa.select(sa.func.count()).select_from(Broadcast)) == 0  # nothing was written
    await world.issue()
    async with world.deps.read() as session:
        sent = (await session.execute(sa.select(Broadcast).where(col(Broadcast.subject) == ""))).scalars().one()
        counted = (
            sa.select(col(Delivery.target_kind), sa.func.count())
            .where(col(Delivery.broadcast_id) == sent.id, col(Delivery.batch_id).is_not(None))
            .group_by(col(Delivery.target_kind))
        )
        kinds = {kind: number for kind, number in await session.execute(counted)}
    assert (people, groups, calls) == (kinds["person"], kinds["group"], sent.calls)


async def test_who_is_left_out_is_named_with_what_is_left(world: World, officer: Browser) -> None:
    await without_address(world, "li", "zhou", "chen")
    async with world.deps.begin() as session:
        phone = world.deps.vault.seal("19900000001")
        await session.execute(sa.update(Person).where(col(Person.name) == "周秀兰").values(phone_sealed=phone))
        await session.execute(sa.update(Person).where(col(Person.name) == "陈大山").values(phone_sealed=None))
        gone = sa.select(col(Group.id)).where(col(Group.name) == "石门村群").scalar_subquery()
        await session.execute(sa.update(Robot).where(col(Robot.group_id) == gone).values(dead_at=world.clock.now()))
    shown = await officer.open(RED)
    rows = {row.partition("</b>")[0].rpartition("<b>")[2]: row for row in shown.split("<tr>") if "到时候怎么办" in row}
    assert "由 王建国 转告" in rows["李秀英"]  # A's B is reached
    assert "打电话" in rows["周秀兰"]
    assert "请派人上门" in rows["陈大山"]
    async with world.deps.read() as session:
        looked = sa.select(sa.func.count()).select_from(Entry).where(col(Entry.action) == "plan.looked")
        assert await session.scalar(looked) == 1


async def test_a_town_sees_its_own_and_nonsense_is_refused(world: World, officer: Browser, viewer: Browser) -> None:
    assert "发之前先看" in await viewer.open("/console/plan")
    for address in ("?hazard=11B03&grade=pink&area=" + COUNTY, "?hazard=x&grade=red&area=" + COUNTY, "?area=1"):
        assert "请选灾种、颜色和您管的地方" in await officer.open(f"/console/plan{address}")
    one = await officer.open(f"/console/plan?hazard=11B03&grade=red&area={PLACES['石门村'][0]}")
    assert "李秀英" not in one
