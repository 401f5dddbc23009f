"""The board, the call sheet and the ladder's room as pages: by name, by town, pressed twice, on the record."""

import html
import re

import sqlalchemy as sa
from aiohttp.test_utils import TestServer

from bot.access.models import Role
from broadcasts.answers.models import Said
from tests.console.browser import Browser, add, browser
from tests.stories.answering import Desk
from tests.world import World

NUMBER = "000-0009"


async def red(world: World) -> str:
    """A red warning for the whole county; the address of its page. Li's number is known."""
    async with world.deps.begin() as session:
        await session.execute(
            sa.text("UPDATE person SET phone_sealed = :p WHERE key = 'li'"), {"p": world.deps.vault.seal(NUMBER)}
        )
    got = await world.issue()
    return f"/console/alerts/{got.taken[0].alert.uid}"


def form_of(page: str, name: str) -> dict[str, str]:
    """The hidden fields of the form in this person's line of the call sheet."""
    line = page[page.index(f"<b>{name}</b>") :]
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', line.split("</form>")[0])
    return {key: html.unescape(value) for key, value in fields}


async def recorded(world: World, action: str) -> int:
    async with world.deps.read() as session:
        wanted = sa.text("SELECT count(*) FROM record WHERE action = :a")
        return int(await session.scalar(wanted, {"a": action}) or 0)


async def test_the_board_counts_by_town_and_names_the_silent(world: World, officer: Browser) -> None:
    path, desk = await red(world), Desk(world)
    await desk.say("zhou", Said.received)
    shown = await officer.open(path)
    assert "等应答：红色暴雨，1/6" in shown
    assert "上坪村" not in shown[shown.index("还没有应答") :]
    assert shown.index("<b>李秀英</b>") < shown.index("<b>王建国</b>") < shown.index("<b>陈大山</b>")
    assert NUMBER not in shown
    await world.forward(minutes=3)
    assert "给 5 个未应的人打电话：红色暴雨" in await officer.open(path)
    for key in ("li", "wang", "chen", "liu", "sun"):
        await desk.say(key, Said.received)
    shown = await officer.open(path)
    assert "还没有应答" not in shown
    assert "全部 3 处都齐了（6/6）" in shown


async def test_help_comes_first_and_is_taken_once(world: World, officer: Browser, viewer: Browser) -> None:
    path, desk = await red(world), Desk(world)
    await desk.say("li", Said.help)
    assert "需要支援，马上打电话：柳湾村 李秀英" in await officer.open(path)
    assert "接手" not in re.sub("接手以后", "", await viewer.open(path))
    assert "有人需要支援，马上打电话" in await officer.open("/console/")
    (waiting,) = await desk.holds("help")
    await officer.open(path)
    await officer.send(f"/console/help/{waiting.uid}")
    assert officer.where == f"/console/held/{waiting.uid}"
    assert "已接手" in officer.text
    await officer.open(path)
    await officer.send(f"/console/help/{waiting.uid}")
    assert await recorded(world, "hold.taken") == 1
    assert "需要支援，已接手：柳湾村 李秀英（officer）" in await officer.open(path)
    await viewer.open(path)
    await viewer.send(f"/console/help/{waiting.uid}")
    assert viewer.status == 403


async def test_whoever_needs_help_stands_on_tonights_page_once(world: World, officer: Browser) -> None:
    desk = Desk(world)
    await red(world)
    await desk.say("li", Said.help)
    await desk.say("zhou", Said.help)
    shown = await officer.open("/console/")
    assert shown.count("李秀英") == shown.count("周秀兰") == 1  # one as what to do next, the other on a card of her own
    assert "共 2 件在等" in shown


async def test_who_cannot_go_stands_with_whoever_is_next(world: World, officer: Browser) -> None:
    path, desk = await red(world), Desk(world)
    await desk.say("li", Said.cannot)
    await desk.say("zhou", Said.cannot)
    shown = await officer.open(path)
    there = shown[shown.index("去不了，要换人") :]
    assert "<b>王建国</b>（B 角）" in there
    assert "这里没有别的人可换" in there


