"""A mass send: rare, by a person's word, frozen as ids, four a month for each; what the platform says of it counts."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from bot.directory.tree import tree
from broadcasts.alerts.content import message
from broadcasts.alerts.models import Alert
from broadcasts.audience.places import hit
from broadcasts.dispatch.masses.decide import Decided, OwnAsk, agree, ask, decline, of_broadcast
from broadcasts.dispatch.masses.following import owing
from broadcasts.dispatch.masses.idset import decoded
from broadcasts.dispatch.masses.plan import MassPlan, NoMass, mass_plan
from broadcasts.dispatch.masses.poll import poll_due
from broadcasts.dispatch.masses.states import Asked, Whom
from broadcasts.dispatch.models import Batch, Broadcast, Delivery, MassSend
from broadcasts.dispatch.progress import Progress, progress
from broadcasts.dispatch.queries import of_alert
from broadcasts.dispatch.recalls.reach import reach
from broadcasts.dispatch.recalls.recall import take_back
from broadcasts.dispatch.states import Road, State
from broadcasts.hazards.grades import Grade
from broadcasts.subscriptions.follow import found
from tests.both_ways import FOLLOWERS, BothWays, both_ways

LIU, SUN = "user:liu", "user:sun"


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[BothWays]:
    """The account may send to many, and has no template. All three follow."""
    async with both_ways(tmp_path, oa_template_id="", oa_mass="true") as made:
        for phone in FOLLOWERS:
            await made.act(phone, "follow")
        yield made


class Desk:
    """The last alert, and what is done about it."""

    def __init__(self, both: BothWays, uid: str) -> None:
        self.both, self.uid = both, uid

    async def _about(self, session: Any) -> tuple[Any, Alert, Any, Broadcast]:
        areas = await tree(session)
        alert = (await session.execute(sa.select(Alert).where(col(Alert.uid) == self.uid))).scalar_one()
        return areas, alert, hit(message(alert.content), areas), (await of_alert(session, alert.id))[-1]

    async def plan(self, whom: Whom = Whom.missed) -> MassPlan:
        deps = self.both.world.deps
        async with deps.read() as session:
            areas, alert, where, _ = await self._about(session)
            return await mass_plan(session, deps.settings, areas, alert, where, whom, deps.clock.now())

    async def ask(self, whom: Whom = Whom.missed, by: str = LIU, *, work: bool = True) -> MassSend:
        deps = self.both.world.deps
        async with deps.begin() as session:
            areas, alert, where, sent = await self._about(session)
            asked = await ask(session, deps.settings, areas, alert, where, sent, whom, by=by, at=deps.clock.now())
        if work:
            await self.both.world.work()
        return asked

    async def agree(self, by: str = SUN) -> None:
        deps = self.both.world.deps
        async with deps.begin() as session:
            areas, alert, where, sent = await self._about(session)
            (asked, *_) = await of_broadcast(session, sent.id)
            await agree(session, deps.settings, areas, alert, where, sent, asked, by=by, at=deps.clock.now())
        await self.both.world.work()

    async def decline(self, word: str, by: str = SUN) -> None:
        deps = self.both.world.deps
        async with deps.begin() as session:
            *_, sent = await self._about(session)
            (asked, *_) = await of_broadcast(session, sent.id)
            await decline(session, asked, word=word, by=by, at=deps.clock.now())

    async def progress(self) -> Progress:
        async with self.both.world.deps.read() as session:
            *_, sent = await self._about(session)
            return await progress(session, sent)

    async def heard(self) -> None:
        """The platform's own events have come and are worked on."""
        async with self.both.world.http.post(f"{self.both.world.base}/_sim/callbacks/settle", json={}) as answer:
            assert answer.status == 200
        await self.both.world.say("li", "在")


async def desk(both: BothWays, **alert: Any) -> Desk:
    got = await both.world.issue(**alert)
    await owing.sweep_due(both.world.deps, both.world.clock.now())
    await both.world.work()
    return Desk(both, got.taken[0].alert.uid)


async def batches(both: BothWays) -> list[Batch]:
    async with both.world.deps.read() as session:
        wanted = sa.select(Batch).where(col(Batch.channel) == "oa_mass").order_by(col(Batch.id))
        return list((await session.execute(wanted)).scalars())


async def texts(both: BothWays, phone: str) -> list[str]:
    return [text for text in await both.world.phone(phone) if text.startswith("红色暴雨")]


def taken(made: Progress) -> int:
    """What the platform took; its word on what became of it may have come already."""
    counts = made.by_channel["oa_mass"]
    return counts["sent"] + counts["delivered"]


