"""Claims on PostgreSQL: the same statements by asyncpg, with SKIP LOCKED."""

import json
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import asyncpg

from bot.coordination.watch import CHANNEL
from bot.leases.neighbours import Sign
from bot.record.values import made
from broadcasts.dispatch.claims.apart import COPIES, cut, downs, passed_on
from broadcasts.dispatch.claims.consents import noticed
from broadcasts.dispatch.claims.contract import (
    LATER,
    LEFT,
    PEOPLE,
    Apart,
    Attempted,
    Claimed,
    LeaseLost,
    Outcome,
    Spent,
    Wording,
    grouped,
    settled_detail,
    tallied,
)
from broadcasts.dispatch.claims.ranks import NEXT_DUE
from broadcasts.dispatch.masses.idset import decoded
from broadcasts.dispatch.states import Road, State

log = logging.getLogger(__name__)
T = TypeVar("T")

UNDONE = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)  # certainly rolled back
TRIES = 5
# Not rank by rank, as on SQLite: with 200,000 of a night's blue in the queue a claim reads their index in 10 ms, and
# the locks of each rank would hide from the other workers what this one does not take.
TAKE = f"""
WITH mine AS (SELECT 1 FROM lease WHERE slot = $2 AND epoch = $3 FOR SHARE),
     due AS (SELECT id FROM batch WHERE state = 'queued' AND rank <= $4 AND due_at <= $1 AND EXISTS (SELECT 1 FROM mine)
             ORDER BY rank, due_at, id LIMIT $5 FOR UPDATE SKIP LOCKED)
UPDATE batch SET state = 'sending', owner = $2, epoch = $3, attempted_at = $1 FROM due WHERE batch.id = due.id
RETURNING batch.id, broadcast_id, road, channel, rank, wake::int, text_id, tail, robot_id,
          (SELECT sealed FROM robot WHERE robot.id = batch.robot_id), members, towns, expires_at, attempts, parts_done,
          reason, {PEOPLE}, {LATER}
"""  # noqa: S608 - our own words
SETTLE = """
UPDATE batch SET state = $1, reason = $2, due_at = COALESCE($3, due_at), parts_done = $4,
       attempts = attempts + $5::int, unsent = unsent + $6::int,
       attempted_at = CASE WHEN $5::int = 1 OR attempts > 0 THEN attempted_at END, settled_at = $7, owner = ''
WHERE id = ANY($8::int[]) AND state = 'sending' AND owner = $9 AND epoch = $10
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
RECENT = f"""
SELECT road, channel, robot_id, members, attempted_at, {LEFT}, COALESCE({PEOPLE}, size), {LATER}
FROM batch WHERE attempted_at > $1 AND {LEFT} > 0 ORDER BY attempted_at, id
"""  # noqa: S608 - our own words
SPENT = f"""
SELECT road, COALESCE({LATER}, channel) AS street, sum({LEFT}), sum({LEFT} * size)
FROM batch WHERE attempted_at >= $1 GROUP BY road, street
"""  # noqa: S608 - our own words
STILL = "SELECT id FROM batch WHERE id = ANY($1::int[]) AND state IN ('queued', 'sending')"
POSTPONE = """
UPDATE batch SET due_at = n.due FROM unnest($1::int[], $2::timestamptz[]) AS n(id, due)
WHERE batch.id = n.id AND state = 'queued'
"""
HEIR = """
UPDATE batch SET robot_id = (SELECT other.id FROM robot JOIN robot AS other ON other.group_id = robot.group_id
                             WHERE robot.id = batch.robot_id AND other.dead_at IS NULL
                             ORDER BY other.verified_at IS NULL, other.id LIMIT 1)
WHERE id = ANY($1::int[]) AND state = 'sending' AND owner = $2 AND epoch = $3
  AND EXISTS (SELECT 1 FROM robot JOIN robot AS other ON other.group_id = robot.group_id
              WHERE robot.id = batch.robot_id AND other.dead_at IS NULL)