async def test_the_call_sheet_shows_numbers_and_that_somebody_looked(world: World, officer: Browser) -> None:
    path = await red(world)
    shown = await officer.open(f"{path}/calls")
    assert f'href="tel:{NUMBER}"' in shown
    assert "没有登记电话" in shown
    await officer.open(f"{path}/calls")
    assert await recorded(world, "phones.looked") == 1
    world.clock.turn(11 * 60)
    await officer.open(f"{path}/calls")
    assert await recorded(world, "phones.looked") == 2


async def test_a_call_is_kept_once_and_what_was_said_is_an_answer(world: World, officer: Browser) -> None:
    path, desk = await red(world), Desk(world)
    sheet = f"{path}/calls"
    missed = form_of(await officer.open(sheet), "李秀英")
    for _ in range(2):
        await officer.send(sheet, **{**missed, "do": "missed", "note": "没人接"})
    assert await recorded(world, "call.made") == 1
    assert "李秀英" in await desk.silent()
    assert "没人接" in officer.text
    connected = form_of(officer.text, "李秀英")
    assert connected["key"] != missed["key"]
    await officer.send(sheet, **{**connected, "do": "connected"})
    assert "李秀英" in await desk.silent()  # 接通 is not 收到
    said = form_of(officer.text, "李秀英")
    for _ in range(2):
        await officer.send(sheet, **{**said, "do": "received"})
    assert "李秀英" not in await desk.silent()
    assert await recorded(world, "answer.given") == 1
    assert "李秀英" in officer.text[officer.text.index("刚打过的") :]


async def test_a_viewer_sees_no_number_and_a_town_its_own_people(
    world: World, viewer: Browser, server: TestServer
) -> None:
    path = await red(world)
    await viewer.open(f"{path}/calls")
    assert viewer.status == 403
    async with world.deps.read() as session:
        town = await session.scalar(sa.text("SELECT id FROM area WHERE name = '石门乡'"))
    await add(world.deps, "town", Role.officer, area=town)
    async with browser(server) as made:
        await made.sign_in("town")
        shown = await made.open(path)
        assert "陈大山" in shown
        assert "李秀英" not in shown
        assert "等应答：红色暴雨，0/1" in shown
        sheet = await made.open(f"{path}/calls")
        assert "陈大山" in sheet
        assert NUMBER not in sheet
        async with world.deps.read() as session:
            li = await session.scalar(sa.text("SELECT uid FROM person WHERE key = 'li'"))
        await made.send(f"{path}/calls", person=li, key="x", do="received")
        assert made.status == 404


async def test_who_may_not_open_the_call_sheet_is_not_sent_there(
    world: World, officer: Browser, viewer: Browser
) -> None:
    path = await red(world)
    await world.forward(minutes=3)
    for page in ("/console/", path):
        assert f"{path}/calls" in await officer.open(page)
        shown = await viewer.open(page)
        assert "未应的人打电话" in shown or "等应答" in shown
        assert f"{path}/calls" not in shown


async def test_the_ladder_is_rows_with_a_basis_that_end_and_are_added(
    world: World, officer: Browser, server: TestServer
) -> None:
    shown = await officer.open("/console/ladder")
    assert "红色预警第 2 步：发布 3 分钟后" in shown
    assert "添加一步" not in shown
    await add(world.deps, "leader", Role.leader)
    async with browser(server) as made:
        await made.sign_in("leader")
        await made.open("/console/ladder")
        fields = {"grade": "red", "number": "4", "minutes": "12", "whom": "desk", "hazard": "暴雨"}
        await made.send("/console/ladder", **fields, basis="")
        assert (made.status, "请写依据" in made.text) == (422, True)
        await made.send("/console/ladder", **fields, basis="县防办〔2026〕1 号")
        assert "暴雨 11B03 红色预警第 4 步：发布 12 分钟后，叫醒值班员" in made.text
        assert await recorded(world, "ladder_rule.added") == 1
        await made.send("/console/ladder/1/end")
        assert (made.status, "第一个字" in made.text) == (422, True)
        await made.send("/console/ladder/1/end", first="青")
        assert "已停用 1 条" in made.text
    await world.issue()
    assert await Desk(world).rungs() == [(2, "due"), (3, "due"), (4, "due")]
