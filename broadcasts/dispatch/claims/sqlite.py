"""Claims on SQLite: single statements on a synchronous connection on the worker's own loop."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from bot.db.moments import sqlite_moment, sqlite_text
from bot.record.values import Made, made
from broadcasts.dispatch.claims.contract import Claimed, LeaseLost, Outcome, grouped, settled_detail, tallied
from broadcasts.dispatch.states import State

TAKE = """
UPDATE batch SET state = 'sending', owner = ?2, epoch = ?3, attempted_at = ?1
WHERE id IN (SELECT id FROM batch WHERE state = 'queued' AND rank <= ?4 AND due_at <= ?1
             ORDER BY rank, due_at, id LIMIT ?5)
RETURNING id, broadcast_id, road, channel, rank, wake, text_id, tail, robot_id,
          (SELECT sealed FROM robot WHERE robot.id = batch.robot_id), members, towns, expires_at, attempts, parts_done,
          reason
"""
SETTLE = """
UPDATE batch SET state = ?, reason = ?, due_at = COALESCE(?, due_at), parts_done = ?, attempts = attempts + ?,
       attempted_at = CASE WHEN ? THEN attempted_at END, settled_at = ?, owner = ''
WHERE id IN (SELECT value FROM json_each(?)) AND state = 'sending' AND owner = ? AND epoch = ?
"""
TALLY = """
INSERT INTO tally (broadcast_id, channel, town_id, state, copies)
SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
       json_extract(value, '$[3]'), json_extract(value, '$[4]') FROM json_each(?) WHERE true
ON CONFLICT (broadcast_id, channel, town_id, state) DO UPDATE SET copies = copies + excluded.copies
"""
FINISH = """
UPDATE broadcast SET finished_at = ? WHERE finished_at IS NULL AND id IN (SELECT value FROM json_each(?))
  AND NOT EXISTS (SELECT 1 FROM tally WHERE broadcast_id = broadcast.id AND state = 'queued' AND copies > 0)
