"""What a platform, a follower or a gateway may do to us on a red night: each has its reason, its next road, and its
line for the officer."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from bot.simulator.config import NOTICE
from broadcasts.dispatch.differences import differences
from broadcasts.dispatch.models import Broadcast
from tests.both_ways import BothWays, both_ways
from tests.browser.desk import OFFICER, users
from tests.stories.test_account_fails_over import look
from tests.stories.test_sms import signed_in, without_wechat
from tests.stories.test_voice import telephones
from tests.world import robot_key

APP, ACCOUNT = {"endpoint": "app"}, {"endpoint": "template"}
ROBOT = {"endpoint": "robot", "target": robot_key("柳湾村群")}
CASES = [
    ("quota spent at WeCom", {**APP, "code": 45009}, ("limit", "wecom_app", "sms"), "平台限流"),
    ("WeCom busy for long", {**APP, "code": -1}, ("busy", "wecom_app", "sms"), "平台繁忙"),
    ("the account's day spent", {**ACCOUNT, "code": 45009}, ("quota", "oa_template", "oa_notice"), "今天的次数用完了"),
    ("robot removed", {**ROBOT, "code": 93000}, ("robot_gone", "wecom_robot", "relay"), "群机器人已失效"),
    ("application switched off", {**APP, "code": 50003}, ("road_down", "wecom_app", "sms"), "应用已停用"),
    ("template withdrawn", {**ACCOUNT, "code": 40037}, ("road_down", "oa_template", "oa_notice"), "模板编号不对"),
    ("follower gone", {**ACCOUNT, "code": 43004}, ("not_following", "oa_template", "oa_notice"), "没有关注公众号"),
]  # fmt: skip
HTML = {"endpoint": "sms", "kind": "not_json"}


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[BothWays]:
    """Everybody has a telephone; 张阿婆 follows and has consented to a notice."""
    more = {"sms_webhook": "{base}/sms/messages", "oa_notice_template_id": NOTICE.id}
    async with both_ways(tmp_path, **more) as made:
        await telephones(made.world)
        await users(made.world)
        await made.scan("zhang", "柳湾村")
        made.world.clock.turn(3600)  # what a scan allows is over
        await made.act("zhang", "consent")
        yield made


async def otherwise(both: BothWays) -> tuple[set[tuple[str, str, str, str]], str]:
    """Where it went otherwise than planned, and the page on which the officer reads it."""
    async with both.world.deps.read() as session:
        sent = (await session.execute(select(Broadcast).where(col(Broadcast.purpose) == "first"))).scalar_one()
        found = {(one.kind, one.reason, one.channel, one.to) for one in await differences(session, sent)}
    async with signed_in(both, OFFICER) as officer:
        return found, await officer.open(f"/console/broadcasts/{sent.id}/differences")


@pytest.mark.parametrize(("fault", "passed", "words"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
async def test_each_has_its_reason_its_next_road_and_its_line(
    both: BothWays, fault: dict[str, Any], passed: tuple[str, str, str], words: str
) -> None:
    await both.world.fault(kind="errcode", **fault)
    await both.world.issue()
    for _ in range(14):
        await both.world.forward(seconds=1)
    await look(both)
    found, page = await otherwise(both)
    assert ("other_road", *passed) in found
    assert words in page


@pytest.mark.parametrize("fault", [HTML, {**HTML, "kind": "errcode", "code": 40003}, {**HTML, "kind": "drop_reply"}])
async def test_a_gateway_that_answers_nonsense_is_asked_again_and_shown(both: BothWays, fault: dict[str, Any]) -> None:
    """Who has nothing but a telephone: there is no other road, and the desk has to ring."""
    await without_wechat(both.world, "li")
    await both.world.fault(**fault)
    await both.world.issue()
    for _ in range(14):
        await both.world.forward(seconds=1)
    await look(both)
    found, page = await otherwise(both)
    assert any(channel == "sms" and kind in {"queued", "failed"} for kind, _, channel, _ in found)
    assert "李秀英" in page
