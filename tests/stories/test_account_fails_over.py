"""Whoever follows the account is told by a template, else by a notice, else by a reply while the window is open; and an
answer that came too late is pointed to."""

from collections.abc import AsyncIterator, Collection
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.simulator.config import NOTICE
from bot.sweeps.each import standing
from broadcasts.dispatch.differences import differences
from broadcasts.dispatch.failover.models import FailoverRule
from broadcasts.dispatch.failover.sweep import sweep_due
from broadcasts.dispatch.models import Batch, Broadcast, Delivery
from broadcasts.dispatch.states import Purpose, Road, State
from handlers.chat.conversations.models import Conversation
from handlers.chat.conversations.windows import Conversations
from handlers.chat.work import work_due
from tests.both_ways import BothWays, both_ways
from tests.statements import asked
from tests.world import robot_key

Copies = list[tuple[str, str, str]]


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[BothWays]:
    """张阿婆, 吴小军 and 钱进 follow; 张阿婆 has consented to a notice, 吴小军 wrote a moment ago."""
    async with both_ways(tmp_path, oa_notice_template_id=NOTICE.id) as made:
        for phone in ("zhang", "wu", "qian"):
            await made.scan(phone, "柳湾村")
        made.world.clock.turn(3600)  # what a scan allows is over
        await made.act("zhang", "consent")
        await made.type("wu", "现在有预警吗")
        yield made


async def look(both: BothWays) -> int:
    """Another road is looked for, and what the platform then reports by itself has been heard."""
    done = await sweep_due(both.world.deps, both.world.clock.now(), Conversations())
    await both.world.work()
    async with both.world.http.post(f"{both.world.base}/_sim/callbacks/settle") as answer:
        assert answer.status == 200
    await work_due(both.world.deps)
    return done


class Broken(Conversations):
    """Windows that cannot be asked."""

    async def open(self, session: AsyncSession, road: Road, openids: Collection[str], at: datetime) -> set[str]:
        raise LookupError


async def told(both: BothWays, purpose: Purpose, address: str) -> Copies:
    """By channel, what became of the copies of the last broadcast of that purpose."""
    async with both.world.deps.read() as session:
        first = sa.select(col(Batch.broadcast_id)).join(Broadcast, col(Broadcast.id) == col(Batch.broadcast_id))
        mine = first.join(Delivery, col(Delivery.batch_id) == col(Batch.id)).where(col(Delivery.address) == address)
        last = mine.where(col(Broadcast.purpose) == purpose).order_by(col(Batch.id).desc()).limit(1).scalar_subquery()
        rows = await session.execute(
            sa.select(col(Delivery.channel), col(Batch.state), col(Batch.reason))
            .join(Batch, col(Batch.id) == col(Delivery.batch_id))
            .where(col(Delivery.broadcast_id) == last, col(Delivery.address) == address)
            .order_by(col(Delivery.id))
        )
        return [(channel, state.value, reason) for channel, state, reason in rows]


async def left_of(both: BothWays, openid: str) -> int:
    async with both.world.deps.read() as session:
        wanted = sa.select(col(Conversation.reply_left)).where(col(Conversation.address) == openid)
        return int(await session.scalar(wanted) or 0)


async def test_a_notice_then_a_reply_and_whoever_has_neither_is_listed(both: BothWays) -> None:
    await both.world.fault(endpoint="template", kind="errcode", code=45009)  # the day's templates are spent
    before = await left_of(both, "wu")
    await both.world.issue()
    assert await look(both) == 3
    assert (await told(both, Purpose.first, "zhang"))[1:] == [("oa_notice", "delivered", "")]
    assert (await told(both, Purpose.first, "wu"))[1:] == [("oa_reply", "sent", "")]
    assert "红色暴雨 青崖县" in (await both.world.phone("wu"))[-1]
    assert await left_of(both, "wu") == before - 1
    assert [copy[:2] for copy in await told(both, Purpose.first, "qian")] == [("oa_template", "queued")]
    assert await look(both) == 2  # what another road has brought waits no longer
    assert (await told(both, Purpose.first, "zhang"))[0] == ("oa_template", "skipped", "other_road")
    assert await look(both) == 0
    async with both.world.deps.read() as session:
        broadcast = (await session.execute(select(Broadcast).where(col(Broadcast.purpose) == "first"))).scalar_one()
        rows = await differences(session, broadcast)
    listed = {(one.kind, one.reason, one.channel, one.to, one.copies) for one in rows}
    assert ("other_road", "quota", "oa_template", "oa_notice", 1) in listed
    assert ("other_road", "quota", "oa_template", "oa_reply", 1) in listed
    assert ("queued", "quota", "oa_template", "", 1) in listed


