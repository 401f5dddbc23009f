"""Telephones of the stand-in: a gateway that rings them, WeCom's emergency call, a gateway that hears recordings; and
the page on which somebody takes a call and presses a key."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.clock import TurnedClock
from bot.simulator.config import SimMember, SimulatorConfig
from bot.simulator.serve import running
from tests.world import NIGHT

KEY, NUMBER = "a key of the gateway's", "10000000042"


@dataclass
class Room:
    base: str
    http: aiohttp.ClientSession
    clock: TurnedClock
    told: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def signed(self, body: bytes, key: str = KEY) -> dict[str, str]:
        stamp = str(int(self.clock.now().timestamp()))
        proof = hmac.new(key.encode(), f"{stamp}.n.".encode() + body, hashlib.sha256).hexdigest()
        return {"timestamp": stamp, "nonce": "n", "signature": proof}

    async def asks(self, path: str, said: dict[str, Any], key: str = KEY) -> dict[str, Any]:
        body = json.dumps(said).encode()
        async with self.http.post(f"{self.base}{path}", params=self.signed(body, key), data=body) as answer:
            heard: dict[str, Any] = await answer.json()
        return heard

    async def rings(self, id: str = "K-1", phone: str = NUMBER, key: str = KEY, **more: Any) -> int:
        said = {"id": id, "phone": phone, "text": "青崖县值班室来电。" * 8, "language": "zh-CN", "seconds": 90, **more}
        return int((await self.asks("/voice/calls", said, key))["code"])

    async def calls(self) -> list[dict[str, Any]]:
        async with self.http.get(f"{self.base}/_sim/calls") as answer:
            return list((await answer.json())["items"])

    async def settled(self) -> list[dict[str, Any]]:
        async with self.http.post(f"{self.base}/_sim/callbacks/settle", json={}) as answer:
            assert answer.status == 200
        return [json.loads(body) for _, body in self.told]


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    clock, told = TurnedClock(NIGHT), list[tuple[dict[str, str], bytes]]()

    async def hear(request: web.Request) -> web.Response:
        told.append((dict(request.query), await request.read()))
        return web.json_response({"code": 0})

    product = web.Application()
    product.add_routes([web.post("/callbacks/voice", hear)])
    async with TestServer(product) as server:
        config = SimulatorConfig(
            members=(SimMember("li", "李秀英"),),
            voice_key=KEY,
            voice_callback=str(server.make_url("/callbacks/voice")),
            voice_lines=4,
            ring_seconds=45,
            speech_key=KEY,
        )
        async with running(config, clock=clock) as base, aiohttp.ClientSession() as http:
            yield Room(base, http, clock, told)


async def test_a_call_rings_once_and_the_gateway_says_so(room: Room) -> None:
    assert [await room.rings(), await room.rings()] == [0, 0]
    assert [one["state"] for one in await room.calls()] == ["ringing"]
    (said,) = await room.settled()
    assert (said["type"], said["id"], said["status"], said["heard"], said["key"]) == ("call", "K-1", "ringing", 0, "")
    query, body = room.told[0]
    whole = f"{query['timestamp']}.{query['nonce']}.".encode() + body
    assert query["signature"] == hmac.new(KEY.encode(), whole, hashlib.sha256).hexdigest()


async def test_somebody_takes_it_on_the_page_and_presses_a_key(room: Room) -> None:
    await room.rings()
    async with room.http.get(f"{room.base}/calls") as answer:
        page = await answer.text()
    assert NUMBER in page
    assert 'action="/calls/K-1/answered"' in page
    async with room.http.post(f"{room.base}/calls/K-1/answered", data={"key": "1"}) as answer:
        assert "按了 1" in await answer.text()
    last = (await room.settled())[-1]
    assert (last["status"], last["key"], last["heard"]) == ("answered", "1", last["whole"])
    async with room.http.post(f"{room.base}/calls/K-1/busy") as answer:
        assert "已经结束" in await answer.text()
    async with room.http.get(f"{room.base}/") as answer:
        assert 'href="/calls"' in await answer.text()


async def test_a_call_that_nobody_takes_rings_out_and_the_gateway_says_so(room: Room) -> None:
    await room.rings()
    await room.settled()
    room.clock.turn(44)
    assert [one["state"] for one in await room.calls()] == ["ringing"]
    room.clock.turn(1)
    assert [one["state"] for one in await room.calls()] == ["not_answered"]
    said = await room.settled()
    assert [(one["status"], one["heard"], one["key"]) for one in said] == [("ringing", 0, ""), ("not_answered", 0, "")]


async def test_who_took_it_in_time_has_taken_it(room: Room) -> None:
    await room.rings()
    await room.http.post(f"{room.base}/_sim/calls/K-1/answered", json={"key": "1"})
    room.clock.turn(100)
    assert [one["state"] for one in await room.calls()] == ["answered"]
    assert "not_answered" not in [one["status"] for one in await room.settled()]


async def test_another_sites_page_takes_no_call(room: Room) -> None:
    await room.rings()
    headers = {"Origin": "https://elsewhere.invalid"}
    async with room.http.post(f"{room.base}/calls/K-1/answered", data={"key": "1"}, headers=headers) as answer:
        assert answer.status == 403


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"key": "another"}, 40001),
        ({"id": ""}, 40002),
        ({"seconds": 0}, 40002),
        ({"seconds": "90"}, 40002),
        ({"phone": "a number"}, 40003),
        ({"text": " "}, 40004),
        ({"text": "雨" * 501}, 40004),
    ],
)
async def test_what_the_gateway_does_not_take(room: Room, given: dict[str, Any], code: int) -> None:
    assert await room.rings(**given) == code
    assert await room.calls() == []


async def test_one_number_is_called_three_times_in_five_minutes(room: Room) -> None:
    codes = []
    for n in range(4):
        codes.append(await room.rings(f"K-{n}"))
        await room.http.post(f"{room.base}/_sim/calls/K-{n}/busy", json={})
    assert codes == [0, 0, 0, 42900]
    room.clock.turn(301)
    assert await room.rings("K-9") == 0


async def test_all_lines_are_taken_until_somebody_hangs_up(room: Room) -> None:
    assert [await room.rings(f"K-{n}", f"1000000004{n}") for n in range(5)] == [0, 0, 0, 0, 42902]
    async with room.http.post(f"{room.base}/_sim/calls/K-0/not_answered", json={}) as answer:
        assert answer.status == 200
    assert await room.rings("K-5", "10000000045") == 0


async def test_a_recording_is_heard_as_it_was_spoken(room: Room) -> None:
    async with room.http.post(f"{room.base}/_sim/phones/li/voice", json={"spoken": "收到", "clearness": 0.8}) as answer:
        assert answer.status == 200
    async with room.http.get(f"{room.base}/_sim/phones/li") as answer:
        media = (await answer.json())["said"][0]["media"]
    async with room.http.get(f"{room.base}/_sim/media/{media}") as answer:
        audio = await answer.read()
    asked = {"id": "m", "format": "amr", "language": "zh-CN", "audio": base64.b64encode(audio).decode()}
    assert await room.asks("/speech/recognise", asked) == {"code": 0, "text": "收到", "confidence": 0.8}
    other = base64.b64encode(audio + b"\x7c").decode()
    assert (await room.asks("/speech/recognise", asked | {"audio": other}))["text"] == ""


@pytest.mark.parametrize(
    ("given", "code"),
    [({"format": "exe"}, 40004), ({"audio": "?"}, 40002), ({"audio": ""}, 40002), ({"language": ""}, 40002)],
)
async def test_what_it_cannot_hear(room: Room, given: dict[str, Any], code: int) -> None:
    asked = {"id": "m", "format": "amr", "language": "zh-CN", "audio": "IyFBTVIK", **given}
    assert (await room.asks("/speech/recognise", asked))["code"] == code
