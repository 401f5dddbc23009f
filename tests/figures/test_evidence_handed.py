"""What was handed over stands in the evidence pack: loudspeakers, screens, customers' groups; to whom, and what was
said of it."""

import asyncio
from io import BytesIO
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook
from sqlmodel import col, select

from bot.demo.hands import Browser
from bot.directory.outlets.write import carry_out, planned
from bot.directory.tree import tree
from bot.press import printed
from broadcasts.alerts.models import Alert
from broadcasts.evidence.gather import gather
from broadcasts.evidence.plain import facts
from broadcasts.evidence.sheets import workbook
from broadcasts.outlets.told import played_back
from handlers.console.page import word
from tests.both_ways import both_ways
from tests.stories import test_customer_groups as customers
from tests.stories import test_outlets as outlets
from tests.world import World

SHEET = "大喇叭、屏、客户群"


async def packed(world: World, *, inside: int | None = None) -> dict[str, Any]:
    deps = world.deps
    async with deps.read() as session:
        alert = (await session.execute(select(Alert).order_by(col(Alert.id)))).scalars().first()
        assert alert is not None
        areas, at = await tree(session), deps.clock.now()
        pack = await gather(session, deps.settings, deps.vault, areas, alert, inside=inside, by="user:test", at=at)
    return facts(pack, word, deps.settings.zone)


def rows(said: dict[str, Any]) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(BytesIO(workbook(said))).get_sheet_by_name(SHEET).to_python()


async def test_loudspeakers_and_screens_say_who_read_it_out_and_when(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as both:
        async with both.world.deps.begin() as session:
            seen = await planned(session, outlets.table(outlets.ROWS))
            at = both.world.clock.now()
            await carry_out(session, outlets.table(outlets.ROWS), seen, partial=False, by="test", at=at)
            session.add(outlets.feed(both))
        screen = await outlets.outlet(both, "村委会屏")
        async with outlets.jar() as http:
            tv = Browser(http, both.web)
            await tv.open(f"/h5/screen/{screen.code}")  # it looks for itself
            await both.world.issue(places=("青崖县",))
            both.world.clock.turn(60)
            await tv.open(f"/h5/screen/{screen.code}")
        await both.type("li", "已播3遍")
        await both.type("chen", "喇叭坏了")
        both.world.clock.turn(60)
        async with both.world.deps.begin() as session:
            sent = (await outlets.newest(both)).id
            await played_back(session, sent, "123000001", 3, by="ebm", at=both.world.clock.now())
        said = await packed(both.world)
        head, *lines = rows(said)
        found = {line[2]: line for line in lines}
        assert head[4] == "交给谁"
        li = found["村口大喇叭"]
        assert (li[0], li[1], li[3], li[4]) == ("首次发布", "大喇叭", "柳湾镇柳湾村", "李秀英")
        assert li[5] == "07-12 02:40:00 告诉了"
        assert li[6].startswith("各位乡亲请注意") or "红色暴雨" in li[6]
        assert li[7] == "已送达"
        assert li[8].split("\n") == ["07-12 02:41:00　李秀英说：已播 3 遍", "07-12 02:42:00　应急广播平台说：成功"]
        assert (found["石门大喇叭"][7], found["石门大喇叭"][8]) == ("已给负责人看", "07-12 02:41:00　陈大山说：播不了")
        screened = found["村委会屏"]
        assert (screened[4], screened[5], screened[7]) == ("自己取的网页", "", "已送达")
        assert screened[8] == "07-12 02:41:00　显示屏取走了"
        assert found["县广场大喇叭"][7:9] == ["还没有给负责人看", ""]
        assert ["交给大喇叭", "3 份，1 份有人或平台说办了"] in said["summary"]
        paper = await printed("evidence", said)
        assert paper.startswith(b"%PDF")
        async with both.world.deps.read() as session:
            town = next(n.id for n in (await tree(session)).nodes.values() if n.name == "石门乡")
        inside = await packed(both.world, inside=town)
        assert [line[2] for line in await asyncio.to_thread(rows, inside)][1:] == ["石门大喇叭"]


async def test_a_customers_group_says_who_had_to_confirm(tmp_path: Path) -> None:
    async with customers.opened(tmp_path) as world:
        await customers.settled(world)
        await world.issue(places=("柳湾镇",))
        await customers.look(world)
        assert await customers.tap(world, "li") == 200
        await customers.look(world)
        found = {line[2]: line for line in rows(await packed(world))}
        li, zhou = found["柳湾村客户群"], found["上坪村客户群"]
        assert (li[1], li[4], li[7]) == ("客户群", "李秀英", "已送达")
        assert "平台给了任务" in li[5]
        assert "点了确认" in li[8]
        assert (zhou[4], zhou[7], zhou[8]) == ("周秀兰", "平台已接收，等人点确认", "")
