"""转移 as pages: the order's form, the board by village, the call sheet, a town's own part."""

import re
from datetime import timedelta

from aiohttp.test_utils import TestServer
from sqlmodel import col, select

from bot.access.models import Role
from bot.directory.models import Person
from bot.directory.queries import area_of_code
from broadcasts.alerts.models import Alert
from tests.console.browser import Browser, add, browser
from tests.stories.answering import Desk
from tests.tasks.moving import BASIS, Moving
from tests.world import PLACES, World

LIUWAN, SHANGPING, SHIMEN = (PLACES[name][0] for name in ("柳湾村", "上坪村", "石门村"))


async def page_of(world: World) -> str:
    async with world.deps.read() as session:
        uid = (await session.execute(select(Alert.uid).order_by(col(Alert.id).desc()).limit(1))).scalar_one()
    return f"/console/alerts/{uid}/evacuation"


def until(world: World, hours: float = 2) -> str:
    at = world.clock.now() + timedelta(hours=hours)
    return at.astimezone(world.deps.settings.zone).strftime("%Y-%m-%dT%H:%M")


def checked(page: str) -> list[str]:
    return re.findall(r'name="village" value="(\d+)" checked', page)


async def test_the_form_knows_risky_villages_and_shelters_and_one_touch_orders(world: World, officer: Browser) -> None:
    await Moving(world).shelter()
    await world.issue()
    path = await page_of(world)
    shown = await officer.open(path)
    assert checked(shown) == [LIUWAN]
    assert "李秀英（A 角）" in shown
    assert "没回话再叫 王建国（B 角）" in shown
    shelter = re.search(r'<option value="([\w-]+)" selected>柳湾小学', shown)
    assert shelter is not None
    fields = {f"shelter-{LIUWAN}": shelter.group(1), f"expected-{LIUWAN}": "40", "village": LIUWAN}
    await officer.send(path, do="order", basis=BASIS, until=until(world), **fields)
    assert officer.where == path
    assert "正在转移：1 个村" in officer.text
    await world.work()
    assert "转到：柳湾小学（村口），能住 200 人\n应转：40 人" in (await world.phone("li"))[-1]
    await world.say("li", "转了12户35人，还有3个老人不肯走")
    shown = await officer.open(path)
    assert "柳湾村有人不肯走，马上打电话" in shown
    assert "“转了12户35人，还有3个老人不肯走”" in shown
    board = await officer.open(path.removesuffix("/evacuation"))
    assert board.index("不肯转移") < board.index("还没有应答")
    assert "柳湾村 3 人" in board


async def test_what_cannot_be_ordered_is_said_with_its_village(world: World, officer: Browser) -> None:
    await world.issue()
    path = await page_of(world)
    await officer.open(path)
    good = {"do": "order", "basis": BASIS, "until": until(world), "village": LIUWAN}
    for wrong, said in (
        ({"basis": " "}, "请写依据"),
        ({"until": until(world, -1)}, "转完的时间要晚于现在"),
        ({"until": "soon"}, "转完的时间要晚于现在"),
        ({f"expected-{LIUWAN}": "-5"}, "不知道就空着： 柳湾村"),
        ({"village": "999"}, "请至少选一个村"),
    ):
        await officer.send(path, **{**good, **wrong})
        assert officer.status == 422
        assert said in officer.text
        assert BASIS in officer.text or "basis" in wrong
    await officer.send(path, **good)
    await officer.send(path, **good)
    assert "已经在转移，不用再下一次： 柳湾村" in officer.text
    assert len(await Moving(world).seen()) == 1


