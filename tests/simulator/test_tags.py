"""The account's tags: making, naming, ending them, and who may stand under one."""

from datetime import UTC, datetime

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from bot.clock import TurnedClock
from bot.simulator.app import create_app
from bot.simulator.platform import PLATFORM
from bot.simulator.tables import codes_account as codes
from bot.simulator.tables.limits_account import TAG_DELETABLE, TAGS_MAX, TAGS_OF_ONE
from tests.simulator.sim import CONFIG, Json, Sim

OTHERS = "o" + "B" * 27  # an openid as another account has them


async def tag(sim: Sim, name: str = "柳湾村") -> int:
    return int((await sim.account("tags/create", {"tag": {"name": name}}))["tag"]["id"])


async def code(sim: Sim, path: str, **body: object) -> int:
    return int((await sim.account(f"tags/{path}", body))["errcode"])


async def listed(sim: Sim) -> list[Json]:
    return list((await sim.get("/cgi-bin/tags/get", access_token=sim.account_token))["tags"])


async def test_a_tag_is_renamed_and_ended_and_its_number_is_not_used_again(sim: Sim) -> None:
    first, second = await tag(sim), await tag(sim, "上坪村")
    assert await code(sim, "update", tag={"id": first, "name": "石门村"}) == 0
    assert await code(sim, "update", tag={"id": first, "name": "石门村"}) == 0  # its own name
    assert await code(sim, "update", tag={"id": first, "name": "上坪村"}) == codes.TAG_EXISTS
    assert await code(sim, "delete", tag={"id": second}) == 0
    assert [(one["id"], one["name"]) for one in await listed(sim)] == [(first, "石门村")]
    assert await tag(sim, "又一个") == second + 1


@pytest.mark.parametrize(
    ("name", "wrong"), [("一二三四五六七八九十", 0), ("一二三四五六七八九十a", 45158), ("", 45158)]
)
async def test_a_name_has_thirty_bytes(sim: Sim, name: str, wrong: int) -> None:
    assert (await sim.account("tags/create", {"tag": {"name": name}})).get("errcode", 0) == wrong


async def test_an_account_has_a_hundred(sim: Sim) -> None:
    for number in range(TAGS_MAX):
        await tag(sim, f"村 {number}")
    assert await code(sim, "create", tag={"name": "又一个"}) == codes.TAGS_FULL


@pytest.mark.parametrize("number", [0, 1, 2])
async def test_the_platforms_own_stay_as_they_are(sim: Sim, number: int) -> None:
    assert await code(sim, "update", tag={"id": number, "name": "星标"}) == codes.TAG_OF_PLATFORM
    assert await code(sim, "delete", tag={"id": number}) == codes.TAG_OF_PLATFORM


async def test_who_may_stand_under_one(sim: Sim) -> None:
    number = await tag(sim)
    here = {"tagid": number, "openid_list": ["o-he"]}
    assert await code(sim, "members/batchtagging", **{**here, "tagid": 77}) == codes.BAD_TAG
    assert await code(sim, "members/batchtagging", tagid=number, openid_list=["o-he", "nobody"]) == codes.BAD_OPENID
    assert await code(sim, "members/batchtagging", tagid=number, openid_list=["o-he", OTHERS]) == codes.OTHER_ACCOUNT
    assert (await listed(sim))[0]["count"] == 0  # all of them or none
    assert [await code(sim, "members/batchtagging", **here) for _ in range(2)] == [0, 0]
    assert (await listed(sim))[0]["count"] == 1
    assert await code(sim, "members/batchuntagging", **here) == 0
    assert (await listed(sim))[0]["count"] == 0


async def test_a_follower_stands_under_twenty(sim: Sim) -> None:
    tags = [await tag(sim, f"村 {number}") for number in range(TAGS_OF_ONE + 1)]
    done = [await code(sim, "members/batchtagging", tagid=one, openid_list=["o-he"]) for one in tags]
    assert done == [0] * TAGS_OF_ONE + [codes.TAGS_OF_ONE_FULL]


async def test_a_tag_of_more_than_a_hundred_thousand_cannot_be_ended() -> None:
    app = create_app(CONFIG, TurnedClock(datetime(2026, 7, 12, tzinfo=UTC)))
    async with TestServer(app) as server, aiohttp.ClientSession(server.make_url("")) as http:
        sim = Sim(http, TurnedClock(datetime(2026, 7, 12, tzinfo=UTC)), CONFIG)
        number = await tag(sim)
        openids = app[PLATFORM].account.masses.tags[number].openids
        openids.update(dict.fromkeys(f"o-{n}" for n in range(TAG_DELETABLE + 1)))
        assert await code(sim, "delete", tag={"id": number}) == codes.TAG_TOO_BIG
        openids.popitem()
        assert await code(sim, "delete", tag={"id": number}) == 0
