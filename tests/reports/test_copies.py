"""抄送: a report that was confirmed goes to the department that the county named, once, by message."""

from aiohttp.test_utils import TestServer
from sqlmodel import select

from bot.access.models import Role
from handlers.reports.copies.models import ReportCopy
from handlers.reports.copies.rules import add_copy
from tests.console.browser import Browser, add, browser
from tests.reports.desk import reports
from tests.reports.test_at_the_desk import officer, server  # noqa: F401 - fixtures
from tests.world import World

ROW = {"do": "copy", "unit": "县自然资源局", "person": "陈大山", "kind": "disaster", "basis": "县防指〔2026〕3号"}
PATH = "/console/report-deadlines"


async def ruled(world: World, **more: str) -> None:
    async with world.deps.begin() as session:
        await add_copy(session, ROW | more, by="user:sun", at=world.clock.now())


async def test_nobody_gets_a_copy_until_the_county_has_named_somebody(world: World, officer: Browser) -> None:  # noqa: F811
    await world.say("li", "三组垮坡，路断了，房子倒了两间，没人伤")
    (one,) = await reports(world)
    await officer.open(f"/console/reports/{one.uid}")
    await officer.send(f"/console/reports/{one.uid}", do="confirm")
    await world.work()
    assert await world.phone("chen") == []


async def test_what_is_confirmed_is_copied_once_to_the_named_person(
    world: World,
    officer: Browser,  # noqa: F811
) -> None:
    await ruled(world)
    await ruled(world, unit="县应急管理局")  # the same person again
    await world.say("li", "三组垮坡，路断了，房子倒了两间，没人伤")
    (one,) = await reports(world)
    assert await world.phone("chen") == []  # not before it is confirmed
    await officer.open(f"/console/reports/{one.uid}")
    await officer.send(f"/console/reports/{one.uid}", do="confirm")
    await world.work()
    (copy,) = await world.phone("chen")
    assert copy.startswith("抄送灾情初报 柳湾镇柳湾村三组\nQY0712-001，")
    assert "抄送县自然资源局，依据县防指〔2026〕3号。" in copy
    assert "三组垮坡" in copy
    assert "县自然资源局 陈大山" in await officer.open(f"/console/reports/{one.uid}")
    async with world.deps.read() as session:
        assert len((await session.execute(select(ReportCopy))).all()) == 1


async def test_another_kind_is_not_copied(
    world: World,
    officer: Browser,  # noqa: F811
) -> None:
    await ruled(world, kind="accident")
    await world.say("li", "三组垮坡，路断了，房子倒了两间，没人伤")
    (one,) = await reports(world)
    await officer.open(f"/console/reports/{one.uid}")
    await officer.send(f"/console/reports/{one.uid}", do="confirm")
    await world.work()
    assert await world.phone("chen") == []


async def test_a_row_names_its_paper_and_a_person_who_is_there(world: World, server: TestServer) -> None:  # noqa: F811
    await add(world.deps, "leader", Role.leader)
    async with browser(server) as leader:
        await leader.sign_in("leader")
        await leader.open(PATH)
        await leader.send(PATH, **ROW | {"basis": ""})
        assert (leader.status, "依据的是哪份文件" in leader.text) == (422, True)
        await leader.send(PATH, **ROW | {"person": "没有这个人"})
        assert (leader.status, "没有找到这个人" in leader.text) == (422, True)
        await leader.send(PATH, **ROW | {"hazard": "山洪"})
        assert "县自然资源局 陈大山" in await leader.open(PATH)
        assert "只抄山洪" in leader.text
        await leader.send(PATH, do="copy-off", rule="1")
        assert "启用：县自然资源局" in await leader.open(PATH)