async def test_a_village_without_anybody_is_named_before_the_order(world: World, officer: Browser) -> None:
    async with world.deps.begin() as session:
        chen = (await session.execute(select(Person).where(col(Person.key) == "chen"))).scalar_one()
        town = await area_of_code(session, PLACES["石门乡"][0])
        assert town is not None
        chen.area_id = town.id
        session.add(chen)
    await world.issue()
    path = await page_of(world)
    shown = await officer.open(path)
    assert "<b>没有责任人的村，消息发不到：</b>石门村" in shown
    await officer.send(path, do="order", basis=BASIS, until=until(world), village=SHIMEN)
    assert "没有能通知到的责任人" in officer.text
    assert "石门村" in officer.text
    assert await Moving(world).seen() == {}


async def test_the_officer_types_in_what_was_said_on_the_telephone(world: World, officer: Browser) -> None:
    moving = await Moving.begun(world, expected=40)
    async with world.deps.begin() as session:
        li = (await session.execute(select(Person).where(col(Person.key) == "li"))).scalar_one()
        li.phone_sealed = world.deps.vault.seal("19900000001")
        session.add(li)
    path = await page_of(world)
    sheet = await officer.open(f"{path}/calls")
    assert "李秀英（A 角） 19900000001" in sheet
    assert "王建国（B 角）没有登记电话" in sheet
    task = (await moving.seen())["柳湾村"].task.uid
    await officer.send(path, do="heard", task=task, word="哈哈", back="sheet")
    assert "没看准这句话" in officer.text
    assert 'value="哈哈"' in officer.text
    await officer.send(path, do="heard", task=task, word="转了 500000 人", back="sheet")
    assert officer.status == 422
    await officer.send(path, do="heard", task=task, word="转了 500 人", back="sheet")
    said = (await moving.seen())["柳湾村"].said.people
    assert said is not None
    assert said.value == 500
    await officer.open(path)
    await officer.send(path, do="expected", task=task, expected="许多")
    assert "没有改" in officer.text
    await officer.send(path, do="expected", task=task, expected="500")
    assert (await moving.seen())["柳湾村"].task.expected == 500
    await officer.open(f"{path}/calls")
    await officer.send(path, do="heard", task=task, word="都转完了，12户35人", back="sheet")
    assert officer.where == f"{path}/calls"
    seen = (await moving.seen())["柳湾村"]
    assert (seen.words[-1].by, seen.words[-1].how.value) == ("user:officer", "call")
    assert await moving.states() == {"柳湾村": "done"}
    assert "没有等着回话的村" in officer.text


async def test_an_officer_stops_one_village_and_orders_it_again(world: World, officer: Browser) -> None:
    moving = await Moving.begun(world)
    path = await page_of(world)
    await officer.open(path)
    task = (await moving.seen())["柳湾村"].task.uid
    await officer.send(path, do="stop", task=task, word="不用转了，都在坡上")
    assert "还没有停" in officer.text
    assert 'value="不用转了，都在坡上"' in officer.text
    assert await moving.states() == {"柳湾村": "asked"}
    await officer.send(path, do="stop", task=task, sure="1")
    await world.work()
    assert (await world.phone("li"))[-1].startswith("转移任务到此为止 柳湾镇柳湾村\n值班室说不用转了")
    world.clock.turn(60)  # the same bytes twice are one message to the platform
    await officer.send(path, do="order", basis=BASIS, until=until(world), village=LIUWAN)
    assert officer.status == 200
    await world.work()
    assert (await world.phone("li"))[-1].startswith("请组织转移")


async def test_a_town_orders_and_sees_its_own_villages(world: World, viewer: Browser, server: TestServer) -> None:
    await world.issue()
    await Moving(world).order("柳湾村")
    path = await page_of(world)
    await viewer.open(path)
    assert viewer.status == 403
    async with world.deps.read() as session:
        shimen = await area_of_code(session, PLACES["石门乡"][0])
    await add(world.deps, "shimen", Role.officer, area=shimen.id if shimen else None)
    async with browser(server) as town:
        await town.sign_in("shimen")
        assert "柳湾村" not in await town.open(path)
        await town.send(path, do="order", basis=BASIS, until=until(world), village=SHANGPING)
        assert "请至少选一个村" in town.text
        await town.send(path, do="stop", sure="1", task=(await Moving(world).seen())["柳湾村"].task.uid)
        assert town.status == 404
        await town.open(path)
        await town.send(path, do="order", basis=BASIS, until=until(world), village=SHIMEN)
        assert "正在转移：1 个村" in town.text


