"""敲门叫应 as pages: on the board, on the call sheet, on tonight's page; one touch, two officers, a town's own part."""

import html
import re

from aiohttp.test_utils import TestServer
from sqlmodel import select

from bot.access.models import Role
from bot.directory.queries import area_of_code
from broadcasts.alerts.models import Alert
from tests.console.browser import Browser, add, browser
from tests.tasks.knocking import Doors
from tests.world import World


def fields(page: str, name: str, do: str) -> dict[str, str]:
    """The hidden fields of the form that does this, in this person's line of the call sheet."""
    line = page[page.index(f"<b>{name}</b>") :].split("</li>")[0]
    form = next(f for f in line.split("<form")[1:] if f'value="{do}"' in f and "/knocks" in f)
    found = re.findall(r'hidden" name="(\w+)" value="([^"]*)"', form)
    return {key: html.unescape(value) for key, value in found if key != "csrf"}


def offered(page: str, name: str) -> list[tuple[str, str]]:
    line = page[page.index(f"<b>{name}</b>") :].split("</li>")[0]
    return re.findall(r'<option value="([^"]+)">([^<]+)</option>', line)


async def silent(world: World, *keys: str) -> tuple[Doors, str]:
    doors = Doors(world)
    await doors.silent_night(*keys)
    async with world.deps.read() as session:
        uid = (await session.execute(select(Alert.uid))).scalar_one()
    await world.forward(minutes=6)
    return doors, f"/console/alerts/{uid}"


async def test_the_sheet_offers_who_could_go_and_one_touch_sends(world: World, officer: Browser) -> None:
    doors, path = await silent(world, "li")
    sheet = f"{path}/calls"
    shown = await officer.open(sheet)
    people = offered(shown, "李秀英")
    assert [words for _, words in people] == [
        "王建国（本村 柳湾村，灾害信息员 B 角）",
        "周秀兰（邻村 上坪村，灾害信息员 A 角）",
    ]
    await officer.send(sheet.replace("/calls", "/knocks"), **fields(shown, "李秀英", "send"), knocker=people[1][0])
    assert officer.where == sheet
    assert "<b>周秀兰</b> 在去敲门的路上" in officer.text
    assert "还没有发到" in officer.text
    await world.work()
    shown = await officer.open(path)
    assert "1 个人在路上" in shown
    assert "还没有发到" not in shown
    assert "李秀英" in shown
    assert "敲门叫应" in await officer.open("/console/")
    assert (await world.phone("zhou"))[-1].startswith("请去敲门 柳湾镇柳湾村 李秀英")
    assert await doors.states() == [("李秀英", "周秀兰", "going", "")]


async def test_the_board_sends_whoever_is_proposed_first(world: World, officer: Browser) -> None:
    doors, path = await silent(world, "li")
    shown = await officer.open(path)
    assert "派王建国去敲门" in shown
    form = fields(shown, "李秀英", "send")
    knocker = re.search(r'name="knocker" value="([^"]+)"', shown)
    assert knocker is not None
    assert form["knocker"] == knocker.group(1)
    await officer.send(f"{path}/knocks", **form)
    assert officer.where == path
    assert await doors.states() == [("李秀英", "王建国", "going", "")]
    assert "派王建国去敲门" not in officer.text


