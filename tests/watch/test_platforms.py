"""What the platforms refuse us is found, named with its mend, told once when it begins and once when it ends."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.simulator.config import WARNING, SimulatorConfig
from tests.watch.looking import findings, kinds, look, said, standing, tell
from tests.world import DUTY_GROUP, World, small_world

ACCOUNT = {
    "oa_api_base": "{base}",
    "oa_app_id": SimulatorConfig().app_id,
    "oa_secret": SimulatorConfig().account_secret,
    "oa_template_id": WARNING.id,
    "base_url": "http://127.0.0.1:9",
}


@pytest.fixture
async def county(tmp_path: Path) -> AsyncIterator[World]:
    """The small world with an official account."""
    async with small_world(tmp_path, more=ACCOUNT) as world:
        yield world


async def test_all_is_well(county: World) -> None:
    found = await look(county, "wecom", "account", "template", "clock")
    assert await kinds(county) == []
    assert found["wecom"] is not None
    assert found["wecom"].facts["name"] == "消息树（模拟）"
    assert found["template"] is not None
    assert found["template"].facts["title"] == WARNING.title
    assert await county.phone("liu") == []


async def test_an_address_that_is_not_trusted_is_named_and_rings_until_it_is_mended(county: World) -> None:
    await standing(county, wecom={"trusted": ["203.0.113.9"]})
    await look(county, "wecom")
    assert "请管理员把 127.0.0.1 加进应用的“企业可信IP”" in await said(county)
    await look(county, "wecom")
    assert await kinds(county) == ["wecom_refuses"]  # it goes on: one finding
    assert await county.phone("liu") == []  # the very road is shut: what goes by it does not arrive
    (told,) = await county.group(DUTY_GROUP)
    assert told.startswith("请管理员处理 企业微信不让我们发消息：不认得这台机器的地址（127.0.0.1）\n")
    await standing(county, wecom={})
    county.clock.turn(70)
    await look(county, "wecom")
    await county.forward(minutes=3)
    assert await kinds(county) == []
    (last,) = [text for text in await county.phone("liu") if "已恢复" in text]
    assert last.startswith("已恢复：企业微信不让我们发消息：不认得这台机器的地址")
    before = len(await county.phone("liu"))
    await county.forward(minutes=10)
    assert len(await county.phone("liu")) == before  # neither the ring nor the end is told again


async def test_the_officer_is_rung_at_night_for_what_holds_up_warnings(county: World) -> None:
    await standing(county, oa={"trusted": ["203.0.113.9"]})
    await look(county, "account", "template")
    assert await kinds(county) == ["oa_refuses"]
    (ring,) = await county.phone("liu")
    assert ring.startswith(
        "请处理 系统有一处坏了，预警会受影响\n公众号不让我们发消息：不认得这台机器的地址（127.0.0.1）"
    )
    assert "IP 白名单" in ring
    await county.forward(minutes=3.5)
    assert len(await county.phone("liu")) == 2  # every three minutes, until somebody takes it


@pytest.mark.parametrize(
    ("changed", "kind", "words"),
    [
        ({"wecom": {"disabled": True}}, "wecom_refuses", "应用被停用了"),
        ({"wecom": {"withdrawn": True}}, "wecom_refuses", "没有这个接口的权限"),
        ({"oa": {"banned": True}}, "oa_refuses", "暂停了我们的调用"),
        ({"oa": {"restricted": True}}, "oa_refuses", "帐号受限"),
        ({"no_templates": [WARNING.id]}, "template_gone", "SIGNALTREE_OA_TEMPLATE_ID"),
    ],
)
async def test_each_refusal_has_its_words(county: World, changed: dict[str, object], kind: str, words: str) -> None:
    await standing(county, **changed)
    await look(county, "wecom", "account", "template")
    assert await kinds(county) == [kind]
    assert words in await said(county)


async def test_a_template_whose_fields_we_do_not_fill_is_named(tmp_path: Path) -> None:
    async with small_world(tmp_path, more={**ACCOUNT, "oa_template_fields": "thing1=what,thing9=where"}) as world:
        await look(world, "template")
        assert "模板里没有 thing9" in await said(world)
        assert "没有说 thing2、time3、thing4 填什么" in await said(world)


async def test_a_wrong_secret_is_a_finding_and_not_tried_again_and_again(tmp_path: Path) -> None:
    async with small_world(tmp_path, more={**ACCOUNT, "oa_secret": "wrong"}) as world:
        await look(world, "account", "template", "menu")
        assert "密钥不对" in await said(world)
        assert (await world.counts())["calls"]["stable_token"] == 1


async def test_a_platform_that_is_away_for_a_moment_wakes_nobody(county: World) -> None:
    await county.fault(endpoint="agent", kind="http", status=502, times=2)
    await look(county, "wecom")
    assert await kinds(county) == ["wecom_silent"]
    county.clock.turn(300)
    await tell(county)
    assert await county.phone("liu") == []
    await look(county, "wecom")
    county.clock.turn(301)
    await tell(county)
    assert "连不上企业微信的服务器" in (await county.phone("liu"))[-1]


async def test_a_clock_that_drifts_from_the_platforms_is_a_finding(county: World) -> None:
    await county.fault(kind="date", seconds=59)
    await look(county, "clock")
    assert await kinds(county) == []
    await county.fault(kind="date", seconds=30)
    await look(county, "clock")
    assert (await said(county)).startswith("本机的时钟慢了 89 秒\n请打开时间同步")


async def test_a_road_that_nobody_set_up_is_not_looked_at(world: World) -> None:
    found = await look(world, "account", "template", "menu", "address", "certificate", "domain", "sms", "voice")
    assert set(found.values()) == {None}
    assert await findings(world) == []
