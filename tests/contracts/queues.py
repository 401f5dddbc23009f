"""A queue for the contracts of the sender: the small county's groups and people, and a worker's claims of it."""

from dataclasses import dataclass
from datetime import UTC, datetime

from bot.deps import Deps
from broadcasts.audience.select import Target
from broadcasts.dispatch.claims.contract import Claims
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.planning.plan import plan
from broadcasts.dispatch.planning.write import Sending, write
from broadcasts.dispatch.progress import progress
from broadcasts.dispatch.states import Mode, Purpose

NOW = datetime(2026, 7, 11, 18, 40, tzinfo=UTC)
LEAST = 9


@dataclass
class Queue:
    deps: Deps
    claims: Claims
    at: datetime = NOW

    async def issue(
        self, groups: int = 3, *, rank: int = 3, members: int = 0, due: datetime = NOW, mode: Mode = Mode.wake
    ) -> str:
        """A broadcast to the first groups and people of the small county."""
        targets = [
            Target("group", n, 1, 2, "村群", "zh-CN", mode, {"wecom_robot": str(n)}) for n in range(1, groups + 1)
        ]
        targets += [
            Target("person", n, 1, 2, "网格员", "zh-CN", mode, {"wecom_app": f"user{n}"}) for n in range(1, members + 1)
        ]
        made = plan(
            targets,
            lambda channel, *_: [f"一 {channel}", "二"],
            lambda t: f"群{t.id}",
            frozenset({"wecom_robot", "wecom_app"}),
        )
        async with self.deps.begin() as session:
            sending = Sending(Purpose.first, rank, dict.fromkeys(Mode, due))
            return (await write(session, made, sending, by="test", at=NOW)).id

    async def counts(self, broadcast_id: str) -> dict[str, int]:
        async with self.deps.read() as session:
            found = await session.get(Broadcast, broadcast_id)
            assert found is not None
            total = (await progress(session, found)).total
            return {state: n for state, n in total.items() if n}