async def test_red_goes_by_one_persons_word_and_stands_in_the_sums(both: BothWays) -> None:
    night = await desk(both)
    assert (await night.plan()).calls == 1
    before = (await night.progress()).total["targets"]
    asked = await night.ask()
    assert asked.state is Asked.sent
    (text,) = await texts(both, "zhang")
    assert "过去3小时已出现强暴雨" in text  # word for word
    made = await night.progress()
    assert made.total["targets"] == before + 3
    assert taken(made) == 3
    assert sum(counts["targets"] for counts in made.by_area.values()) == before
    assert sum(made.total[state.value] for state in State) == made.total["targets"]
    async with both.world.deps.read() as session:
        own = sa.select(sa.func.count()).select_from(Delivery).where(col(Delivery.channel) == "oa_mass")
        assert await session.scalar(own) == 0
    await night.heard()
    made = await night.progress()
    assert made.by_channel["oa_mass"]["delivered"] == 3
    assert made.broadcast.targets == made.total["targets"]


async def test_what_the_platform_filtered_has_failed(both: BothWays) -> None:
    world = {"followers": [{"openid": "wu", "name": "吴小军", "refuses": True}]}
    async with both.world.http.post(f"{both.world.base}/_sim/world", json=world) as answer:
        assert answer.status == 200
    night = await desk(both)
    await night.ask()
    await night.heard()
    counts = (await night.progress()).by_channel["oa_mass"]
    assert (counts["targets"], counts["delivered"], counts["failed"]) == (3, 2, 1)


async def test_orange_takes_two_and_nobody_agrees_with_himself(both: BothWays) -> None:
    evening = await desk(both, grade=Grade.orange)
    asked = await evening.ask()
    assert (asked.state, await batches(both)) == (Asked.asked, [])
    with pytest.raises(OwnAsk):
        await evening.agree(LIU)
    with pytest.raises(NoMass, match="等人同意"):
        await evening.ask(by=SUN)
    await evening.agree(SUN)
    assert taken(await evening.progress()) == 3
    with pytest.raises(Decided):
        await evening.agree(SUN)


async def test_declined_with_a_word_and_stale_after_two_hours(both: BothWays) -> None:
    evening = await desk(both, grade=Grade.orange, hours=12)
    await evening.ask()
    await evening.decline("本月只剩一次，留着")
    await evening.ask()
    both.world.clock.turn(2 * 3600)
    with pytest.raises(Decided):
        await evening.agree()
    assert await batches(both) == []


async def test_a_fifth_in_a_month_is_counted_before_it_is_sent(both: BothWays) -> None:
    night = await desk(both)
    await night.ask()
    assert (await night.plan()).told == 3  # nobody is told twice of one alert, unless that is asked for
    for _ in range(3):
        await night.ask(Whom.places)
    plan = await night.plan(Whom.places)
    assert (plan.full, list(plan.ids)) == (3, [])
    with pytest.raises(NoMass, match="没有人"):
        await night.ask(Whom.places)
    async with both.world.deps.read() as session:
        follower = await found(session, Road.live, "zhang")
    assert follower is not None
    assert all(follower.id in decoded(batch.audience or b"") for batch in await batches(both))


async def test_the_months_last_is_reds(both: BothWays) -> None:
    evening = await desk(both, grade=Grade.orange, hours=30)
    for _ in range(3):
        await evening.ask(Whom.places)
        await evening.agree()
    plan = await evening.plan(Whom.places)
    assert (plan.most, plan.full, list(plan.ids)) == (3, 3, [])
    with pytest.raises(NoMass, match="没有人"):
        await evening.ask(Whom.places)
    night = await desk(both, identifier="52992641600000_2")
    plan = await night.plan(Whom.places)
    assert (plan.most, plan.full, plan.last) == (4, 0, 3)
    await night.ask(Whom.places)
    assert len(await texts(both, "zhang")) == 1


async def test_the_days_last_calls_are_reds(both: BothWays) -> None:
    evening = await desk(both, grade=Grade.orange, hours=30)
    assert (await evening.plan()).left == 90
    night = await desk(both, identifier="52992641600000_2")
    assert (await night.plan()).left == 100


