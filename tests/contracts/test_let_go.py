"""An answer takes its person out of what is queued, on SQLite and on PostgreSQL; what a worker had in hand stays."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.clock import TurnedClock
from bot.deps import Deps, open_deps
from bot.migrations.run import upgrade
from broadcasts.audience.select import Target
from broadcasts.dispatch.again import again
from broadcasts.dispatch.claims.contract import Claims, Outcome
from broadcasts.dispatch.claims.open import open_claims
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.planning.plan import Plan, plan
from broadcasts.dispatch.planning.write import Sending, write
from broadcasts.dispatch.progress import progress
from broadcasts.dispatch.queries import elsewhere
from broadcasts.dispatch.states import Mode, Purpose, State
from broadcasts.ladder.close import let_go
from tests.grounds import settings_for
from tests.servers import Postgres
from tests.world import settle_county

NOW = datetime(2026, 7, 11, 18, 40, tzinfo=UTC)
DUE = dict.fromkeys(Mode, NOW)
LEAST = 9
KEYS = ("li", "wang", "zhou")


@dataclass
class Night:
    """A broadcast that was sent to three people, and a reminder to them that is queued as one request."""

    deps: Deps
    claims: Claims
    people: dict[str, int]
    sent: str = ""

    async def remind(self, *keys: str) -> None:
        async with self.deps.begin() as session:
            broadcast = await session.get(Broadcast, self.sent)
            assert broadcast is not None
            sending = Sending(Purpose.reminder, 0, DUE, NOW + timedelta(hours=3), None, "test", ordinal=2)
            await again(session, broadcast, self.plan(keys, "再说一次"), sending, by="test", at=NOW)

    async def answers(self, key: str) -> int:
        async with self.deps.begin() as session:
            return await let_go(session, self.sent, self.people[key], NOW)

    async def counts(self) -> dict[str, int]:
        async with self.deps.read() as session:
            found = await session.get(Broadcast, self.sent)
            assert found is not None
            return {state: n for state, n in (await progress(session, found)).total.items() if n}

    def plan(self, keys: Sequence[str], text: str) -> Plan:
        targets = [
            Target("person", self.people[k], 1, 2, "灾害信息员", "zh-CN", Mode.wake, {"wecom_app": k}) for k in keys
        ]
        return plan(targets, lambda *_: [text], lambda _: "", frozenset({"wecom_app"}))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def night(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Night]:
    server: Postgres | None = request.getfixturevalue("postgres_server") if request.param == "postgres" else None
    settings = settings_for(tmp_path, server.fresh() if server else "")
    await upgrade(settings)
    async with open_deps(settings, TurnedClock(NOW)) as deps:
        await settle_county(deps)
        async with deps.read() as session:
            rows = await session.execute(sa.text("SELECT key, id FROM person"))
            people = {key: int(number) for key, number in rows if key in KEYS}
        claims = open_claims(settings, "worker-0")
        await claims.start(NOW)
        made = Night(deps, claims, people)
        async with deps.begin() as session:
            first = Sending(Purpose.first, 0, DUE, None, None, "test")
            made.sent = (await write(session, made.plan(KEYS, "第一次"), first, by="test", at=NOW)).id
        batches = await claims.take(NOW, 10, LEAST)
        await claims.settle([Outcome(b, State.sent, parts_done=1) for b in batches], NOW)
        yield made
        await claims.close()


async def test_a_reminder_loses_the_members_that_have_answered_and_then_is_skipped(night: Night) -> None:
    await night.remind(*KEYS)
    assert await night.counts() == {"targets": 6, "sent": 3, "queued": 3}
    assert await night.answers("wang") == 1
    assert await night.counts() == {"targets": 6, "sent": 3, "queued": 2, "skipped": 1}
    (batch,) = await night.claims.take(NOW, 10, LEAST)
    assert batch.members == "li|zhou"
    await night.claims.settle([Outcome(batch, State.sent, parts_done=1)], NOW)
    assert await night.counts() == {"targets": 6, "sent": 5, "skipped": 1}


async def test_the_last_answer_leaves_nothing_to_claim_and_ends_the_broadcast(night: Night) -> None:
    await night.remind("li", "zhou")
    assert [await night.answers(key) for key in ("li", "zhou", "li")] == [1, 1, 0]
    assert await night.claims.take(NOW, 10, LEAST) == []
    assert await night.counts() == {"targets": 5, "sent": 3, "skipped": 2}
    async with night.deps.read() as session:
        assert sum((await elsewhere(session, night.sent)).values()) == 2  # each is counted once
        found = await session.get(Broadcast, night.sent)
        assert found is not None
        assert found.finished_at == NOW


async def test_what_a_worker_has_in_hand_is_left_as_it_is(night: Night) -> None:
    await night.remind(*KEYS)
    (batch,) = await night.claims.take(NOW, 10, LEAST)
    assert await night.answers("li") == 0
    await night.claims.settle([Outcome(batch, State.sent, parts_done=1)], NOW)
    assert await night.counts() == {"targets": 6, "sent": 6}


@pytest.mark.parametrize("died", [False, True])
async def test_what_may_have_left_before_is_repeated_byte_for_byte(night: Night, died: bool) -> None:
    await night.remind(*KEYS)
    (batch,) = await night.claims.take(NOW, 10, LEAST)
    if died:
        await night.claims.start(NOW)
    else:
        await night.claims.settle([Outcome(batch, State.queued, "busy", NOW)], NOW)
    assert await night.answers("li") == 0
    (again_,) = await night.claims.take(NOW, 10, LEAST)
    assert again_.members == batch.members


async def test_what_was_claimed_and_handed_back_unsent_can_still_be_changed(night: Night) -> None:
    await night.remind(*KEYS)
    (batch,) = await night.claims.take(NOW, 10, LEAST)
    await night.claims.settle([Outcome(batch, State.queued, "", NOW, tried=False)], NOW)
    assert await night.answers("li") == 1
    (again_,) = await night.claims.take(NOW, 10, LEAST)
    assert again_.members == "wang|zhou"