RETURNING id
"""
PIECE = """
INSERT INTO batch (broadcast_id, road, channel, rank, state, reason, wake, text_id, tail, robot_id, members, size,
                   towns, due_at, expires_at, owner, epoch, attempts, parts_done, message_id, response_code)
SELECT broadcast_id, road, channel, rank, 'queued', 'limit', wake, text_id, tail, robot_id, $1, $2, $3, $4, expires_at,
       '', 0, 0, 0, '', '' FROM batch WHERE id = $5 RETURNING id
"""
CUT = "UPDATE batch SET members = $1, size = $2, towns = $3 WHERE id = $4"
LAST = """
SELECT subject, action, detail FROM record WHERE id IN
(SELECT max(id) FROM record WHERE subject = ANY($1::text[]) GROUP BY subject)
"""
LOCK_IDS = (
    "SELECT pg_advisory_xact_lock(hashtext('batch_id_seq'))"  # as broadcasts.dispatch.planning.rows.reserve takes it
)
TEXTS = """
SELECT t.id, t.parts, t.form, b.code FROM message_text AS t JOIN broadcast AS b ON b.id = t.broadcast_id
WHERE t.id = ANY($1::int[])
"""
AUDIENCE = "SELECT openid FROM follower WHERE id = ANY($1::int[]) AND openid NOT LIKE 'erased:%' ORDER BY id"
NAMES = """
UPDATE batch SET message_id = n.message, response_code = n.response
FROM unnest($1::int[], $2::text[], $3::text[]) AS n(id, message, response) WHERE batch.id = n.id
"""
CONSENTS = """
UPDATE consent SET unused = CASE WHEN $2 THEN 0 ELSE greatest(unused - 1, 0) END,
       refused_at = CASE WHEN $2 THEN $3 ELSE refused_at END
WHERE ($2 OR NOT lasting) AND (road, openid, template_id) IN (
    SELECT b.road, d.address, (t.parts ->> 0)::json ->> 'template_id' FROM batch AS b
    JOIN message_text AS t ON t.id = b.text_id JOIN delivery AS d ON d.batch_id = b.id WHERE b.id = ANY($1::int[]))
"""
ENTRY = "INSERT INTO record (at, actor, action, subject, detail, digest) VALUES ($1, $2, $3, $4, $5, $6)"
LIVE = Road.live.value
RELEASE = """
UPDATE batch SET due_at = $1 WHERE state = 'queued' AND due_at > $1 AND road = $2 AND channel = $3
  AND reason = ANY($4::text[])
