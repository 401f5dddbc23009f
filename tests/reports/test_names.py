"""The ledgers: names sealed, seen by the county's officers alone, each look on the record, and in no other paper."""

from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from python_calamine import CalamineWorkbook
from sqlmodel import col, select

from bot.access.models import Role, Scope
from bot.access.tokens import add_token
from bot.app import create_app
from bot.record.models import Entry
from broadcasts.subscriptions.models import Follower
from handlers.chat.conversations.erase import erase
from handlers.reports.models import LedgerRow, Report
from handlers.wechat.models import Platform
from tests.console.browser import Browser, add, browser, console
from tests.places import area
from tests.world import World

NAME, NUMBER = "=赵某某", "11010519491231002X"  # the number is the example of GB 11643


@pytest.fixture
async def server(world: World) -> AsyncIterator[TestServer]:
    await add(world.deps, "officer", Role.officer)
    await add(world.deps, "viewer", Role.viewer)
    await add(world.deps, "town", Role.officer, area=await area(world, "柳湾镇"))
    async with console(world.deps) as running:
        yield running


@pytest.fixture
async def officer(server: TestServer) -> AsyncIterator[Browser]:
    async with browser(server) as made:
        await made.sign_in("officer")
        yield made


async def reported(world: World) -> tuple[Report, str]:
    await world.say("oReader1", "柳湾村三组滑坡，死亡2人，倒塌住房1户", platform=Platform.oa)
    async with world.deps.read() as session:
        report = (await session.execute(select(Report))).scalar_one()
    return report, f"/console/reports/{report.uid}/ledgers/lives"


def sheet(raw: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(BytesIO(raw)).get_sheet_by_index(0).to_python()


async def looks(world: World) -> list[str]:
    async with world.deps.read() as session:
        wanted = select(Entry.action).where(col(Entry.action).startswith("ledger.")).order_by(col(Entry.id))
        return list((await session.execute(wanted)).scalars())


async def test_a_name_is_sealed_and_each_look_is_on_the_record(world: World, officer: Browser) -> None:
    report, here = await reported(world)
    shown = await officer.open(here)
    assert "台账里死亡 0，上报的“因灾死亡人口”是 2。哪个对？" in shown
    row = {"outcome": "dead", "name": NAME, "where": "柳湾村三组", "number": NUMBER, "age": "61"}
    await officer.send(here, do="add", **row)
    assert NAME in officer.text
    assert "台账里死亡 1，上报的“因灾死亡人口”是 2。哪个对？" in officer.text
    async with world.deps.read() as session:
        (kept,) = (await session.execute(select(LedgerRow))).scalars()
        entries = [str(one.detail) for one in (await session.execute(select(Entry))).scalars()]
    assert NAME.encode() not in kept.sealed
    assert NUMBER.encode() not in kept.sealed
    assert [one for one in entries if NAME in one or NUMBER in one] == []
    assert await looks(world) == ["ledger.looked", "ledger.added", "ledger.looked"]
    async with officer.client.get(f"{here}.xlsx") as answer:
        rows = sheet(await answer.read())
    line = dict(zip(rows[0], rows[1], strict=True))
    assert (line["姓名"], line["结果"], line["年龄"], line["上报编号"]) == (NAME, "死亡", "61", report.number)
    assert (await looks(world))[-1] == "ledger.exported"


async def test_the_names_are_in_no_other_paper(world: World, officer: Browser) -> None:
    report, here = await reported(world)
    await officer.open(here)
    await officer.send(here, do="add", outcome="dead", name=NAME, where="柳湾村三组", number=NUMBER)
    await world.forward(minutes=4)
    pages = ["", "/bulletin"]
    papers = [await officer.open(f"/console/reports/{report.uid}{page}") for page in pages]
    papers += [await officer.open(path) for path in ("/console/reports", "/console/", "/console/handover")]
    for kind in ("xlsx", "geojson"):
        async with officer.client.get(f"/console/reports.{kind}") as answer:
            raw = await answer.read()
        papers.append(raw.decode() if kind == "geojson" else str(sheet(raw)))
    async with world.deps.begin() as session:
        token = await add_token(session, "t", Scope.read, by="cli", at=world.clock.now())
    async with TestClient(TestServer(create_app(world.deps))) as client:
        headers = {"Authorization": f"Bearer {token}"}
        papers += [await (await client.get(path, headers=headers)).text() for path in ("/api/v1/reports",)]
    papers += [*await world.phone("liu"), *await world.phone("sun"), *await world.group("柳湾村群")]
    assert [paper[:80] for paper in papers if NAME in paper or NUMBER in paper] == []


@pytest.mark.parametrize("who", ["town", "viewer"])
async def test_nobody_but_the_countys_officers(world: World, server: TestServer, who: str) -> None:
    _, here = await reported(world)
    async with browser(server) as other:
        await other.sign_in(who)
        for path in (here, f"{here}.xlsx"):
            await other.open(path)
            assert other.status == 403
        await other.send(here, do="add", outcome="dead", name=NAME, where="x")
        assert other.status == 403
    assert await looks(world) == []


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"name": "", "where": "三组"}, "请写“姓名”，不清楚就写“不详”。"),
        ({"name": "甲", "where": "三组", "number": "110105194912310021"}, "身份证号不对"),
        ({"name": "甲", "where": "三组", "age": "六十"}, "“年龄”请只写数字"),
        ({"name": "甲", "where": "三组", "age": "161"}, "不会这么大"),
        ({"name": "甲", "where": "三组", "outcome": "gone"}, "请选是死亡、失踪里的哪一种"),
    ],
)
async def test_what_cannot_be_is_named_and_what_was_typed_stays(
    world: World, officer: Browser, row: dict[str, str], said: str
) -> None:
    _, here = await reported(world)
    await officer.open(here)
    await officer.send(here, do="add", **{"outcome": "dead", "more": "备注在这里", **row})
    assert (officer.status, said in officer.text, 'value="备注在这里"' in officer.text) == (422, True, True)
    async with world.deps.read() as session:
        assert (await session.execute(select(LedgerRow))).scalars().all() == []


async def test_a_home_and_a_row_that_was_struck(world: World, officer: Browser) -> None:
    _, lives = await reported(world)
    here = lives.replace("lives", "houses")
    await officer.open(here)
    await officer.send(here, do="add", outcome="fallen", name="钱某", where="三组 8 号", rooms="3", broken="4")
    assert "“倒塌或损坏间数”4 间，比“住房间数”3 间还多" in officer.text
    await officer.send(here, do="add", outcome="fallen", name="钱某", where="三组 8 号", rooms="3", broken="3")
    assert "“倒塌住房户数”" not in officer.text  # one and one
    uid = officer.text.split('name="row" value="')[1].split('"')[0]
    await officer.send(here, do="strike", row=uid, why=" ")
    assert "划掉一行要写原因" in officer.text
    await officer.send(here, do="strike", row=uid, why="重复登记")
    assert "划掉：重复登记" in officer.text
    await officer.send(here, do="strike", row=uid, why="再划一次")
    assert "已经划掉了" in officer.text


async def test_a_resident_who_is_forgotten_leaves_the_ledger_as_it_is(world: World, officer: Browser) -> None:
    _, here = await reported(world)
    await officer.open(here)
    await officer.send(here, do="add", outcome="dead", name=NAME, where="柳湾村三组")
    async with world.deps.begin() as session:
        follower = (await session.execute(select(Follower))).scalar_one()
        await erase(session, follower, world.clock.now())
    assert NAME in await officer.open(here)
