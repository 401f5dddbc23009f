"""Groups that an application has made: what making and speaking is refused for, and how often it may speak."""

from typing import Any

import pytest

from bot.simulator.config import Window
from bot.simulator.tables import codes
from bot.simulator.tables.limits import Rate
from bot.simulator.world.person_times import PersonTimes
from tests.simulator.sim import Json, Sim

MADE = {"name": "柳湾村群", "owner": "wang", "userlist": ["wang", "LiXiuying"], "chatid": "liuwan01"}
TEXT = {"msgtype": "text", "text": {"content": "红色暴雨 青崖县"}}
REFUSED: list[tuple[int, Json]] = [
    (codes.BAD_CHAT_MEMBERS, {"userlist": ["wang"]}),
    (codes.BAD_CHAT_MEMBERS, {"userlist": "wang|LiXiuying"}),
    (codes.BAD_CHAT_MEMBERS, {"name": "村" * 51}),
    (codes.BAD_CHAT, {"chatid": ""}),
    (codes.BAD_CHAT, {"chatid": "liu-wan"}),
    (codes.BAD_CHAT, {"chatid": "a" * 33}),
    (codes.ALL_INVALID, {"userlist": ["wang", "nobody"]}),
]


async def says(sim: Sim, path: str, document: Json) -> Any:
    return (await sim.post(f"/cgi-bin/appchat/{path}", document, access_token=sim.token))["errcode"]


@pytest.mark.parametrize(("code", "changed"), REFUSED)
async def test_a_group_is_refused(sim: Sim, code: int, changed: Json) -> None:
    await sim.fetch_token()
    assert await says(sim, "create", {**MADE, **changed}) == code
    assert await says(sim, "send", {"chatid": "liuwan01", **TEXT}) == codes.NO_CHAT


async def test_it_is_made_once_and_shows_what_is_said(sim: Sim) -> None:
    await sim.fetch_token()
    assert await says(sim, "create", MADE) == codes.OK
    assert await says(sim, "create", MADE) == codes.CHAT_EXISTS
    assert await says(sim, "send", {"chatid": "liuwan01", **TEXT}) == codes.OK
    card = {"msgtype": "template_card", "template_card": {"card_type": "text_notice"}}
    assert await says(sim, "send", {"chatid": "liuwan01", **card}) == codes.BAD_MSGTYPE
    shown = (await sim.get("/_sim/chats/liuwan01"))["messages"]
    assert [message["text"] for message in shown] == ["红色暴雨 青崖县"]


async def test_ten_a_minute_and_no_more(sim: Sim) -> None:
    await sim.fetch_token()
    await says(sim, "create", MADE)
    asked = [await says(sim, "send", {"chatid": "liuwan01", **TEXT}) for _ in range(11)]
    assert asked == [codes.OK] * 10 + [codes.TOO_OFTEN]
    sim.clock.turn(61)
    assert await says(sim, "send", {"chatid": "liuwan01", **TEXT}) == codes.OK


@pytest.mark.parametrize("window", Window)
def test_all_groups_together_have_so_many_persons_a_minute(window: Window) -> None:
    persons, rates = PersonTimes(), (Rate("minute", 20_000, 60),)
    assert persons.broken(19_000, rates, window, 59.0) is None
    refused = [persons.broken(2000, rates, window, at) is not None for at in (61.0, 180.0)]
    assert refused == [window is not Window.fixed, False]