async def test_what_was_said_on_the_telephone_is_typed_in(world: World, officer: Browser) -> None:
    doors, path = await silent(world, "li")
    shown = await officer.open(f"{path}/calls")
    await officer.send(f"{path}/knocks", **fields(shown, "李秀英", "send"), knocker=offered(shown, "李秀英")[0][0])
    form = fields(officer.text, "李秀英", "nobody")
    await officer.send(f"{path}/knocks", **form, do="nobody", word="门锁着，邻居说去了县里")
    assert "王建国去敲，没人在：“门锁着，邻居说去了县里”" in officer.text
    assert await doors.states() == [("李秀英", "王建国", "nobody", "")]
    await world.work()
    assert "敲门没有叫到人，请另派人" in (await world.phone("liu"))[-1]
    tonight = await officer.open("/console/")
    first = tonight[tonight.index("<h1>") :].split("</section>")[0]
    assert first.startswith("<h1>柳湾村 李秀英的门，王建国去敲了没人在，请另派人：红色暴雨")
    assert "核对" not in first
    assert f'<a class="button" href="{path}/calls">打开叫应单</a>' in first
    people = offered(await officer.open(f"{path}/calls"), "李秀英")
    assert [words.partition("（")[0] for _, words in people] == ["周秀兰", "王建国"]
    assert "已派过" in people[1][1]
    await officer.send(f"{path}/knocks", **fields(officer.text, "李秀英", "send"), knocker=people[0][0])
    form = fields(officer.text, "李秀英", "knows")
    await officer.send(f"{path}/knocks", **form, do="knows")
    assert "都应答了" in officer.text
    assert "已敲开，本人已知道" in officer.text
    shown = await officer.open(path)
    assert "人敲门叫到" in shown


async def test_two_officers_at_once_send_one_and_the_second_learns_it(
    world: World, officer: Browser, server: TestServer
) -> None:
    doors, path = await silent(world, "li")
    shown = await officer.open(f"{path}/calls")
    form, people = fields(shown, "李秀英", "send"), offered(shown, "李秀英")
    async with browser(server) as other:
        await other.sign_in("second")
        await other.open(f"{path}/calls")
        await officer.send(f"{path}/knocks", **form, knocker=people[0][0])
        await other.send(f"{path}/knocks", **form, knocker=people[1][0])
        assert other.status == 422
        assert "刚才已经有人派了别人去" in other.text
        await other.open(f"{path}/calls")
        assert "换人去" in other.text
        await other.send(f"{path}/knocks", **fields(other.text, "李秀英", "send"), knocker=people[1][0])
    assert [state[1:] for state in await doors.states()] == [("王建国", "off", "changed"), ("周秀兰", "going", "")]


async def test_only_the_desk_sends_and_a_town_only_to_its_own_doors(
    world: World, viewer: Browser, officer: Browser, server: TestServer
) -> None:
    doors, path = await silent(world, "li", "chen")
    shown = await officer.open(f"{path}/calls")
    form, people = fields(shown, "李秀英", "send"), offered(shown, "李秀英")
    await viewer.open(path)
    await viewer.send(f"{path}/knocks", **form, knocker=people[0][0])
    assert viewer.status == 403
    await officer.send(f"{path}/knocks", csrf="wrong", **form, knocker=people[0][0])
    assert officer.status == 403
    async with world.deps.read() as session:
        shimen = await area_of_code(session, "529926102000")
    await add(world.deps, "shimen", Role.officer, area=shimen.id if shimen else None)
    async with browser(server) as town:
        await town.sign_in("shimen")
        assert "李秀英" not in await town.open(f"{path}/calls")
        await town.send(f"{path}/knocks", **form, knocker=people[0][0])
        assert town.status == 404
        assert "附近没有能派去敲门的人" in await town.open(f"{path}/calls")
    assert await doors.states() == []


async def test_the_ladders_room_takes_a_last_step_that_knocks(world: World, server: TestServer) -> None:
    await add(world.deps, "head", Role.leader)
    async with browser(server) as head:
        await head.sign_in("head")
        await head.open("/console/ladder")
        given = {"grade": "red", "number": "5", "minutes": "10", "whom": "knock", "basis": "县叫应办法", "hazard": ""}
        await head.send("/console/ladder", **given, within="3")
        assert "请填 5 到 180" in head.text
        await head.send("/console/ladder", **given, within="15")
        assert "红色预警第 5 步：发布 10 分钟后，派人上门敲门，15 分钟内回话" in head.text
    doors = Doors(world)
    await doors.silent_night("li")
    await world.forward(minutes=10)
    (seen,) = await doors.seen()
    assert (seen.knock.due_at - seen.knock.sent_at).total_seconds() == 15 * 60
