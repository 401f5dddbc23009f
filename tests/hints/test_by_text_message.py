"""An anonymous hint by text message: what comes back names nothing, and nothing of it leads to the number."""

import json
import logging
from io import BytesIO

import pytest
import sqlalchemy as sa
from aiohttp.test_utils import TestClient, TestServer
from python_calamine import CalamineWorkbook
from sqlmodel import col, select

from bot.access.models import Role, Scope
from bot.app import create_app
from bot.db.base import metadata
from bot.directory.tree import tree
from handlers.hints.deciding.decide import decline, give_back, join
from handlers.hints.deciding.finish import close, done
from handlers.hints.models import Hint
from handlers.hints.reporters.reveal import look_at
from handlers.hints.reporters.who import told_by
from handlers.wechat.models import Inbound
from tests.both_ways import BothWays
from tests.console.browser import add, browser, console
from tests.hints.told import accepted, assigned, hints, person
from tests.roof.test_shapes import token
from tests.stories.test_sms import NUMBER, Gateway, both, inbox  # noqa: F401 - a fixture
from tests.world import World

RECEIPT = "收到了，已经记下，值班员会看，看不到是谁报的。有结果发短信告诉您。"
STRANGER = "10000000019"
SAID = "村西作坊违规电焊"


async def test_the_receipt_says_that_it_is_noted_and_names_nothing(both: BothWays) -> None:  # noqa: F811
    gateway = Gateway(both)
    await gateway.answers("匿名举报 村西作坊违规电焊")
    (hint,) = await hints(both.world)
    assert (await inbox(both.world))[-1].startswith(RECEIPT)
    assert hint.number not in "".join(await inbox(both.world))
    async with both.world.deps.read() as session:
        words = (await session.execute(select(Inbound))).scalars().all()
    assert {(word.sender, bool(word.body)) for word in words} == {(f"sealed:{hint.uid}", False)}


async def test_so_does_that_of_who_first_asked_to_stay_unknown(both: BothWays) -> None:  # noqa: F811
    gateway = Gateway(both)
    await gateway.answers("匿名")
    await gateway.answers("村西作坊违规电焊", id="a-2", nonce="n-2")
    (hint,) = await hints(both.world)
    assert hint.anonymous
    assert (await inbox(both.world))[-1].startswith(RECEIPT)
    async with both.world.deps.read() as session:
        senders = set((await session.execute(select(Inbound.sender))).scalars())
    assert senders == {f"sealed:{hint.uid}"}


async def finished(world: World, *, reward: bool = False) -> None:
    """Mended by 王建国, and looked at by the officer."""
    settings, vault, at = world.deps.settings, world.deps.vault, world.clock.now()
    wang = await person(world, "wang")
    async with world.deps.begin() as session:
        row = (await session.execute(select(Hint))).scalar_one()
        row.reward = reward
        await done(session, row, "电焊停了", by=f"person:{wang.uid}", at=at)
        await close(session, settings, vault, row, by="user:officer", at=at)
    await world.work()


async def everything(world: World) -> str:
    """Every row of every table, as text."""
    found = []
    async with world.deps.read() as session:
        for table in metadata.sorted_tables:
            found += [str(tuple(row)) for row in await session.execute(sa.select(table))]
    return "\n".join(found)


@pytest.mark.parametrize("phone", [NUMBER, STRANGER])
async def test_each_later_word_finds_its_telephone_and_names_no_number(
    both: BothWays,  # noqa: F811
    phone: str,
) -> None:
    world, gateway = both.world, Gateway(both)
    await gateway.answers(f"匿名举报 {SAID}", phone=phone)
    (hint,) = await hints(world)
    await accepted(world, hint, word="明天去看")
    await assigned(world, hint, "wang")
    assert told_by(world.deps.vault, (await hints(world))[0]).number
    await finished(world)
    _, taken, given, ended = await inbox(world, phone)
    assert taken.startswith("您今天凌晨2:40匿名报的那一条，已受理，正在派人。\n值班员说：明天去看。")
    assert "已派人去办" in given
    assert "已办结：整改好了，验收过了。\n谢谢您。" in ended
    assert not any(hint.number in text for text in await inbox(world, phone))
    assert told_by(world.deps.vault, (await hints(world))[0]).number == ""  # nothing more will be said


async def test_what_is_asked_back_is_answered_by_one_sentence(both: BothWays) -> None:  # noqa: F811
    world, gateway = both.world, Gateway(both)
    await gateway.answers(f"匿名举报 {SAID}", phone=STRANGER)
    async with world.deps.begin() as session:
        row = (await session.execute(select(Hint))).scalar_one()
        await give_back(session, world.deps.settings, world.deps.vault, row, word="在哪个村", by="user:officer",
                        at=world.clock.now())  # fmt: skip
    await world.work()
    (hint,) = await hints(world)
    asked = (await inbox(world, STRANGER))[-1]
    assert f"请补一下：在哪个村\n一天之内直接接着说，之后请写上编号 {hint.number}。" in asked
    await gateway.answers("柳湾村桥头第二家", phone=STRANGER, id="a-2", nonce="n-2")
    (hint,) = await hints(world)
    assert hint.words == f"{SAID}\n柳湾村桥头第二家"
    assert (await inbox(world, STRANGER))[-1].startswith(RECEIPT)
    async with world.deps.begin() as session:
        row = (await session.execute(select(Hint))).scalar_one()
        await decline(session, world.deps.settings, world.deps.vault, row, word="不归本县管", by="user:officer",
                      at=world.clock.now())  # fmt: skip
    await world.work()
    assert "没有受理：不归本县管" in (await inbox(world, STRANGER))[-1]


