"""A telephone that rings at night: what it says, what its owner presses, and what counts as an answer."""

import hashlib
import hmac
import json
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from bot.channels.signing import VOICE, gateway_key
from bot.db.base import Table
from bot.directory.models import Person
from broadcasts.answers.counted import said_by, silent
from broadcasts.answers.models import Answer, How, Said
from broadcasts.dispatch.failover.sweep import sweep_due
from broadcasts.dispatch.models import Batch
from broadcasts.dispatch.states import State
from broadcasts.ladder.models import CallState, RungCall
from broadcasts.release.models import Hold
from broadcasts.release.verdict import Reason
from handlers.chat.work import work_due
from tests.both_ways import BothWays, both_ways
from tests.browser.desk import OFFICER, users
from tests.callbacks.conftest import refusals
from tests.stories.test_sms import red, signed_in
from tests.world import World

NUMBERS = {"li": "10000000007", "wang": "10000000008", "zhou": "10000000009"}
FIRST, NEXT = 120, 100  # seconds to the first call, and from one to the next


@pytest.fixture(params=["sqlite"])
async def both(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[BothWays]:
    server = request.getfixturevalue("postgres_server") if request.param == "postgres" else None
    database = {"database_url": server.fresh()} if server else {}
    async with both_ways(tmp_path, voice_webhook="{base}/voice/calls", **database) as made:
        await telephones(made.world)
        yield made


async def telephones(world: World, **more: str) -> None:
    vault = world.deps.vault
    async with world.deps.begin() as session:
        for key, number in (NUMBERS | more).items():
            sealed = {"phone_sealed": vault.seal(number), "phone_digest": vault.digest(number)}
            await session.execute(sa.update(Person).where(col(Person.key) == key).values(**sealed))


async def calls(world: World, key: str = "li") -> list[dict[str, Any]]:
    async with world.http.get(f"{world.base}/_sim/calls", params={"phone": NUMBERS[key]}) as answer:
        return list((await answer.json())["items"])


async def does(both: BothWays, who: str, act: str, **given: Any) -> dict[str, Any]:
    """Whoever's telephone rang last does something with it, and the gateway tells of it."""
    world = both.world
    ring = (await calls(world, who))[-1]
    async with world.http.post(f"{world.base}/_sim/calls/{ring['id']}/{act}", json=given) as answer:
        said: dict[str, Any] = await answer.json()
        assert answer.status == 200, said
    await work_due(world.deps)
    await world.work()
    return said


async def answers_of(world: World, key: str = "li") -> list[Answer]:
    async with world.deps.read() as session:
        wanted = sa.select(Answer).join(Person, col(Person.id) == col(Answer.person_id)).where(col(Person.key) == key)
        return list((await session.execute(wanted.order_by(col(Answer.id)))).scalars())


async def test_her_telephone_rings_and_a_key_is_her_answer(both: BothWays) -> None:
    world = both.world
    broadcast, _ = await red(world)
    assert await calls(world) == []
    await world.forward(seconds=FIRST)
    (ring,) = await calls(world)
    text = ring["text"]
    assert text.startswith("青崖县值班室来电。红色暴雨，青崖县。")
    assert text.count("青崖县气象台今天凌晨2点40分发布") == 2
    assert "叫醒河边、坡脚的人家" in text
    assert text.endswith("收到请按1，去不了请按2，需要支援请按3。")
    await does(both, "li", "answered", key="1")
    (answer,) = await answers_of(world)
    assert (answer.said, answer.how, answer.counts) == (Said.received, How.key, True)
    async with world.deps.read() as session:
        assert (await said_by(session, broadcast))[answer.by.removeprefix("person:")] == "received"
        batch = (await session.execute(sa.select(Batch).where(col(Batch.message_id) == ring["id"]))).scalar_one()
    assert batch.state is State.delivered
    await world.forward(minutes=5)
    assert len(await calls(world)) == 1
    assert len(await calls(world, "zhou")) == 3


async def test_heard_to_the_end_without_a_key_is_no_answer(both: BothWays) -> None:
    world = both.world
    await users(world)
    broadcast, page = await red(world)
    await world.forward(seconds=FIRST)
    said = await does(both, "li", "answered")
    assert said["callback"]["status"] == 200
    assert await answers_of(world) == []
    async with world.deps.read() as session:
        mine = {one.name: one for one in await silent(session, broadcast)}
    assert mine["李秀英"].outcome == f"电话接通 {said['whole']} 秒，没按键"
    assert mine["李秀英"].told == 1  # a call is no message
    await world.forward(seconds=NEXT)
    await does(both, "li", "answered", heard=4)
    async with signed_in(both, OFFICER) as officer:
        board, sheet = await officer.open(page), await officer.open(f"{page}/calls")
    assert "电话接通 4 秒（没听完），没按键，打了 2 次" in board
    assert sheet.index("王建国") < sheet.index("李秀英")  # whose telephone nobody picked up comes first
    await world.forward(seconds=NEXT)
    assert len(await calls(world)) == 3
    await world.forward(minutes=10)
    assert len(await calls(world)) == 3  # three in five minutes, as the ladder's rows say


async def test_who_needs_support_by_a_key_rings_the_desk(both: BothWays) -> None:
    world = both.world
    await red(world)
    await world.forward(seconds=FIRST)
    await does(both, "li", "answered", key="3")
    async with world.deps.read() as session:
        holds = (await session.execute(sa.select(Hold).where(col(Hold.reason) == Reason.help))).scalars().all()
    assert len(holds) == 1
    assert [a.said for a in await answers_of(world)] == [Said.help]


@pytest.mark.parametrize(
    ("act", "state", "words"),
    [
        ("not_answered", CallState.missed, "电话没接"),
        ("busy", CallState.busy, "电话占线"),
        ("refused", CallState.refused, "电话被按掉"),
        ("failed", CallState.failed, "电话打不通"),
    ],
)
async def test_what_became_of_a_call_stands_on_the_board(
    both: BothWays, act: str, state: CallState, words: str
) -> None:
    broadcast, _ = await red(both.world)
    await both.world.forward(seconds=FIRST)
    await does(both, "li", act)
    async with both.world.deps.read() as session:
        call = (await session.execute(sa.select(RungCall).where(col(RungCall.state) == state))).scalar_one()
        batch = (await session.execute(sa.select(Batch).where(col(Batch.message_id) == call.call_id))).scalar_one()
        mine = next(one for one in await silent(session, broadcast) if one.name == "李秀英")
    assert (batch.state, batch.reason) == (State.failed, f"call_{state.value}")
    assert mine.outcome == words


class Gateway:
    """The gateway as docs/gateways.zh-CN.md describes it, written from the page alone."""

    def __init__(self, both: BothWays) -> None:
        self.both, self.key = both, gateway_key(both.world.deps.vault, "live", VOICE)

    async def tells(self, call: str, status: str = "answered", key: str = "", **more: Any) -> int:
        late, forged, nonce = (
            more.pop("late", 0),
            more.pop("forged", ""),
            more.pop("nonce", f"n{len(more)}{status}{key}"),
        )
        at = int(self.both.world.clock.now().timestamp())
        said = {"type": "call", "id": call, "at": at, "status": status, "heard": 0, "whole": 20, "key": key, **more}
        body, stamp = json.dumps(said).encode(), str(at - late)
        whole = f"{stamp}.{nonce}.".encode() + body
        signed = hmac.new((forged or self.key).encode(), whole, hashlib.sha256).hexdigest()
        query = {"timestamp": stamp, "nonce": nonce, "signature": signed}
        async with self.both.world.http.post(f"{self.both.web}/callbacks/voice", params=query, data=body) as answer:
            status_code = answer.status
        await work_due(self.both.world.deps)
        return status_code


async def ringing(both: BothWays) -> str:
    await red(both.world)
    await both.world.forward(seconds=FIRST)
    return str((await calls(both.world))[0]["id"])


LIES: list[tuple[str, dict[str, Any]]] = [
    ("signature", {"forged": "0" * 64, "key": "1"}),
    ("stale", {"late": 601, "key": "1"}),
    ("malformed", {"status": "asleep"}),
    ("malformed", {"status": "not_answered", "key": "1"}),
    ("malformed", {"status": "busy", "heard": 5}),
    ("malformed", {"heard": 21}),
    ("malformed", {"heard": -1}),
    ("malformed", {"key": "11"}),
    ("malformed", {"type": "answer"}),
]


@pytest.mark.parametrize(("reason", "lie"), LIES)
async def test_a_lie_is_refused_and_counted(both: BothWays, reason: str, lie: dict[str, Any]) -> None:
    call, before = await ringing(both), refusals("voice", reason)
    assert await Gateway(both).tells(call, **lie) in {400, 403}
    assert refusals("voice", reason) == before + 1
    assert await answers_of(both.world) == []


async def test_a_word_about_a_call_that_we_never_made_changes_nothing(both: BothWays) -> None:
    call, before = await ringing(both), refusals("voice", "unknown_call")
    code, _, number = call.rpartition("-")
    for name in ("nobody-1", f"{code}-{int(number) - 1}", f"XXXXXXXX-{number}", "no-number-x"):
        assert await Gateway(both).tells(name, key="1", nonce=name) == 200
    assert refusals("voice", "unknown_call") == before + 4
    assert await answers_of(both.world) == []


async def test_a_word_from_before_the_call_is_impossible(both: BothWays) -> None:
    call, before = await ringing(both), refusals("voice", "impossible")
    at = both.world.clock.now() - timedelta(minutes=11)
    assert await Gateway(both).tells(call, key="1", at=int(at.timestamp())) == 200
    assert refusals("voice", "impossible") == before + 1
    assert await answers_of(both.world) == []


@pytest.mark.parametrize("both", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
async def test_a_repeat_has_no_second_effect_and_a_contradiction_none(both: BothWays) -> None:
    call, gateway = await ringing(both), Gateway(both)
    before = refusals("voice", "contradiction")
    assert await gateway.tells(call, key="1", heard=18) == 200
    assert await gateway.tells(call, key="1", heard=18) == 200  # the very request
    assert await gateway.tells(call, key="1", heard=18, nonce="again") == 200  # signed anew
    both.world.clock.turn(5)
    assert await gateway.tells(call, "ringing", nonce="late") == 200  # overtaken on its way
    assert await gateway.tells(call, "not_answered", nonce="other") == 200
    assert refusals("voice", "contradiction") == before + 1
    (answer,) = await answers_of(both.world)
    async with both.world.deps.read() as session:
        row = (await session.execute(sa.select(RungCall).where(col(RungCall.call_id) == call))).scalar_one()
    assert (row.state, row.heard, row.key) == (CallState.connected, 18, "1")
    assert answer.said is Said.received


async def test_where_two_share_a_telephone_neither_answers_for_the_other(both: BothWays) -> None:
    await telephones(both.world, wang=NUMBERS["li"])
    broadcast, _ = await red(both.world)
    await both.world.forward(seconds=FIRST)
    await does(both, "li", "answered", key="1")
    async with both.world.deps.read() as session:
        assert await said_by(session, broadcast) == {}
        said = [one.outcome for one in await silent(session, broadcast) if one.name in {"李秀英", "王建国"}]
    assert any("这个号码几个人共用" in one for one in said)
    await does(both, "li", "answered", key="3")  # whoever it is needs support
    async with both.world.deps.read() as session:
        assert (await session.execute(sa.select(Hold).where(col(Hold.reason) == Reason.help))).first() is not None


async def test_a_lost_answer_of_the_gateway_rings_no_second_time(both: BothWays) -> None:
    await both.world.fault(endpoint="voice", kind="drop_reply", times=3)
    await red(both.world)
    await both.world.forward(seconds=FIRST + 20)
    assert len(await calls(both.world)) == 1
    assert (await both.world.counts())["calls"]["voice"] > 3


async def test_calls_that_come_too_late_to_wake_anybody_are_not_made(both: BothWays) -> None:
    await both.world.fault(endpoint="voice", kind="http", status=502)
    await red(both.world)
    await both.world.forward(minutes=20)
    async with both.world.http.delete(f"{both.world.base}/_sim/faults"):
        pass
    await both.world.forward(minutes=2)
    assert await calls(both.world) == []


async def test_a_call_that_waits_for_its_road_holds_back_no_message(both: BothWays) -> None:
    await both.world.fault(endpoint="voice", kind="http", status=502)
    await red(both.world)
    await both.world.forward(minutes=4)
    assert await calls(both.world) == []
    assert ["还没有收到您的应答" in text for text in await both.world.phone("li")] == [False, True]


async def test_who_has_no_telephone_is_told_by_message_alone(both: BothWays) -> None:
    await red(both.world)
    await both.world.forward(minutes=6)
    async with both.world.http.get(f"{both.world.base}/_sim/calls") as answer:
        rung = {one["phone"] for one in (await answer.json())["items"]}
    assert rung == set(NUMBERS.values())
    assert len(await both.world.phone("chen")) == 2


async def test_her_number_stands_in_no_log_and_no_row(both: BothWays, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    call = await ringing(both)
    await Gateway(both).tells(call, key="1", heard=18)
    await Gateway(both).tells(call, key="2", forged="0" * 64, nonce="n-9")
    ours = "\n".join(r.getMessage() for r in caplog.records if "_sim" not in r.getMessage())
    assert NUMBERS["li"] not in ours
    async with both.world.deps.read() as session:
        for table in Table.metadata.sorted_tables:
            assert NUMBERS["li"] not in repr((await session.execute(sa.select(table))).all()), table.name


async def test_without_a_gateway_the_ladder_is_what_it_was(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as made:
        await telephones(made.world)
        await users(made.world)
        _, page = await red(made.world)
        await made.world.forward(minutes=7)
        assert await calls(made.world) == []
        assert len(await made.world.phone("li")) == 2
        async with signed_in(made, OFFICER) as officer:
            assert "电话网关没有开通，这一步现在不办" in await officer.open("/console/ladder")
            assert "打 " not in await officer.open(page)


async def test_no_more_calls_are_open_than_the_gateway_has_lines(tmp_path: Path) -> None:
    async with both_ways(tmp_path, voice_webhook="{base}/voice/calls", voice_lines="2") as made:
        await telephones(made.world)
        await red(made.world)
        await made.world.forward(seconds=FIRST)
        async with made.world.http.get(f"{made.world.base}/_sim/calls") as answer:
            assert len((await answer.json())["items"]) == 2
        await made.world.forward(seconds=95)
        assert all([await calls(made.world, key) for key in NUMBERS])


async def test_who_waits_for_a_line_is_told_by_message_meanwhile_and_called_all_the_same(tmp_path: Path) -> None:
    """A message wakes nobody."""
    async with both_ways(tmp_path, voice_webhook="{base}/voice/calls", voice_lines="2") as made:
        await telephones(made.world)
        await red(made.world)
        await made.world.forward(seconds=FIRST)
        for _ in range(30):
            await made.world.forward(seconds=5)
            await sweep_due(made.world.deps, made.world.clock.now())
            await made.world.work()
        assert all([await calls(made.world, key) for key in NUMBERS])
