"""Whoever has consented to the account's notices is told by one; a consent is used up by what was sent, never by what
was not."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col

from bot.simulator.config import NOTICE
from broadcasts.dispatch.models import Batch, Delivery
from broadcasts.dispatch.states import Road, State
from broadcasts.hazards.grades import Grade
from broadcasts.subscriptions.consents import standing
from broadcasts.subscriptions.follow import erase, found
from broadcasts.subscriptions.models import Consent
from tests.both_ways import BothWays, both_ways

NOTICES = {"oa_template_id": "", "oa_notice_template_id": NOTICE.id}


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[BothWays]:
    """The county's template was taken away; 张阿婆 and 吴小军 follow."""
    async with both_ways(tmp_path, **NOTICES) as made:
        for phone in ("zhang", "wu"):
            await made.scan(phone, "柳湾村")
        yield made


async def consent(both: BothWays, openid: str) -> Consent | None:
    async with both.world.deps.read() as session:
        return await session.get(Consent, (Road.live, openid, NOTICE.id))


async def states(both: BothWays, channel: str = "oa_notice") -> list[tuple[State, str]]:
    async with both.world.deps.read() as session:
        wanted = sa.select(col(Batch.state), col(Batch.reason)).where(col(Batch.channel) == channel)
        return [(row[0], row[1]) for row in await session.execute(wanted.order_by(col(Batch.id)))]


async def settle(both: BothWays) -> None:
    """What the platform reports by itself has come, and is worked on."""
    async with both.world.http.post(f"{both.world.base}/_sim/callbacks/settle", json={}) as answer:
        assert answer.status == 200
    await both.act("qian", "follow")
    await both.act("qian", "unfollow")


async def test_one_consent_is_one_notice(both: BothWays) -> None:
    await both.act("zhang", "consent")
    before = len(await both.world.phone("zhang"))
    await both.world.issue()
    shown = await both.world.phone("zhang")
    assert shown[before].split("\n")[:2] == ["预警：红色暴雨", "地点：青崖县"]
    assert "/h5/a/" in await both.link("zhang")
    await settle(both)
    assert await states(both) == [(State.delivered, "")]
    kept = await consent(both, "zhang")
    assert kept is not None
    assert kept.unused == 0
    await both.world.issue(event="大风", code="11B06", identifier="52992641600000_2")
    assert len(await states(both)) == 1  # no second one: there is no consent left for it
    assert "红色" in (await both.world.group("柳湾村群"))[-1]


async def test_who_has_not_consented_is_no_reader_of_a_notice(both: BothWays) -> None:
    await both.world.issue()
    assert (await both.world.counts())["calls"].get("notice", 0) == 0
    async with both.world.deps.read() as session:
        wanted = sa.select(col(Delivery.reason)).where(col(Delivery.target_kind) == "follower")
        assert set((await session.execute(wanted)).scalars()) == {"no_road"}


async def test_what_did_not_leave_uses_up_nothing(both: BothWays) -> None:
    await both.act("zhang", "consent")
    await both.world.fault(endpoint="notice", kind="errcode", code=47003, times=1)
    await both.world.issue()
    assert await states(both) == [(State.failed, "content")]
    kept = await consent(both, "zhang")
    assert kept is not None
    assert (kept.unused, kept.refused_at) == (1, None)


async def test_a_notice_on_its_way_has_its_consent_already(both: BothWays) -> None:
    await both.act("zhang", "consent")
    await both.world.fault(endpoint="notice", kind="errcode", code=45011)
    await both.world.issue()
    await both.world.issue(event="大风", code="11B06", identifier="52992641600000_2")
    assert [state for state, _ in await states(both)] == [State.queued]


async def test_refused_at_the_platform_drops_the_copy_and_is_marked(both: BothWays) -> None:
    await both.act("zhang", "consent")
    await both.world.fault(endpoint="notice", kind="errcode", code=43101, times=1)
    await both.world.issue()
    assert await states(both) == [(State.failed, "refuses")]
    kept = await consent(both, "zhang")
    assert kept is not None
    assert kept.unused == 0
    assert kept.refused_at is not None
    async with both.world.deps.read() as session:
        assert await standing(session, NOTICE.id) == {"can": 0, "refused": 1}
    both.world.clock.turn(60)
    await both.act("zhang", "consent")  # who consents anew is told again
    kept = await consent(both, "zhang")
    assert kept is not None
    assert (kept.unused, kept.refused_at) == (1, None)


async def test_refusing_later_in_the_settings_ends_it(both: BothWays) -> None:
    for act in ("consent", "consent", "stop_notices"):
        both.world.clock.turn(60)
        await both.act("wu", act)
    await both.world.issue()
    assert await states(both) == []


async def test_an_answer_that_was_lost_is_not_asked_again(both: BothWays) -> None:
    """There is no key against repeats, and a second would need a second consent."""
    await both.act("zhang", "consent")
    await both.world.fault(endpoint="notice", kind="drop_reply", times=1)
    await both.world.issue(grade=Grade.orange)
    await both.world.forward(seconds=90)
    assert await states(both) == [(State.unknown, "connection_lost")]
    kept = await consent(both, "zhang")
    assert kept is not None
    assert kept.unused == 0


async def test_the_template_goes_first_where_the_county_has_one(tmp_path: Path) -> None:
    async with both_ways(tmp_path, oa_notice_template_id=NOTICE.id) as both:
        await both.scan("zhang", "柳湾村")
        await both.act("zhang", "consent")
        await both.world.issue()
        calls = (await both.world.counts())["calls"]
        assert (calls["template"], calls.get("notice", 0)) == (1, 0)
        kept = await consent(both, "zhang")
        assert kept is not None
        assert kept.unused == 1


async def test_who_is_forgotten_leaves_no_consent(both: BothWays) -> None:
    await both.act("zhang", "consent")
    async with both.world.deps.begin() as session:
        follower = await found(session, Road.live, "zhang")
        assert follower is not None
        await erase(session, follower, both.world.clock.now())
    assert await consent(both, "zhang") is None