async def test_days_later_the_number_that_was_asked_by_says_which_is_meant(both: BothWays) -> None:  # noqa: F811
    world, gateway = both.world, Gateway(both)
    await gateway.answers(f"匿名举报 {SAID}", phone=STRANGER)
    async with world.deps.begin() as session:
        row = (await session.execute(select(Hint))).scalar_one()
        await give_back(session, world.deps.settings, world.deps.vault, row, word="在哪个村", by="user:officer",
                        at=world.clock.now())  # fmt: skip
    await world.work()
    number = (await inbox(world, STRANGER))[-1].split("编号 ")[1].split("。")[0]
    world.clock.turn(2 * 24 * 60 * 60)
    await gateway.answers(f"{number} 柳湾村桥头第二家", phone=STRANGER, id="a-2", nonce="n-2")
    (hint,) = await hints(world)
    assert hint.words == f"{SAID}\n柳湾村桥头第二家"


async def test_told_by_name_and_made_anonymous_afterwards_it_is_answered_too(both: BothWays) -> None:  # noqa: F811
    world, gateway = both.world, Gateway(both)
    await gateway.answers(f"隐患 {SAID}", phone=STRANGER)
    await gateway.answers("匿名", phone=STRANGER, id="a-2", nonce="n-2")
    (hint,) = await hints(world)
    assert hint.anonymous
    await accepted(world, hint)
    assert "匿名报的那一条，已受理" in (await inbox(world, STRANGER))[-1]


async def test_whoever_knows_the_number_asks_from_the_same_telephone_alone(both: BothWays) -> None:  # noqa: F811
    world, gateway = both.world, Gateway(both)
    await gateway.answers(f"隐患 {SAID}", phone=STRANGER)
    await gateway.answers("匿名", phone=STRANGER, id="a-2", nonce="n-2")
    (hint,) = await hints(world)
    await gateway.answers(hint.number, phone=STRANGER, id="a-3", nonce="n-3")
    assert (await inbox(world, STRANGER))[-1] == f"{hint.number} 等着受理。"
    await gateway.answers(hint.number, id="a-4", nonce="n-4")
    assert "没有找到" in (await inbox(world))[-1]


async def test_one_that_was_joined_ends_with_the_other_and_its_telephone_is_forgotten(
    both: BothWays,  # noqa: F811
) -> None:
    world, gateway = both.world, Gateway(both)
    settings, vault = world.deps.settings, world.deps.vault
    await gateway.answers(f"匿名举报 {SAID}", phone=STRANGER)
    await world.say("zhou", "隐患 柳湾村西作坊电焊")
    async with world.deps.begin() as session:
        mine, other = (await session.execute(select(Hint).order_by(col(Hint.id)))).scalars()
        at = world.clock.now()
        await join(session, settings, vault, mine, other, by="user:officer", at=at)
        await decline(session, settings, vault, other, word="作坊已经关了", by="user:officer", at=at)
    await world.work()
    assert "没有受理：作坊已经关了" in (await inbox(world, STRANGER))[-1]
    assert told_by(vault, (await hints(world))[0]).number == ""


async def test_a_reward_alone_needs_the_number_of_the_hint(both: BothWays) -> None:  # noqa: F811
    world, gateway = both.world, Gateway(both)
    await gateway.answers(f"匿名举报 {SAID}", phone=STRANGER)
    (hint,) = await hints(world)
    await accepted(world, hint)
    await assigned(world, hint, "wang")
    await finished(world, reward=True)
    assert f"凭编号 {hint.number} 和值班室联系" in (await inbox(world, STRANGER))[-1]


async def test_no_row_page_file_answer_log_or_error_shows_the_telephone(
    both: BothWays,  # noqa: F811
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Nor when the gateway refuses what is said to it."""
    caplog.set_level(logging.DEBUG)
    world, gateway = both.world, Gateway(both)
    await gateway.answers(f"匿名举报 {SAID}", phone=STRANGER)
    (hint,) = await hints(world)
    await world.fault(endpoint="sms", kind="errcode", code=40004, times=1)
    await accepted(world, hint)
    await world.fault(endpoint="sms", kind="drop_reply", times=1)
    await assigned(world, hint, "wang")
    shown = [await everything(world), "\n".join(record.getMessage() for record in caplog.records), caplog.text]
    await add(world.deps, "officer", Role.officer, Role.leader, Role.admin)
    async with console(world.deps) as server, browser(server) as desk:
        await desk.open("/console/")
        await desk.sign_in("officer")
        inbox_page = await desk.open("/console/inbox")
        talks = [part.split('"')[0] for part in inbox_page.split('href="/console/inbox/')[1:]]
        paths = ["/console/hints", f"/console/hints/{hint.uid}", "/console/watch"]
        for path in (*paths, *(f"/console/inbox/{uid}" for uid in talks)):
            shown.append(await desk.open(path))
        async with desk.client.get("/console/hints.xlsx") as answer:
            book = CalamineWorkbook.from_filelike(BytesIO(await answer.read()))
        shown += [str(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names]
    async with world.deps.begin() as session:
        row = (await session.execute(select(Hint).where(col(Hint.id) == hint.id))).scalar_one()
        at = world.clock.now()
        looked = await look_at(
            session, world.deps.vault, await tree(session), row, why="要核实", by="user:chief", at=at
        )  # fmt: skip
    shown += [repr(looked), await everything(world), json.dumps(await machine(world, hint), ensure_ascii=False)]
    assert not [text for text in shown if STRANGER in text]


async def machine(world: World, hint: Hint) -> list[object]:
    """What other platforms are told."""
    async with TestClient(TestServer(create_app(world.deps))) as client:
        headers = await token(world, Scope.read)
        found = [await (await client.get("/api/v1/hints", headers=headers)).json()]
        return [*found, await (await client.get(f"/api/v1/hints/{hint.uid}", headers=headers)).json()]
