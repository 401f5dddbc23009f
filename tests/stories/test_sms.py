"""An informant without WeChat: the warning comes as a text message, the answer is typed back, and counts."""

import hashlib
import hmac
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa
from sqlmodel import col

from bot.channels.signing import gateway_key
from bot.db.base import Table
from bot.demo.hands import Browser
from bot.directory.models import Address, Person
from broadcasts.answers.counted import said_by
from broadcasts.answers.models import Answer
from broadcasts.dispatch.models import Batch, Broadcast, Delivery
from broadcasts.dispatch.states import State
from handlers.chat.conversations.models import Conversation
from handlers.chat.work import work_due
from tests.both_ways import BothWays, both_ways
from tests.browser.desk import OFFICER, PASSWORD, users
from tests.callbacks.conftest import refusals
from tests.world import World

NUMBER = "10000000007"


@pytest.fixture(params=["sqlite"])
async def both(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[BothWays]:
    server = request.getfixturevalue("postgres_server") if request.param == "postgres" else None
    database = {"database_url": server.fresh()} if server else {}
    async with both_ways(tmp_path, sms_webhook="{base}/sms/messages", **database) as made:
        await without_wechat(made.world, "li")
        yield made


async def without_wechat(world: World, *keys: str, number: str = NUMBER) -> None:
    """They have a telephone, and nothing else."""
    vault = world.deps.vault
    async with world.deps.begin() as session:
        ids = sa.select(col(Person.id)).where(col(Person.key).in_(keys))
        await session.execute(sa.delete(Address).where(col(Address.person_id).in_(ids)))
        sealed = {"phone_sealed": vault.seal(number), "phone_digest": vault.digest(number)}
        await session.execute(sa.update(Person).where(col(Person.key).in_(keys)).values(**sealed))


async def inbox(world: World, number: str = NUMBER) -> list[str]:
    async with world.http.get(f"{world.base}/_sim/sms/{number}") as answer:
        return [m["text"] for m in (await answer.json()).get("messages", [])]


class Gateway:
    """The county's gateway as docs/gateways.zh-CN.md describes it, written from the page alone."""

    def __init__(self, both: BothWays) -> None:
        self.both, self.key = both, gateway_key(both.world.deps.vault, "live")

    async def tell(self, nonce: str = "n-1", late: int = 0, key: str = "", **said: object) -> tuple[int, str]:
        at = int(self.both.world.clock.now().timestamp())
        body = json.dumps({"at": at, **said}, ensure_ascii=False).encode()
        stamp = str(at - late)
        whole = f"{stamp}.{nonce}.".encode() + body
        signed = hmac.new((key or self.key).encode(), whole, hashlib.sha256).hexdigest()
        query = {"timestamp": stamp, "nonce": nonce, "signature": signed}
        url = f"{self.both.web}/callbacks/sms"
        async with self.both.world.http.post(url, params=query, data=body) as answer:
            told = (answer.status, await answer.text())
        await work_due(self.both.world.deps)
        await self.both.world.work()
        return told

    async def answers(self, text: str, **more: Any) -> tuple[int, str]:
        return await self.tell(**{"type": "answer", "id": "a-1", "phone": NUMBER, "text": text, **more})


@asynccontextmanager
async def signed_in(both: BothWays, name: str) -> AsyncIterator[Browser]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        browser = Browser(http, both.web)
        await browser.open("/console/sign-in")
        await browser.press("/console/sign-in", name=name, password=PASSWORD)
        yield browser


async def count(world: World, model: type[Table]) -> int:
    async with world.deps.read() as session:
        return await session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


async def red(world: World) -> tuple[str, str]:
    """The red warning's broadcast, and its page on the console."""
    got = await world.issue()
    alert = got.taken[0].alert
    async with world.deps.read() as session:
        wanted = sa.select(col(Broadcast.id)).where(col(Broadcast.alert_id) == alert.id)
        return str(await session.scalar(wanted.order_by(col(Broadcast.started_at)))), f"/console/alerts/{alert.uid}"


async def test_she_is_warned_by_a_text_message_answers_by_one_and_stands_as_answered(both: BothWays) -> None:
    world, gateway = both.world, Gateway(both)
    broadcast, _ = await red(world)
    (text,) = await inbox(world)
    assert text.startswith("红色暴雨 青崖县\n")
    assert "回复 1 收到" in text
    assert f"{both.web}/h5/a/" in text
    assert "?by=" not in text
    assert await gateway.answers("1") == (200, '{"code":0}')
    async with world.deps.read() as session:
        said = await said_by(session, broadcast)
        person = (await session.execute(sa.select(Person).where(col(Person.key) == "li"))).scalar_one()
    assert said[person.uid] == "received"
    receipt = (await inbox(world))[-1]
    assert "收到" in receipt
    assert "红色暴雨" in receipt
    assert await world.phone("li") == []


@pytest.mark.parametrize("both", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
async def test_a_repeat_of_the_callback_changes_nothing(both: BothWays) -> None:
    world, gateway = both.world, Gateway(both)
    await red(world)
    await gateway.answers("1")
    before = await count(world, Answer), await inbox(world)
    assert await gateway.answers("1") == (200, '{"code":0}')  # the very request
    assert await gateway.answers("1", nonce="n-2") == (200, '{"code":0}')  # signed anew
    assert (await gateway.answers("3", id="a-2"))[0] == 409  # another body under a nonce that was used
    assert (await count(world, Answer), await inbox(world)) == before


@pytest.mark.parametrize(
    ("reason", "forged"),
    [
        ("signature", {"key": "0" * 64}),
        ("stale", {"late": 601}),
        ("malformed", {"phone": "我的号码"}),
        ("malformed", {"id": ""}),
        ("malformed", {"type": "unheard-of"}),
        ("malformed", {"at": "now"}),
    ],
)
async def test_a_forged_one_is_refused_and_counted(both: BothWays, reason: str, forged: dict[str, Any]) -> None:
    world, gateway = both.world, Gateway(both)
    await red(world)
    before = refusals("sms", reason)
    status, _ = await gateway.answers("1", **forged)
    assert status in {400, 403}
    assert refusals("sms", reason) == before + 1
    assert await count(world, Answer) == 0


async def test_what_the_gateway_reports_is_what_became_of_the_copy(both: BothWays) -> None:
    world, gateway = both.world, Gateway(both)
    await red(world)
    async with world.deps.read() as session:
        batch = (await session.execute(sa.select(Batch).where(col(Batch.channel) == "sms"))).scalar_one()
    assert batch.state is State.sent
    await gateway.tell(type="report", id=batch.message_id, status="delivered")
    await gateway.tell(nonce="n-2", type="report", id="nobody-1", status="failed")  # of a message that is none of ours
    async with world.deps.read() as session:
        row = (await session.execute(sa.select(Batch).where(col(Batch.id) == batch.id))).scalar_one()
    assert row.state is State.delivered


async def test_a_lost_answer_is_asked_again_and_she_is_told_once(both: BothWays) -> None:
    world = both.world
    await world.fault(endpoint="sms", kind="drop_reply", times=1)
    await red(world)
    await world.forward(seconds=5)
    assert (await world.counts())["calls"]["sms"] == 2
    assert len(await inbox(world)) == 1


async def test_whoever_is_reached_by_wechat_gets_no_text_message(both: BothWays) -> None:
    vault = both.world.deps.vault
    async with both.world.deps.begin() as session:
        sealed = {"phone_sealed": vault.seal("10000000008"), "phone_digest": vault.digest("10000000008")}
        await session.execute(sa.update(Person).where(col(Person.key) == "wang").values(**sealed))
    await red(both.world)
    assert await inbox(both.world, "10000000008") == []
    assert (await both.world.phone("wang"))[0].startswith("红色暴雨 青崖县")


async def test_where_two_share_a_telephone_neither_answers_for_the_other(both: BothWays) -> None:
    await without_wechat(both.world, "li", "wang")
    await red(both.world)
    await Gateway(both).answers("1")
    assert await count(both.world, Answer) == 0


async def test_whoever_is_unknown_and_cries_for_help_is_called_back(both: BothWays) -> None:
    world, stranger = both.world, "10000000099"
    await users(world)
    await Gateway(both).answers("救命，水进屋了", phone=f"+86{stranger}")
    async with world.deps.read() as session:
        talk = (await session.execute(sa.select(Conversation))).scalar_one()
    assert await inbox(world, stranger) != []  # she is answered, where she wrote from
    async with signed_in(both, OFFICER) as officer:
        assert stranger not in await officer.open("/console/inbox")
        assert f'href="tel:{stranger}"' in await officer.open(f"/console/inbox/{talk.uid}")


async def test_her_number_stands_in_no_log_row_or_page(both: BothWays, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    world = both.world
    await users(world)
    _, page = await red(world)
    await Gateway(both).answers("1")
    await Gateway(both).answers("1", key="0" * 64, nonce="n-9")
    assert NUMBER not in caplog.text
    async with world.deps.read() as session:
        for table in Table.metadata.sorted_tables:
            rows = (await session.execute(sa.select(table))).all()
            assert NUMBER not in repr(rows), table.name
    async with signed_in(both, OFFICER) as officer:
        shown = await officer.open(page)
        assert "短信" in shown
        assert NUMBER not in shown + await officer.open("/console/inbox")


async def test_without_a_gateway_she_has_no_address(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as both:
        await without_wechat(both.world, "li")
        await red(both.world)
        assert await inbox(both.world) == []
        async with both.world.deps.read() as session:
            wanted = sa.select(col(Delivery.reason)).where(col(Delivery.channel) == "")
            assert (await session.execute(wanted)).scalars().all() == ["no_address"]


async def test_a_late_contradicting_or_repeated_report_of_the_gateway_changes_nothing(both: BothWays) -> None:
    world, gateway = both.world, Gateway(both)
    await red(world)
    (batch,), before = await by_sms(world), refusals("sms", "contradiction")
    for number, status in enumerate(("delivered", "delivered", "failed", "delivered")):
        assert (await gateway.tell(nonce=f"n-{number}", type="report", id=batch.message_id, status=status))[0] == 200
        world.clock.turn(1)
    (row,) = await by_sms(world)
    assert (row.state, row.reason) == (State.delivered, "")
    assert refusals("sms", "contradiction") == before + 1
    async with world.deps.read() as session:
        tally = sa.text("SELECT state, copies FROM tally WHERE channel = 'sms' AND copies <> 0")
        assert [tuple(one) for one in await session.execute(tally)] == [("delivered", 1)]


async def test_a_report_of_yesterday_or_of_tomorrow_is_none(both: BothWays) -> None:
    world, gateway = both.world, Gateway(both)
    await red(world)
    (batch,) = await by_sms(world)
    now, before = int(world.clock.now().timestamp()), refusals("sms", "impossible")
    for nonce, moment in (("n-1", now - 86_400), ("n-2", now + 3600)):
        told = await gateway.tell(nonce=nonce, type="report", id=batch.message_id, status="delivered", at=moment)
        assert told[0] == 200
    (row,) = await by_sms(world)
    assert row.state is State.sent
    assert refusals("sms", "impossible") == before + 2


async def test_a_digit_from_before_the_warning_is_no_answer_to_it(both: BothWays) -> None:
    """The gateway had kept what she typed to something else, and hands it over once the red warning is out."""
    world, gateway = both.world, Gateway(both)
    typed = int(world.clock.now().timestamp())
    await world.forward(minutes=30)
    await red(world)
    assert (await gateway.answers("1", at=typed))[0] == 200
    assert await count(world, Answer) == 0
    assert (await gateway.answers("1", id="a-2", nonce="n-2"))[0] == 200
    assert await count(world, Answer) == 1


async def test_a_text_message_that_never_arrived_is_a_line_for_the_officer(both: BothWays) -> None:
    world, gateway = both.world, Gateway(both)
    await users(world)
    _, page = await red(world)
    (batch,) = await by_sms(world)
    await gateway.tell(type="report", id=batch.message_id, status="failed")
    (row,) = await by_sms(world)
    assert (row.state, row.reason) == (State.failed, "carrier")
    async with signed_in(both, OFFICER) as officer:
        assert "运营商没有送到" in await officer.open(f"{page}/calls") + await officer.open(page)


async def by_sms(world: World) -> list[Batch]:
    async with world.deps.read() as session:
        return [*(await session.execute(sa.select(Batch).where(col(Batch.channel) == "sms"))).scalars()]
