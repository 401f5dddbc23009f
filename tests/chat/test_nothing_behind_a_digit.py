"""A report that begins with a number is one, with a red alert open or with none; an answer may tell what happened."""

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from bot.directory.models import Address
from broadcasts.answers.models import Answer, Said
from broadcasts.release.holds import open_holds
from handlers.reports.models import Report
from handlers.wechat.models import Platform
from tests.world import World


async def reports(world: World) -> list[str]:
    async with world.deps.read() as session:
        return list((await session.execute(select(Report.words).order_by(col(Report.id)))).scalars())


async def said(world: World) -> list[Said]:
    wanted = sa.select(col(Answer.said)).join(Address, col(Address.person_id) == col(Answer.person_id))
    async with world.deps.read() as session:
        return list((await session.execute(wanted.where(col(Address.value) == "li"))).scalars())


async def holds(world: World) -> list[str]:
    async with world.deps.read() as session:
        return [hold.reason for hold in await open_holds(session)]


@pytest.mark.parametrize("words", ["1号桥断了", "3座桥断了", "2楼进水了", "1、河水上涨2米；2、桥断了"])
@pytest.mark.parametrize("alert", [True, False])
async def test_a_figure_is_a_report_and_no_answer(world: World, words: str, alert: bool) -> None:
    if alert:
        await world.issue()
    await world.say("li", words)
    assert (await reports(world), await said(world)) == ([words], [])
    assert "help" not in await holds(world)


async def test_an_answer_is_kept_and_so_is_what_it_tells(world: World) -> None:
    await world.issue()
    await world.say("li", "1 收到，桥断了")
    assert (await reports(world), await said(world)) == (["1 收到，桥断了"], [Said.received])
    await world.say("li", "1 收到，正在巡查水位")
    assert len(await reports(world)) == 1


async def test_a_digit_where_nothing_waits_loses_no_report(world: World) -> None:
    await world.say("li", "1 收到，桥断了")
    await world.say("oReader1", "1 柳湾村桥断了", platform=Platform.oa)
    assert await reports(world) == ["1 收到，桥断了", "1 柳湾村桥断了"]


@pytest.mark.parametrize("words", ["电话没有 人被困在屋顶", "孩子跌落水库了", "后山不是着火了吗怎么没人来"])
async def test_a_cry_rings_the_desk(world: World, words: str) -> None:
    await world.say("li", words)
    assert "plea" in await holds(world)
    assert (await world.phone("li"))[0].startswith("请立即拨打 119/110/120")


@pytest.mark.parametrize("words", ["老人走不开", "已通知村民不能去河边", "还需要支援吗", "暂时不需要支援"])
async def test_words_of_coordination_wake_nobody(world: World, words: str) -> None:
    await world.issue()
    await world.say("li", words)
    assert set(await said(world)) <= {Said.received}
    assert "help" not in await holds(world)