async def test_who_has_a_copy_of_her_own_is_left_out(tmp_path: Path) -> None:
    async with both_ways(tmp_path, oa_mass="true") as both:
        for phone in FOLLOWERS:
            await both.act(phone, "follow")
        await both.world.fault(endpoint="template", target="wu", kind="errcode", code=48002)
        await both.world.fault(endpoint="template", target="qian", kind="errcode", code=48002)
        night = await desk(both)
        missed, places = await night.plan(), await night.plan(Whom.places)
        assert (len(missed.ids), missed.told, len(places.ids)) == (2, 1, 3)
        await night.ask()
        assert [len(await texts(both, phone)) for phone in FOLLOWERS] == [0, 1, 1]


async def test_killed_between_the_call_and_its_settling_nobody_sees_it_twice(both: BothWays) -> None:
    night = await desk(both)
    await both.world.fault(endpoint="mass", kind="drop_reply", times=1)
    await night.ask()
    await both.world.forward(minutes=2)
    assert [len(await texts(both, phone)) for phone in FOLLOWERS] == [1, 1, 1]
    counts = await both.world.counts()
    assert (counts["calls"]["mass"], counts["limits"]["mass_duplicate"]) == (2, 1)
    assert taken(await night.progress()) == 3


@pytest.mark.parametrize(
    ("code", "state", "reason"), [(45028, State.failed, "quota"), (48001, State.queued, "no_right"),
                                  (45066, State.queued, "limit"), (45009, State.queued, "quota")],
)  # fmt: skip
async def test_codes_end_where_the_table_says(both: BothWays, code: int, state: State, reason: str) -> None:
    await both.world.fault(endpoint="mass", kind="errcode", code=code)
    night = await desk(both)
    await night.ask()
    assert [(batch.state, batch.reason) for batch in await batches(both)] == [(state, reason)]
    assert (await night.plan()).full == 0


async def test_an_event_that_never_came_is_asked_for(both: BothWays) -> None:
    async with both.world.http.post(f"{both.world.base}/_sim/standing", json={"oa": {"mute": True}}) as answer:
        assert answer.status == 200
    night = await desk(both)
    await night.ask()
    assert await poll_due(both.world.deps) == 0  # an event may still come
    both.world.clock.turn(36 * 60)
    assert await poll_due(both.world.deps) == 1
    assert (await night.progress()).by_channel["oa_mass"]["delivered"] == 3
    assert await poll_due(both.world.deps) == 0


async def test_to_all_waits_for_the_accounts_administrator(both: BothWays) -> None:
    async with both.world.http.post(f"{both.world.base}/_sim/standing", json={"oa": {"protected": True}}) as answer:
        assert answer.status == 200
    night = await desk(both)
    await night.ask(Whom.all)
    assert await texts(both, "zhang") == []
    (batch,) = await batches(both)
    assert (batch.state, batch.size) == (State.sent, 3)
    async with both.world.http.post(f"{both.world.base}/_sim/masses/{batch.message_id}/refuse") as answer:
        assert answer.status == 200, await answer.text()
    await night.heard()
    (batch,) = await batches(both)
    assert (batch.state, batch.reason) == (State.failed, "mass_refused")
    counts = (await night.progress()).by_channel["oa_mass"]
    assert (counts["failed"], counts["sent"]) == (3, 0)


async def test_what_waits_is_let_go_by_the_all_clear_and_what_is_out_stays(both: BothWays) -> None:
    await both.world.fault(endpoint="mass", kind="errcode", code=45011)
    night = await desk(both, identifier="52992641600000_1")
    await night.ask()
    async with both.world.deps.read() as session:
        (sent,) = await of_alert(session, 1)
        left = await reach(session, sent.id, both.world.clock.now())
    assert (left.stays.get("oa_mass", 0), left.queued) == (0, 3)
    await both.world.issue(refers="52992641600000_1", identifier="52992641600000_2", grade=Grade.orange)
    assert [(batch.state, batch.reason) for batch in await batches(both)] == [(State.skipped, "superseded")]


async def test_a_text_that_does_not_fit_is_refused_whole(both: BothWays) -> None:
    night = await desk(both, text="雨" * 700)
    with pytest.raises(NoMass, match="一条群发放不下"):
        await night.ask()
    assert await batches(both) == []


async def test_without_the_setting_there_is_no_such_road(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as both:
        night = await desk(both)
        with pytest.raises(NoMass, match="OA_MASS"):
            await night.ask()


async def test_what_was_taken_back_is_not_sent_to_the_masses(both: BothWays) -> None:
    night = await desk(both)
    async with both.world.deps.begin() as session:
        *_, sent = await night._about(session)
        await take_back(session, sent, word="发错了", by=LIU, at=both.world.clock.now())
    with pytest.raises(NoMass, match="已经撤回"):
        await night.ask()
    assert await batches(both) == []