"""
BACK = """
UPDATE batch SET state = 'queued', owner = '', attempts = attempts + 1
WHERE state = 'sending' AND owner = $1 AND epoch <> $2
"""  # it may have left
SIGNS = "SELECT slot, epoch, renewal FROM lease WHERE slot LIKE 'worker-%' AND owner <> ''"
ADOPT = "UPDATE lease SET epoch = epoch + 1, owner = '' WHERE slot = $1 AND epoch = $2 AND renewal = $3"
LEAVE = "UPDATE lease SET owner = '' WHERE slot = $1 AND epoch = $2"
RENEW = "UPDATE lease SET renewal = renewal + 1 WHERE slot = $1 AND epoch = $2"
HELD = "SELECT 1 FROM lease WHERE slot = $1 AND epoch = $2 FOR SHARE"  # no one moves it before we have committed


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
                "DO UPDATE SET owner = $1, epoch = lease.epoch + 1, renewal = lease.renewal + 1 RETURNING epoch",
                self.slot,
            )
            return _count(await db.execute(BACK, self.slot, self.epoch))

    async def renew(self) -> None:
        async with self._pool.acquire() as db:
            self._ours(_count(await db.execute(RENEW, self.slot, self.epoch)))

    async def signs(self) -> list[Sign]:
        async with self._pool.acquire() as db:
            return [Sign(*row) for row in await db.fetch(SIGNS)]

    async def adopt(self, dead: Sign, at: datetime) -> int:
        return await self._surely(lambda db: self._adopt(db, dead))

    async def leave(self) -> None:
        async with self._pool.acquire() as db:
            await db.execute(LEAVE, self.slot, self.epoch)

    async def take(self, at: datetime, most: int, rank: int) -> list[Claimed]:
        async with self._pool.acquire() as db:
            rows = await db.fetch(TAKE, at, self.slot, self.epoch, rank, most)
        return sorted((Claimed(*row) for row in rows), key=lambda c: (c.rank, c.id))

    async def news(self) -> bool:
        """Not known here; a claim that finds nothing takes no lock that another waits for."""
        return True

    async def settle(self, outcomes: Sequence[Outcome], at: datetime) -> None:
        await self._surely(lambda db: self._settle(db, outcomes, at))

    async def texts(self, ids: Iterable[int]) -> dict[int, Wording]:
        async with self._pool.acquire() as db:
            rows = await db.fetch(TEXTS, list(ids))
        return {number: Wording(json.loads(parts), form, code) for number, parts, form, code in rows}

    async def audience(self, batch_id: int) -> list[str]:
        async with self._pool.acquire() as db:
            blob = await db.fetchval("SELECT audience FROM batch WHERE id = $1", batch_id)
            return [row[0] for row in await db.fetch(AUDIENCE, decoded(blob or b""))]

    async def next_due(self) -> datetime | None:
        async with self._pool.acquire() as db:
            due: datetime | None = await db.fetchval(NEXT_DUE)
        return due

    async def still_open(self, ids: Sequence[int]) -> set[int]:
        async with self._pool.acquire() as db:
            return {row["id"] for row in await db.fetch(STILL, list(ids))}

    async def postpone(self, dues: Mapping[int, datetime]) -> None:
        await self._surely(lambda db: db.execute(POSTPONE, [*dues], [*dues.values()]))

    async def recent(self, since: datetime) -> list[Attempted]:
        async with self._pool.acquire() as db:
            rows = await db.fetch(
                RECENT,
                since,
            )
        return [Attempted(*row) for row in rows]

    async def spent(self, since: datetime) -> list[Spent]:
        async with self._pool.acquire() as db:
            return [Spent(*row) for row in await db.fetch(SPENT, since)]

    async def part(self, apart: Sequence[Apart], at: datetime) -> list[Claimed]:
        return await self._surely(lambda db: self._part(db, apart))

    async def release(self, road: str, channel: str, reasons: Sequence[str], at: datetime) -> int:
        values = (at, road, channel, list(reasons))
        return _count(await self._surely(lambda db: db.execute(RELEASE, *values)))

    async def enter(self, action: str, subject: str, at: datetime, detail: dict[str, Any]) -> None:
        async with self._pool.acquire() as db, db.transaction():
            await self._enter(db, action, subject, at, detail)
            await db.execute(f"NOTIFY {CHANNEL}")

    async def down(self, subjects: Sequence[str]) -> dict[str, tuple[datetime, str]]:
        async with self._pool.acquire() as db:
            return downs([tuple(row) for row in await db.fetch(LAST, list(subjects))])

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.close()

    async def _surely(self, work: Callable[[Any], Awaitable[T]]) -> T:
        """`work` in one transaction; anew where the database undid it for another's sake."""
        for _ in range(TRIES - 1):
            try:
                return await self._once(work)
            except UNDONE as error:
                log.warning("slot %s: %s; once more", self.slot, error)
        return await self._once(work)

    async def _once(self, work: Callable[[Any], Awaitable[T]]) -> T:
        async with self._pool.acquire() as db, db.transaction():
            return await work(db)

    async def _adopt(self, db: Any, dead: Sign) -> int:
        """From here on the slot's process, should it live after all, settles nothing: its epoch is over."""
        if _count(await db.execute(ADOPT, dead.slot, dead.epoch, dead.renewal)) != 1:
            return 0
        back = _count(await db.execute(BACK, dead.slot, dead.epoch + 1))
        await db.execute(f"NOTIFY {CHANNEL}")
        return back

    async def _settle(self, db: Any, outcomes: Sequence[Outcome], at: datetime) -> None:
        groups = grouped(outcomes)
        await self._held(db)
        gone = [b for g in groups if (g.state, g.reason) == (State.failed, "robot_gone") for b in g.batches]
        if gone:
            groups = passed_on(groups, await self._pass_on(db, gone, at), at)
        changes = tallied(groups)
        for g in groups:
            ids = [b.id for b in g.batches]
            tried, unsent = int(g.tried), int(g.tried and not g.left)
            values = (g.state.value, g.reason, g.due_at, g.parts_done, tried, unsent, at, ids)
            await db.execute(SETTLE, *values, self.slot, self.epoch)
            if g.state is not State.queued:
                await self._enter(db, "batches.settled", g.batches[0].broadcast_id, at, settled_detail(g))
        for o in outcomes:
            if o.invalid:
                await self._refuse_members(db, o, changes)
        for refused, notices in noticed(groups):
            await db.execute(CONSENTS, notices, refused, at)
        if named := [(o.batch.id, o.message_id, o.response_code) for o in outcomes if o.message_id]:
            await db.execute(NAMES, *(list(column) for column in zip(*named, strict=True)))
        left = sorted((*key, n) for key, n in changes.items() if n)  # as broadcasts.dispatch.tallies.add has them
        if left:
            await db.execute(TALLY, *(list(column) for column in zip(*left, strict=True)))
            await db.execute(FINISH, at, list({key[0] for key in changes}))
        await db.execute(f"NOTIFY {CHANNEL}")

    async def _part(self, db: Any, apart: Sequence[Apart]) -> list[Claimed]:
        await self._held(db)
        await db.execute(LOCK_IDS)
        return [await self._cut(db, one) for one in apart]

    async def _enter(self, db: Any, action: str, subject: str, at: datetime, detail: dict[str, Any]) -> None:
        entry = made(f"worker:{self.slot}", action, subject, at, detail)
        await db.execute(ENTRY, at, entry.actor, entry.action, entry.subject, json.dumps(entry.detail), entry.digest)

    async def _held(self, db: Any) -> None:
        self._ours(int(await db.fetchval(HELD, self.slot, self.epoch) or 0))

    def _ours(self, found: int) -> None:
        if found != 1:
            raise LeaseLost(self.slot)

    async def _pass_on(self, db: Any, gone: Sequence[Claimed], at: datetime) -> set[int]:
        """Bury the robots; the batches that another robot of the group has now. What the training room says of a robot
        is said of its own phones: it buries no real one."""
        gone = [b for b in gone if b.road == LIVE]
        await db.execute(
            "UPDATE robot SET dead_at = $1, dead_reason = 'robot_gone' WHERE dead_at IS NULL AND id = ANY($2::int[])",
            at,
            [b.robot_id for b in gone],
        )
        return {row[0] for row in await db.fetch(HEIR, [b.id for b in gone], self.slot, self.epoch)}

    async def _cut(self, db: Any, apart: Apart) -> Claimed:
        batch = apart[0]
        copies = [tuple(row) for row in await db.fetch(COPIES + "$1", batch.id)]
        stays, size, pieces = cut(apart, copies)
        for piece in pieces:
            number = await db.fetchval(PIECE, piece.members, piece.size, piece.towns, piece.due, batch.id)
            await db.execute("UPDATE delivery SET batch_id = $1 WHERE id = ANY($2::int[])", number, piece.copies)
        await db.execute(CUT, stays.members, size, stays.towns, batch.id)
        return stays

    async def _refuse_members(self, db: Any, o: Outcome, changes: dict[tuple[str, str, int, str], int]) -> None:
        for (town,) in await db.fetch(INVALID, o.batch.id, sorted(o.invalid)):
            for state, step in ((o.state, -1), (State.failed, 1)):
                key = (o.batch.broadcast_id, o.batch.channel, town, state.value)
                changes[key] = changes.get(key, 0) + step


def _count(status: str) -> int:
    """The number of rows in a command tag such as `UPDATE 3`."""
    return int(status.rsplit(" ", 1)[-1])
