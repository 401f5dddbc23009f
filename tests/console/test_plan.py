"""The plan before the send: what it says is what the send then does, and who is left out is named with what is left."""

import re
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlmodel import col

from bot.directory.models import Address, Group, Person, Robot
from bot.record.models import Entry
from broadcasts.dispatch.differences import differences
from broadcasts.dispatch.failover.sweep import sweep_due
from broadcasts.dispatch.models import Broadcast, Delivery
from broadcasts.dispatch.planning.quotas import quotas
from broadcasts.dispatch.queries import of_alert
from tests.console.browser import Browser
from tests.console.test_held import stale
from tests.watch.looking import look, standing
from tests.world import COUNTY, PLACES, World, robot_key

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


def row(shown: str, name: str) -> str:
    rows = {row.partition("</b>")[0].rpartition("<b>")[2]: row for row in shown.split("<tr>") if "到时候怎么办" in row}
    return rows.get(name, "")


async def test_robots_that_are_dead_are_named_with_who_forwards(world: World, officer: Browser) -> None:
    async with world.deps.begin() as session:
        gone = sa.select(col(Group.id)).where(col(Group.name) == "石门村群").scalar_subquery()
        await session.execute(sa.update(Robot).where(col(Robot.group_id) == gone).values(dead_at=world.clock.now()))
    shown = row(await officer.open(RED), "石门村群")
    assert "群机器人已失效" in shown
    assert "由人转发" in shown


async def test_a_robot_that_has_had_its_minute_is_named_and_the_seconds_say_so(world: World, officer: Browser) -> None:
    assert "60." not in re.findall(r"约 ([0-9.]+) 秒发完", await officer.open(RED))[0]
    for n in range(20):
        await world.issue(places=("柳湾村",), identifier=f"52992641600000_202607111840{n:02}")
    shown = await officer.open(RED)
    assert "等几十秒" in row(shown, "柳湾村群")
    assert "这一分钟" in row(shown, "柳湾村群")
    assert float(re.findall(r"约 ([0-9.]+) 秒发完", shown)[0]) >= 60


async def test_who_has_an_openid_alone_is_said_to_be_past_the_window(world: World, officer: Browser) -> None:
    async with world.deps.begin() as session:
        await session.execute(sa.update(Address).where(col(Address.value) == "chen").values(channel="oa", value="o-1"))
    assert "超过 48 小时没有来信" in row(await officer.open(RED), "陈大山")


async def test_where_it_went_otherwise_than_planned_is_listed_with_names(world: World, officer: Browser) -> None:
    await world.gone("li")
    await world.fault(endpoint="robot", target=robot_key("石门村群"), kind="errcode", code=93000)
    got = await world.issue()
    await sweep_due(world.deps, world.clock.now())
    async with world.deps.read() as session:
        (sent,) = await of_alert(session, got.taken[0].alert.id or 0)
        found = await differences(session, sent)
        entries = await session.scalar(sa.select(sa.func.count()).select_from(Entry))
    told = {(one.kind, one.reason, one.channel, one.to, one.copies, *one.names) for one in found}
    assert ("failed", "member_invalid", "wecom_app", "", 1, "李秀英") in told
    assert ("failed", "robot_gone", "wecom_robot", "", 1, "石门村群") in told
    assert ("other_road", "robot_gone", "wecom_robot", "relay", 1, "石门村群") in told
    shown = await officer.open(f"/console/broadcasts/{sent.id}/differences")
    assert "改走另一条路：群机器人已失效" in shown
    assert "李秀英" in shown
    async with world.deps.read() as session:
        assert await session.scalar(sa.select(sa.func.count()).select_from(Entry)) == (entries or 0) + 1


async def test_a_road_that_the_watch_found_shut_is_no_road_though_nothing_was_sent_by_it(
    world: World, officer: Browser
) -> None:
    assert "<h1>都到得了</h1>" in await officer.open(RED)
    await standing(world, wecom={"disabled": True})
    await look(world, "wecom")
    shown = await officer.open(RED)
    assert "<h1>6 个到不了：先补上他们的路</h1>" in shown
    assert "通路中断" in row(shown, "李秀英")


async def test_what_waits_for_its_release_is_planned_by_name(world: World, officer: Browser) -> None:
    await without_address(world, "chen")
    held = await stale(world)
    assert f"{held}/plan" in await officer.open(held)
    plan = await officer.open(f"{held}/plan")
    assert row(plan, "陈大山")
    assert f'href="{held}"' in plan
    assert 'name="hazard"' not in plan  # nothing is chosen here
    async with world.deps.read() as session:
        looked = sa.select(col(Entry.subject)).where(col(Entry.action) == "plan.looked")
        assert (await session.execute(looked)).scalars().all() == [held.rpartition("/")[2]]
        sent = sa.select(sa.func.count()).select_from(Broadcast).where(col(Broadcast.subject) == "")
        assert await session.scalar(sent) == 0
    await officer.open(f"/console/held/{'0' * 36}/plan")
    assert officer.status == 404
    await officer.open(held)
    await officer.send(held, do="release", first="青")
    await officer.open(f"{held}/plan")
    assert officer.status == 404  # it is decided


async def test_what_is_used_of_a_days_calls(world: World) -> None:
    settings = world.deps.settings.model_copy(update={"wecom_account_cap": 1})
    await world.issue()
    async with world.deps.read() as session:
        uses = {use.quota.name: use for use in await quotas(session, settings, world.clock.now())}
    day = uses["wecom_app/copies/86400"]
    assert (day.used, day.most, day.nearly) == (6, 200, False)
    assert day.resets_at == datetime(2026, 7, 12, 16, 0, tzinfo=UTC)
    assert (day.left(red=True), day.left(red=False)) == (194, 174)
    async with world.deps.read() as session:
        unknown = {u.quota.name: u for u in await quotas(session, world.deps.settings, world.clock.now())}
    assert (unknown["wecom_app/copies/86400"].most, unknown["wecom_app/copies/86400"].left(red=True)) == (None, None)
