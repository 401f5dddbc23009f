"""群机器人: from the code in the group to the green group."""

import re

import sqlalchemy as sa
from sqlmodel import col, select

from bot.access.models import Role
from bot.directory.models import Group, Robot
from broadcasts.dispatch.models import Broadcast, Text
from broadcasts.dispatch.states import Purpose
from tests.console_rooms.desk import desk
from tests.world import World


async def test_a_code_travels_from_the_group_back_to_the_desk(world: World) -> None:
    async with desk(world, Role.officer) as officer:
        assert "向 4 个群发测试码" in (await officer.look("/console/robots")).text
        sent = await officer.press("/console/robots/test")
        assert sent.at == "/console/robots?sent=4"
        await world.work()
        said = (await world.group("柳湾村群"))[-1]
        assert said.startswith("消息树测试，不是预警。\n")
        code = re.search(r"\n校验码 (\d{4})$", said)
        assert code
        green = await officer.press("/console/robots/verify", code=f" {code[1]} ")
        assert "<h1>柳湾村群已核对</h1>" in green.text
        assert "已核对 1/4 个群" in green.text
        again = await officer.press("/console/robots/verify", code=code[1])
        assert again.status == 422
        assert "没有群在等这个校验码" in again.text
    async with world.deps.read() as session:
        broadcast = (await session.execute(select(Broadcast))).scalar_one()
        texts = (await session.execute(select(Text))).scalars().all()
    assert (broadcast.purpose, broadcast.targets, broadcast.people) == (Purpose.test, 4, 0)
    assert len(texts) == 1  # the shared text is one; the codes are not in it


async def test_each_group_has_its_own_code_and_a_second_test_keeps_it(world: World) -> None:
    async with desk(world, Role.admin) as admin:
        await admin.press("/console/robots/test")
        await world.work()
        first = {name: (await world.group(name))[-1] for name in ("柳湾村群", "上坪村群", "石门村群")}
        assert len(set(first.values())) == 3
        await admin.press("/console/robots/test")
        await world.work()
        assert (await world.group("柳湾村群"))[-2:] == [first["柳湾村群"]] * 2


async def test_a_dead_robot_is_shown_with_its_mend(world: World) -> None:
    async with world.deps.begin() as session:
        await session.execute(
            sa.update(Robot).where(col(Robot.id) == 1).values(dead_at=world.clock.now(), dead_reason="robot_gone")
        )
        await session.execute(sa.update(Group).where(col(Group.id) == 1).values(name="<i>群</i>"))
    async with desk(world, Role.officer) as officer:
        page = await officer.look("/console/robots")
    assert "已被移出群或地址失效（93000）" in page.text
    assert "&lt;i&gt;群&lt;/i&gt;" in page.text
    assert "<i>群" not in page.text


async def test_with_nobody_waiting_nothing_is_sent(world: World) -> None:
    async with world.deps.begin() as session:
        await session.execute(sa.update(Robot).values(verified_at=world.clock.now()))
    async with desk(world, Role.officer) as officer:
        assert "4 个群都已核对" in (await officer.look("/console/robots")).text
        assert (await officer.press("/console/robots/test")).status == 409


async def test_a_town_sees_its_groups_and_sends_nothing(world: World) -> None:
    async with desk(world, Role.officer, place="柳湾镇") as town, desk(world, Role.viewer) as viewer:
        page = await town.look("/console/robots")
        assert "柳湾村群" in page.text
        assert "石门村群" not in page.text
        for path in ("/console/robots/test", "/console/robots/verify"):
            assert (await town.press(path, code="1")).status == 403
            assert (await viewer.press(path, code="1")).status == 403
    async with desk(world, Role.officer) as officer:
        assert (await officer.press("/console/robots/test", csrf="x")).status == 403