async def test_whoever_asks_for_support_is_telephoned_and_not_who_cannot_go(world: World, officer: Browser) -> None:
    await Moving.begun(world, answered=("li", "wang"))
    await world.say("li", "我去不了")
    await world.say("wang", "转了3户，要支援")
    (hold,) = await Desk(world).holds("help")
    page = await officer.open(f"/console/held/{hold.uid}")
    assert "<h2>王建国</h2>" in page
    tonight = await officer.open("/console/")
    assert "转移时要支援</span>柳湾村 王建国" in tonight
    assert f'<li><a href="/console/held/{hold.uid}">' not in tonight
    world.clock.turn(60)
    await world.say("wang", "0")
    (hold,) = await Desk(world).holds("help")
    assert hold.said.endswith("后来回了 0，说是按错了，请打电话核实")


async def test_what_is_said_on_the_telephone_is_kept_in_the_mouth_that_said_it(world: World, officer: Browser) -> None:
    moving = await Moving.begun(world)
    path, seen = await page_of(world), (await moving.seen())["柳湾村"]
    assert seen.second is not None
    await officer.open(f"{path}/calls")
    await officer.send(path, do="heard", task=seen.task.uid, word="有人死活不走", who=seen.second.uid)
    assert (await moving.seen())["柳湾村"].words[-1].person_id == seen.second.id
    assert "王建国：“有人死活不走”" in officer.text


async def test_a_word_that_comes_after_the_end_is_kept_and_said_not_to_count(world: World, officer: Browser) -> None:
    moving = await Moving.begun(world)
    path, task = await page_of(world), (await moving.seen())["柳湾村"].task.uid
    await officer.open(path)
    await officer.send(path, do="stop", sure="1", task=task)
    world.clock.turn(60)
    await officer.send(path, do="heard", task=task, word="转了3人，要支援")
    assert officer.status == 409
    assert "记下了，但没有计入，转移已经到此为止： 柳湾村（值班室说不用转了）" in officer.text
    seen = (await moving.seen())["柳湾村"]
    assert (len(seen.words), seen.words[-1].late, seen.said.people) == (1, True, None)
    assert len(await Desk(world).holds("help")) == 1


async def test_a_ring_is_each_town_s_own(world: World, officer: Browser, server: TestServer) -> None:
    await world.issue()
    for who in ("li", "chen"):
        await world.say(who, "1")
    await Moving(world).order("柳湾村", "石门村")
    await world.say("li", "还有3个老人不肯走")
    (hold,) = await Desk(world).holds("evacuation")
    async with world.deps.read() as session:
        towns = {name: await area_of_code(session, PLACES[name][0]) for name in ("石门乡", "柳湾镇")}
    for name, town in towns.items():
        await add(world.deps, PLACES[name][0], Role.officer, area=town.id if town else None)
    async with browser(server) as shimen, browser(server) as liuwan:
        await shimen.sign_in(PLACES["石门乡"][0])
        assert "不肯走" not in await shimen.open("/console/")
        await shimen.open(f"/console/held/{hold.uid}")
        assert shimen.status == 404
        await world.say("chen", "有人不肯走")
        assert "石门村有人不肯走" in await shimen.open("/console/")
        await liuwan.sign_in(PLACES["柳湾镇"][0])
        assert "柳湾村 3 人不肯走" in await liuwan.open("/console/")
        await liuwan.open(f"/console/held/{hold.uid}")
        await liuwan.send(f"/console/held/{hold.uid}", do="seen")
        assert liuwan.status == 200
    (left,) = await Desk(world).holds("evacuation")
    assert left.said == "转移要人管：石门村有人不肯走"
