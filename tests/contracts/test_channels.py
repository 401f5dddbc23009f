"""Every channel keeps one contract: what it was told arrives, each failure is one SendError, no secret leaks."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import channels
from bot.channels.contract import Parcel, SendError
from bot.channels.wecom_robot import limits as robot_limits
from bot.channels.wecom_robot.send import WecomRobot
from bot.wechat.http import Calls
from tests.contracts.roads import KEY, NAMES, SECRETS, Road, opened


@pytest.fixture(params=[True, False], ids=["by_hand", "by_session"])
def by_hand(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture(params=NAMES)
async def road(request: pytest.FixtureRequest, by_hand: bool) -> AsyncIterator[Road]:
    async with opened(request.param, by_hand=by_hand) as made:
        yield made


def test_every_folder_that_sends_is_held_to_it() -> None:
    assert {path.parent.name for path in Path(channels.__path__[0]).glob("*/send.py")} == {*NAMES}


WORDS = [name for name in NAMES if name not in {"oa_template", "oa_notice", "pstncc"}]  # texts, not fields


@pytest.mark.parametrize("road", WORDS, indirect=True)
async def test_a_text_of_the_longest_length_arrives_to_the_byte(road: Road) -> None:
    text = "雨" * ((road.limit - 2) // 3) + "x" * ((road.limit - 2) % 3)
    await road.channel.send(road.parcel(text))
    assert await road.shown() == [text]


@pytest.mark.parametrize("road", WORDS, indirect=True)
async def test_what_json_must_escape_arrives_as_it_was(road: Road) -> None:
    text = '第一行\n"引号" \\ 反斜杠 <标签> 😀\t完'
    await road.channel.send(road.parcel(text))
    assert await road.shown() == [text]


@pytest.mark.parametrize(
    ("fault", "reason", "permanent", "lost"),
    [
        ({"kind": "errcode", "code": -1}, "busy", False, False),
        ({"kind": "errcode", "code": 40001}, "credentials", True, False),
        ({"kind": "errcode", "code": 77777}, "refused", True, False),
        ({"kind": "http", "status": 502}, "bad_answer", False, True),
        ({"kind": "http", "status": 503}, "unreachable", False, False),
        ({"kind": "http", "status": 429}, "unreachable", False, False),
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
    assert (error.reason, error.permanent, error.lost, error.left) == (reason, permanent, lost, True)


async def test_no_secret_stands_in_an_error_or_in_the_log(road: Road, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    for fault in ({"kind": "timeout"}, {"kind": "not_json"}, {"kind": "errcode", "code": 93000}):
        await road.fault(**fault, times=1)
        error = await road.error()
        told = f"{error!r} {error} {error.__cause__!r} {caplog.text}"
        assert not any(secret in told for secret in SECRETS)


async def test_nobody_listens(by_hand: bool) -> None:
    async with Calls(timeout=2.0, connections=1, by_hand=by_hand) as calls:
        dead = WecomRobot(calls, "http://127.0.0.1:9", robot_limits.per_robot(20, 5))
        with pytest.raises(SendError) as raised:
            await dead.send(Parcel("x", robot_key=KEY))
    assert (raised.value.reason, raised.value.permanent, raised.value.lost) == ("unreachable", False, False)
    assert not raised.value.left  # the platform has counted nothing


@pytest.mark.parametrize("road", ["wecom_app"], indirect=True)
async def test_an_invalid_member_is_named_and_the_others_get_it(road: Road) -> None:
    receipt = await road.channel.send(Parcel("红色暴雨", members=("u1", "U9", "nobody")))
    assert receipt.invalid == {"u9", "nobody"}
    assert await road.shown() == ["红色暴雨"]


async def test_the_same_bytes_again_are_seen_once_where_the_channel_says_so(road: Road) -> None:
    await road.channel.send(road.parcel("红色暴雨"))
    await road.channel.send(road.parcel("红色暴雨"))
    assert len(await road.shown()) == (1 if road.channel.repeatable else 2)


TOKENED = [name for name in NAMES if name not in {"wecom_robot", "sms", "voice"}]  # whose calls bear a token


@pytest.mark.parametrize("road", TOKENED, indirect=True)
async def test_a_bad_token_is_replaced_once_and_never_in_a_loop(road: Road) -> None:
    await road.fault(kind="errcode", code=42001)
    error = await road.error()
    assert (error.reason, error.permanent) == ("credentials", True)
    assert error.left  # the first call was answered
    token = "token" if road.endpoint in {"app", "appchat", "customer_group", "pstncc"} else "stable_token"
    fetched = 2 if token == "token" else 3  # the account is asked once more, for a token that is new by force
    assert await road.calls() == {token: fetched, road.endpoint: 2}
    error = await road.error()
    assert (error.reason, error.wait) == ("credentials", 30.0)
    assert error.left
    assert await road.calls() == {token: fetched, road.endpoint: 3}