async def test_followers_that_cannot_be_passed_on_hold_up_no_warning(both: BothWays) -> None:
    await both.world.fault(endpoint="template", kind="errcode", code=45009)
    await both.world.fault(endpoint="robot", target=robot_key("柳湾村群"), kind="errcode", code=93000)
    await both.world.issue()
    assert await sweep_due(both.world.deps, both.world.clock.now(), Broken()) == 1  # the group, by hand
    async with both.world.deps.read() as session:
        (one,) = await standing(session, both.world.clock.now())
        sent = (await session.execute(select(Broadcast).where(col(Broadcast.purpose) == "first"))).scalar_one()
    assert (one.error, one.subject) == ("LookupError", f"{sent.id} follower")
    assert sent.failed_seen == 0  # it is looked at again
    both.world.clock.turn(6)
    assert await look(both) == 3  # the followers
    async with both.world.deps.read() as session:
        sent = (await session.execute(select(Broadcast).where(col(Broadcast.purpose) == "first"))).scalar_one()
    assert sent.failed_seen == 1


@pytest.mark.parametrize("code", [45015, 45047])
async def test_an_answer_that_came_too_late_is_pointed_to_and_read_behind_the_link(both: BothWays, code: int) -> None:
    await both.world.fault(endpoint="custom", kind="errcode", code=code, times=1)
    await both.act("wu", "say", text="帮助")
    assert await told(both, Purpose.reply, "wu") == [("oa_reply", "failed", "window_closed")]
    assert await look(both) == 1
    assert (await told(both, Purpose.reply, "wu"))[1:] == [("oa_template", "delivered", "")]
    async with both.reading("wu") as page:
        await page.open(await both.link("wu"))
        assert page.status == 200
        assert "发给您的消息" in page.text
        assert "公众号" in page.text or "预警" in page.text
        theirs = page.text
    async with both.reading("qian") as page:  # somebody else is shown what anybody may see
        await page.open(await both.link("wu"))
        assert page.text != theirs
        assert "发给您的消息" not in page.text


async def test_a_reply_that_the_platform_refuses_for_another_reason_stays_where_it_is(both: BothWays) -> None:
    await both.world.fault(endpoint="custom", kind="errcode", code=48002, times=1)
    await both.act("wu", "say", text="帮助")
    assert await look(both) == 0


async def test_without_a_row_for_answers_none_is_pointed_to(both: BothWays) -> None:
    async with both.world.deps.begin() as session:
        ended = (both.world.clock.now() - timedelta(days=9)).date()
        await session.execute(sa.update(FailoverRule).where(col(FailoverRule.about) == "reply").values(valid_to=ended))
    await both.world.fault(endpoint="custom", kind="errcode", code=45015, times=1)
    await both.act("wu", "say", text="帮助")
    assert await look(both) == 0


async def test_in_wecom_an_answer_has_no_other_road(both: BothWays) -> None:
    await both.world.fault(endpoint="app", kind="errcode", code=60111, times=1)
    await both.act("li", "say", text="帮助")
    assert (await told(both, Purpose.reply, "li"))[0][:2] == ("wecom_app", "failed")
    assert await look(both) == 0


async def test_many_replies_that_wait_for_the_account_are_looked_at_together(both: BothWays) -> None:
    """While it is down for a morning there are hundreds, and every two seconds it is looked which may go otherwise."""
    await both.world.fault(endpoint="custom", kind="errcode", code=-1)
    counts = []
    for phones in (["wu"], ["zhang", "qian"]):
        for phone in phones:
            await both.act(phone, "say", text="帮助")
        await both.world.forward(seconds=40)
        with asked(both.world.deps.database.engines) as ran:
            assert await sweep_due(both.world.deps, both.world.clock.now(), Conversations()) == 0
        counts.append(len(ran))
    async with both.world.deps.read() as session:
        waits = sa.select(sa.func.count()).where(col(Batch.channel) == "oa_reply", col(Batch.state) == State.queued)
        assert await session.scalar(waits) == 3
    assert counts[0] == counts[1]
