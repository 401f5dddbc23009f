"""Every channel keeps one contract: what it was told arrives, each failure is one SendError, no secret leaks."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import aiohttp
import pytest

from bot.channels.contract import Channel, Parcel, SendError
from bot.channels.wecom_app import limits as app_limits
from bot.channels.wecom_app.send import WecomApp
from bot.channels.wecom_robot import limits as robot_limits
from bot.channels.wecom_robot.send import WecomRobot
from bot.clock import TurnedClock
from bot.simulator.config import SimGroup, SimMember, SimulatorConfig
from bot.simulator.serve import running
from bot.wechat.http import Calls
from bot.wechat.tokens import Tokens
from tests.world import NIGHT

KEY = "00000000-0000-4000-8000-000000000042"
CONFIG = SimulatorConfig(
    members=tuple(SimMember(f"u{n}", f"人{n}", gone=n == 9) for n in range(10)), groups=(SimGroup(KEY, "群"),)
)


@dataclass
class Road:
    """One channel on the simulator, and a parcel that it can take."""

    channel: Channel
    endpoint: str
    parcel: Callable[[str], Parcel]
    phone: str
    limit: int
    http: aiohttp.ClientSession
    base: str

    async def fault(self, **fault: object) -> None:
        async with self.http.post(f"{self.base}/_sim/faults", json={"endpoint": self.endpoint, **fault}) as answer:
            assert answer.status < 300, await answer.text()

    async def shown(self) -> list[str]:
        async with self.http.get(f"{self.base}/_sim/{self.phone}") as answer:
            return [m["text"] for m in (await answer.json())["messages"]]

    async def error(self, text: str = "红色暴雨 青崖县") -> SendError:
        with pytest.raises(SendError) as raised:
            await self.channel.send(self.parcel(text))
        return raised.value


@pytest.fixture(params=["wecom_robot", "wecom_app"])
async def road(request: pytest.FixtureRequest) -> AsyncIterator[Road]:
    clock = TurnedClock(NIGHT)
    async with (
        running(CONFIG, clock=clock) as base,
        aiohttp.ClientSession() as http,
        Calls(timeout=2.0, connections=5) as calls,
    ):
        if request.param == "wecom_robot":
            robot = WecomRobot(calls, base, robot_limits.per_robot(20, 5))
            made = Road(
                robot, "robot", lambda t: Parcel(t, robot_key=KEY), f"groups/{KEY}", robot_limits.TEXT_BYTES, http, base
            )
        else:
            tokens = Tokens(calls, clock, base, CONFIG.corp_id, CONFIG.secret)
            app = WecomApp(calls, tokens, base, CONFIG.agent_id)
            made = Road(
                app, "app", lambda t: Parcel(t, members=("u1", "u2")), "phones/u1", app_limits.TEXT_BYTES, http, base
            )
        yield made


async def test_a_text_of_the_longest_length_arrives_to_the_byte(road: Road) -> None:
    text = "雨" * ((road.limit - 2) // 3) + "x" * ((road.limit - 2) % 3)
    await road.channel.send(road.parcel(text))
    assert await road.shown() == [text]


async def test_what_json_must_escape_arrives_as_it_was(road: Road) -> None:
    text = '第一行\n"引号" \\ 反斜杠 <标签> 😀\t完'
    await road.channel.send(road.parcel(text))
    assert await road.shown() == [text]


@pytest.mark.parametrize(
    ("fault", "reason", "permanent", "lost"),
    [
        ({"kind": "errcode", "code": -1}, "busy", False, False),
        ({"kind": "errcode", "code": 45009}, "limit", False, False),
        ({"kind": "errcode", "code": 40001}, "credentials", True, False),
        ({"kind": "errcode", "code": 50003}, "application_off", True, False),
        ({"kind": "errcode", "code": 60020}, "address_not_trusted", False, False),
        ({"kind": "errcode", "code": 77777}, "refused", True, False),
        ({"kind": "http", "status": 502}, "bad_answer", False, True),
        ({"kind": "not_json"}, "bad_answer", False, True),
        ({"kind": "timeout"}, "timeout", False, True),
        ({"kind": "close"}, "connection_lost", False, True),
        ({"kind": "drop_reply"}, "connection_lost", False, True),
    ],
)
async def test_each_failure_has_its_reason(
    road: Road, fault: dict[str, object], reason: str, permanent: bool, lost: bool
) -> None:
    await road.fault(**fault)
    error = await road.error()
    assert (error.reason, error.permanent, error.lost) == (reason, permanent, lost)


async def test_no_secret_stands_in_an_error(road: Road) -> None:
    for fault in ({"kind": "timeout"}, {"kind": "not_json"}, {"kind": "errcode", "code": 93000}):
        await road.fault(**fault, times=1)
        error = await road.error()
        told = f"{error!r} {error} {error.__cause__!r}"
        assert not any(secret in told for secret in (KEY, CONFIG.secret, "access_token=", "红色暴雨"))


async def test_nobody_listens(road: Road) -> None:
    async with Calls(timeout=2.0, connections=1) as calls:
        dead = WecomRobot(calls, "http://127.0.0.1:9", robot_limits.per_robot(20, 5))
        with pytest.raises(SendError) as raised:
            await dead.send(Parcel("x", robot_key=KEY))
    assert (raised.value.reason, raised.value.permanent, raised.value.lost) == ("unreachable", False, False)


@pytest.mark.parametrize("road", ["wecom_app"], indirect=True)
async def test_an_invalid_member_is_named_and_the_others_get_it(road: Road) -> None:
    receipt = await road.channel.send(Parcel("红色暴雨", members=("u1", "U9", "nobody")))
    assert receipt.invalid == {"u9", "nobody"}
    assert await road.shown() == ["红色暴雨"]


async def test_the_same_bytes_again_are_seen_once_where_the_channel_says_so(road: Road) -> None:
    await road.channel.send(road.parcel("红色暴雨"))
    await road.channel.send(road.parcel("红色暴雨"))
    assert len(await road.shown()) == (1 if road.channel.repeatable else 2)


@pytest.mark.parametrize("road", ["wecom_app"], indirect=True)
async def test_a_bad_token_is_replaced_once_and_never_in_a_loop(road: Road) -> None:
    await road.fault(kind="errcode", code=42001)
    error = await road.error()
    assert (error.reason, error.permanent) == ("credentials", True)
    async with road.http.get(f"{road.base}/_sim/counts") as answer:
        calls = (await answer.json())["calls"]
    assert calls == {"token": 2, "app": 2}
