"""Our own front door, tried from outside: the address, the proving files, the callbacks."""

from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlmodel import select

from bot.probes.asking import Heard
from bot.probes.echo import proof
from broadcasts.watch.contract import Level
from broadcasts.watch.looks.public import answered, inside
from broadcasts.watch.run import standing
from broadcasts.watch.wording import words
from handlers.chat.work import work_due
from handlers.wechat.models import CallbackAsked, Inbound
from tests.both_ways import KEY, TOKEN, BothWays, both_ways
from tests.watch.looking import kinds, look, said


async def asked(ways: BothWays) -> list[str]:
    async with ways.world.deps.read() as session:
        return [row.platform.value for row in (await session.execute(select(CallbackAsked))).scalars()]


async def verified(ways: BothWays) -> None:
    """The administrator enters the address in WeCom's back office, which asks at once."""
    wecom = {"url": f"{ways.web}/callbacks/wecom", "token": TOKEN, "aes_key": KEY}
    url = f"{ways.world.base}/_sim/callbacks"
    async with ways.world.http.post(url, json={"wecom": wecom, "verify": True}) as answer:
        assert answer.status == 200, await answer.text()


async def test_whoever_asks_for_our_address_comes_to_us(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as ways:
        found = await look(ways.world, "address")
        assert found["address"] is not None
        assert found["address"].seen == ()
        async with ways.world.http.get(f"{ways.web}/healthz") as answer:
            assert await answer.json() == {"status": "ok"}


async def test_a_router_that_leads_nobody_back_in_is_a_hint_while_the_platform_comes_through(tmp_path: Path) -> None:
    async with both_ways(tmp_path, base_url="http://127.0.0.1:9") as ways:
        assert await closed(ways) == Level.bad
        await ways.world.say("li", "在吗")  # a callback has come through the same door
        assert await closed(ways) == Level.note
        ways.world.clock.turn(3600)
        assert await closed(ways) == Level.bad  # nobody came for an hour


async def closed(ways: BothWays) -> Level:
    found = (await look(ways.world, "address"))["address"]
    assert found is not None
    (seen,) = found.seen
    assert seen.kind == "address_closed"
    assert ("NAT 回流" in "".join(words(seen.kind, seen.facts))) is (seen.level is Level.note)
    return seen.level


async def test_another_server_at_our_address_is_not_taken_for_us(tmp_path: Path) -> None:
    async def impostor(_: web.Request) -> web.Response:
        return web.json_response({"status": "ok", "proof": "0" * 32})

    app = web.Application()
    app.router.add_get("/healthz", impostor)
    async with TestServer(app) as server, both_ways(tmp_path, base_url=str(server.make_url("")).rstrip("/")) as ways:
        await look(ways.world, "address")
        assert await kinds(ways.world) == ["address_other"]


@pytest.mark.parametrize(
    ("host", "private"),
    [("192.168.1.5", True), ("100.64.0.9", True), ("tree.local", True), ("127.0.0.1", False), ("8.8.8.8", False),
     ("tree.example.invalid", False)],
)  # fmt: skip
def test_an_address_of_the_offices_own_network_is_known(host: str, private: bool) -> None:
    assert inside(host) is private


@pytest.mark.parametrize(
    ("base", "host"), [("http://192.168.1.5:8000", "192.168.1.5"), ("http://127.0.0.1:8000", "127.0.0.1")]
)
async def test_an_address_that_opens_in_the_office_alone_is_a_finding(tmp_path: Path, base: str, host: str) -> None:
    async with both_ways(tmp_path) as ways:
        once = "0" * 32
        proved = orjson.dumps({"status": "ok", "proof": proof(ways.world.deps.vault, once)})
        real = {"base_url": base, "wecom_api_base": "https://qyapi.weixin.qq.com"}
        settings = ways.world.deps.settings.model_copy(update=real)
        deps = replace(ways.world.deps, settings=settings)
        async with standing(deps, ways.world.clock.now()) as ground:
            found = answered(ground, Heard(200, proved, None), once)
    (seen,) = found.seen
    assert (seen.kind, seen.level) == ("address_private", Level.mind)
    assert host in words(seen.kind, seen.facts).said


async def test_our_own_question_opens_the_callback_and_counts_as_nobodys(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as ways:
        found = await look(ways.world, "callback_wecom", "callback_oa")
        seen = [one.kind for result in found.values() if result for one in result.seen]
        assert seen == ["callback_unheard", "callback_unheard"]  # the door opens; nobody has come
        assert await asked(ways) == []
        assert await kinds(ways.world) == []
        await verified(ways)
        assert await asked(ways) == ["wecom"]
        found = await look(ways.world, "callback_wecom")
        assert found["callback_wecom"] is not None
        assert found["callback_wecom"].seen == ()
        async with ways.world.deps.read() as session:
            assert (await session.execute(select(Inbound))).first() is None


async def test_a_callback_that_answers_with_another_token_is_a_finding(tmp_path: Path) -> None:
    async with both_ways(tmp_path, base_url="{base}") as ways:
        await look(ways.world, "callback_wecom")
        assert await kinds(ways.world) == ["callback_closed"]
        assert "放行 /callbacks/wecom" in await said(ways.world)
        ways.world.clock.turn(601)
        await look(ways.world, "callback_wecom")
        assert "回复进不来" in (await ways.world.phone("liu"))[-1]


async def test_silence_of_ten_days_is_a_hint_and_tells_nobody(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as ways:
        await ways.type("li", "值班电话")
        ways.world.clock.turn(11 * 86_400)
        found = await look(ways.world, "callback_wecom")
        assert found["callback_wecom"] is not None
        assert [one.kind for one in found["callback_wecom"].seen] == ["callback_quiet"]
        assert await kinds(ways.world) == []


async def test_what_the_platform_tells_of_itself_is_a_finding_until_it_takes_it_back(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as ways:
        for event, expected in (("inactive_alert", ["application_idle"]), ("active_restored", [])):
            url = f"{ways.world.base}/_sim/events"
            async with ways.world.http.post(url, json={"event": event, "effect_time": 1784512800}) as answer:
                assert (await answer.json())["callback"]["delivered"], await answer.text()
            await work_due(ways.world.deps)
            await look(ways.world, "idle")
            assert await kinds(ways.world) == expected
        rings = [text for text in await ways.world.phone("liu") if "停用" in text]
        assert len(rings) == 1  # the callback rings by itself, the Watch not once more
