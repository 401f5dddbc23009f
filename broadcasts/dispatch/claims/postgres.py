"""Claims on PostgreSQL: the same statements by asyncpg, with SKIP LOCKED."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import asyncpg

from bot.coordination.watch import CHANNEL
from bot.record.values import made
from broadcasts.dispatch.claims.contract import Claimed, LeaseLost, Outcome, grouped, settled_detail, tallied
from broadcasts.dispatch.states import State

TAKE = """
WITH due AS (SELECT id FROM batch WHERE state = 'queued' AND rank <= $4 AND due_at <= $1
             ORDER BY rank, due_at, id LIMIT $5 FOR UPDATE SKIP LOCKED)
UPDATE batch SET state = 'sending', owner = $2, epoch = $3, attempted_at = $1 FROM due WHERE batch.id = due.id
RETURNING batch.id, broadcast_id, road, channel, rank, wake::int, text_id, tail, robot_id,
          (SELECT sealed FROM robot WHERE robot.id = batch.robot_id), members, towns, expires_at, attempts, parts_done,
          reason
"""
SETTLE = """
UPDATE batch SET state = $1, reason = $2, due_at = COALESCE($3, due_at), parts_done = $4,
       attempts = attempts + $5::int, attempted_at = CASE WHEN $5::int = 1 THEN attempted_at END, settled_at = $6,
       owner = ''
WHERE id = ANY($7::int[]) AND state = 'sending' AND owner = $8 AND epoch = $9
"""
TALLY = """
INSERT INTO tally (broadcast_id, channel, town_id, state, copies)
SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::int[])
ON CONFLICT (broadcast_id, channel, town_id, state) DO UPDATE SET copies = tally.copies + excluded.copies
"""
FINISH = """
UPDATE broadcast SET finished_at = $1 WHERE finished_at IS NULL AND id = ANY($2::text[])
  AND NOT EXISTS (SELECT 1 FROM tally WHERE broadcast_id = broadcast.id AND state = 'queued' AND copies > 0)
"""
INVALID = """
UPDATE delivery SET state = 'failed', reason = 'member_invalid'
WHERE batch_id = $1 AND lower(address) = ANY($2::text[]) RETURNING COALESCE(town_id, 0)
"""
ENTRY = "INSERT INTO record (at, actor, action, subject, detail, digest) VALUES ($1, $2, $3, $4, $5, $6)"
MINE = "UPDATE lease SET renewal = renewal + $3 WHERE slot = $1 AND epoch = $2"


class PostgresClaims:
    def __init__(self, dsn: str, slot: str) -> None:
        self.slot, self.epoch = slot, 0
        self._dsn = dsn
        self._pool: Any = None

    async def revision(self) -> str:
        async with (await self._opened()).acquire() as db:
            try:
                return str(await db.fetchval("SELECT version_num FROM alembic_version") or "")
            except asyncpg.UndefinedTableError:
                return ""

    async def _opened(self) -> Any:
        if self._pool is None:
            self._pool = await asyncpg.create_pool(self._dsn, min_size=1, max_size=2)
        return self._pool

    async def start(self, at: datetime) -> int:
        async with (await self._opened()).acquire() as db, db.transaction():
            self.epoch = await db.fetchval(
                "INSERT INTO lease (slot, owner, epoch, renewal) VALUES ($1, $1, 1, 1) ON CONFLICT (slot) "
                "DO UPDATE SET epoch = lease.epoch + 1, renewal = lease.renewal + 1 RETURNING epoch",
                self.slot,
            )
            back = await db.execute(
                "UPDATE batch SET state = 'queued', owner = '' WHERE state = 'sending' AND owner = $1 AND epoch < $2",
                self.slot,
                self.epoch,
            )
            return _count(back)

    async def renew(self) -> None:
        async with self._pool.acquire() as db:
            await self._mine(db, 1)

    async def take(self, at: datetime, most: int, rank: int) -> list[Claimed]:
        async with self._pool.acquire() as db:
            rows = await db.fetch(TAKE, at, self.slot, self.epoch, rank, most)
        return sorted((Claimed(*row) for row in rows), key=lambda c: (c.rank, c.id))

    async def settle(self, outcomes: Sequence[Outcome], at: datetime) -> None:
        groups = grouped(outcomes)
        changes = tallied(groups)
        async with self._pool.acquire() as db, db.transaction():
            await self._mine(db, 0)
            for g in groups:
                ids = [b.id for b in g.batches]
                values = (g.state.value, g.reason, g.due_at, g.parts_done, int(g.tried), at, ids)
                await db.execute(SETTLE, *values, self.slot, self.epoch)
                if g.state is not State.queued:
                    entry = made(
                        f"worker:{self.slot}", "batches.settled", g.batches[0].broadcast_id, at, settled_detail(g)
                    )
                    await db.execute(
                        ENTRY, at, entry.actor, entry.action, entry.subject, json.dumps(entry.detail), entry.digest
                    )
                if g.reason == "robot_gone":
                    await db.execute(
                        "UPDATE robot SET dead_at = $1, dead_reason = 'robot_gone' "
                        "WHERE dead_at IS NULL AND id = ANY($2::int[])",
                        at,
                        [b.robot_id for b in g.batches],
                    )
            for o in outcomes:
                if o.invalid:
                    await self._refuse_members(db, o, changes)
            left = sorted((*key, n) for key, n in changes.items() if n)
            if left:
                await db.execute(TALLY, *(list(column) for column in zip(*left, strict=True)))
                await db.execute(FINISH, at, list({key[0] for key in changes}))
            await db.execute(f"NOTIFY {CHANNEL}")

    async def texts(self, ids: Iterable[int]) -> dict[int, list[str]]:
        async with self._pool.acquire() as db:
            rows = await db.fetch("SELECT id, parts FROM message_text WHERE id = ANY($1::int[])", list(ids))
        return {row[0]: json.loads(row[1]) for row in rows}

    async def next_due(self) -> datetime | None:
        async with self._pool.acquire() as db:
            due: datetime | None = await db.fetchval("SELECT min(due_at) FROM batch WHERE state = 'queued'")
        return due

    async def recent(self, since: datetime) -> list[tuple[str, int, datetime, int]]:
        async with self._pool.acquire() as db:
            rows = await db.fetch(
                "SELECT road, robot_id, attempted_at, greatest(attempts, 1) FROM batch "
                "WHERE robot_id IS NOT NULL AND attempted_at > $1",
                since,
            )
        return [tuple(row) for row in rows]

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.close()

    async def _mine(self, db: Any, step: int) -> None:
        if _count(await db.execute(MINE, self.slot, self.epoch, step)) != 1:
            raise LeaseLost(self.slot)

    async def _refuse_members(self, db: Any, o: Outcome, changes: dict[tuple[str, str, int, str], int]) -> None:
        for (town,) in await db.fetch(INVALID, o.batch.id, sorted(o.invalid)):
            for state, step in ((o.state, -1), (State.failed, 1)):
                key = (o.batch.broadcast_id, o.batch.channel, town, state.value)
                changes[key] = changes.get(key, 0) + step


def _count(status: str) -> int:
    """The number of rows in a command tag such as `UPDATE 3`."""
    return int(status.rsplit(" ", 1)[-1])