"""
INVALID = """
UPDATE delivery SET state = 'failed', reason = 'member_invalid'
WHERE batch_id = ? AND lower(address) IN (SELECT value FROM json_each(?)) RETURNING COALESCE(town_id, 0)
"""
HELD = "SELECT 1 FROM lease WHERE slot = ? AND epoch = ?"
ENTRY = "INSERT INTO record (at, actor, action, subject, detail, digest) VALUES (?, ?, ?, ?, ?, ?)"


BY_RANK = attrgetter("rank", "id")


class SqliteClaims:
    def __init__(self, path: str, slot: str) -> None:
        self.slot, self.epoch = slot, 0
        self._db = sqlite3.connect(path, isolation_level=None, timeout=10.0)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=OFF", "cache_size=-8000"):
            self._db.execute(f"PRAGMA {pragma}")

    async def revision(self) -> str:
        try:
            row = self._db.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.OperationalError:
            return ""
        return str(row[0]) if row else ""

    async def start(self, at: datetime) -> int:
        with _Immediate(self._db) as db:
            row = db.execute(
                "INSERT INTO lease (slot, owner, epoch, renewal) VALUES (?1, ?1, 1, 1) "
                "ON CONFLICT (slot) DO UPDATE SET epoch = epoch + 1, renewal = renewal + 1 RETURNING epoch",
                (self.slot,),
            ).fetchone()
            self.epoch = int(row[0])
            back = db.execute(
                "UPDATE batch SET state = 'queued', owner = '' WHERE state = 'sending' AND owner = ? AND epoch < ?",
                (self.slot, self.epoch),
            )
            return back.rowcount

    async def renew(self) -> None:
        with _Immediate(self._db) as db:
            self._mine(db, "UPDATE lease SET renewal = renewal + 1 WHERE slot = ? AND epoch = ?")

    async def take(self, at: datetime, most: int, rank: int) -> list[Claimed]:
        rows: list[Any] = self._db.execute(TAKE, (sqlite_text(at), self.slot, self.epoch, rank, most)).fetchall()
        claimed = [Claimed._make((*row[:12], row[12] and sqlite_moment(row[12]), *row[13:])) for row in rows]
        claimed.sort(key=BY_RANK)
        return claimed

    async def settle(self, outcomes: Sequence[Outcome], at: datetime) -> None:
        groups, now = grouped(outcomes), sqlite_text(at)
        changes = tallied(groups)
        with _Immediate(self._db) as db:
            if db.execute(HELD, (self.slot, self.epoch)).fetchone() is None:  # the write lock is ours: no one moves it
                raise LeaseLost(self.slot)
            for g in groups:
                due = sqlite_text(g.due_at) if g.due_at else None
                ids = json.dumps([b.id for b in g.batches])
                values = (g.state.value, g.reason, due, g.parts_done, int(g.tried), int(g.tried), now, ids)
                db.execute(SETTLE, (*values, self.slot, self.epoch))
                if g.state is not State.queued:
                    self._enter(
                        db,
                        made(
                            f"worker:{self.slot}", "batches.settled", g.batches[0].broadcast_id, at, settled_detail(g)
                        ),
                        now,
                    )
                if g.reason == "robot_gone":
                    db.execute(
                        "UPDATE robot SET dead_at = ?, dead_reason = 'robot_gone' "
                        "WHERE dead_at IS NULL AND id IN (SELECT value FROM json_each(?))",
                        (now, json.dumps([b.robot_id for b in g.batches])),
                    )
            for o in outcomes:
                if o.invalid:
                    self._refuse_members(db, o, changes)
            if changes:
                db.execute(TALLY, (json.dumps([[*key, n] for key, n in changes.items() if n]),))
                db.execute(FINISH, (now, json.dumps(list({key[0] for key in changes}))))

    async def texts(self, ids: Iterable[int]) -> dict[int, list[str]]:
        rows = self._db.execute(
            "SELECT id, parts FROM message_text WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),)
        )
        return {row[0]: json.loads(row[1]) for row in rows}

    async def next_due(self) -> datetime | None:
        row = self._db.execute("SELECT min(due_at) FROM batch WHERE state = 'queued'").fetchone()
        return sqlite_moment(row[0]) if row[0] else None

    async def recent(self, since: datetime) -> list[tuple[str, int, datetime, int]]:
        rows = self._db.execute(
            "SELECT road, robot_id, attempted_at, max(attempts, 1) FROM batch "
            "WHERE robot_id IS NOT NULL AND attempted_at > ?",
            (sqlite_text(since),),
        )
        return [(row[0], row[1], sqlite_moment(row[2]), row[3]) for row in rows]

    async def close(self) -> None:
        self._db.close()

    def _mine(self, db: sqlite3.Connection, statement: str) -> None:
        if db.execute(statement, (self.slot, self.epoch)).rowcount != 1:
            raise LeaseLost(self.slot)

    def _enter(self, db: sqlite3.Connection, entry: Made, now: str) -> None:
        db.execute(ENTRY, (now, entry.actor, entry.action, entry.subject, json.dumps(entry.detail), entry.digest))

    def _refuse_members(
        self, db: sqlite3.Connection, o: Outcome, changes: dict[tuple[str, str, int, str], int]
    ) -> None:
        for (town,) in db.execute(INVALID, (o.batch.id, json.dumps(sorted(o.invalid)))).fetchall():
            for state, step in ((o.state, -1), (State.failed, 1)):
                key = (o.batch.broadcast_id, o.batch.channel, town, state.value)
                changes[key] = changes.get(key, 0) + step


class _Immediate:
    """A transaction that takes the write lock at once, and gives it up whatever happens."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __enter__(self) -> sqlite3.Connection:
        self._db.execute("BEGIN IMMEDIATE")
        return self._db

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._db.execute("COMMIT" if kind is None else "ROLLBACK")
