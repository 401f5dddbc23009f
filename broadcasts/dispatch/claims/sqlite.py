"""Claims on SQLite: single statements on a synchronous connection on the worker's own loop.

Who waits for the write lock lets the loop turn; what follows it, up to the commit, is never interrupted."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from bot.db.locks import when_free
from bot.db.moments import sqlite_moment, sqlite_text
from bot.leases.neighbours import Sign
from bot.record.values import Made, made
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
from broadcasts.dispatch.claims.ranks import NEXT_DUE, RANKS
from broadcasts.dispatch.masses.idset import decoded
from broadcasts.dispatch.states import Road, State

TAKE = f"""
{RANKS}
UPDATE batch SET state = 'sending', owner = ?2, epoch = ?3, attempted_at = ?1
WHERE id IN (SELECT id FROM ranks CROSS JOIN batch WHERE ranks.rank <= ?4 AND id IN
               (SELECT id FROM batch WHERE state = 'queued' AND batch.rank = ranks.rank AND due_at <= ?1
                ORDER BY due_at, id LIMIT ?5)
             ORDER BY batch.rank, due_at, id LIMIT ?5)
  AND EXISTS (SELECT 1 FROM lease WHERE slot = ?2 AND epoch = ?3)
RETURNING id, broadcast_id, road, channel, rank, wake, text_id, tail, robot_id,
          (SELECT sealed FROM robot WHERE robot.id = batch.robot_id), members, towns, expires_at, attempts, parts_done,
          reason, {PEOPLE}, {LATER}
"""  # noqa: S608 - our own words
SETTLE = """
UPDATE batch SET state = ?, reason = ?, due_at = COALESCE(?, due_at), parts_done = ?, attempts = attempts + ?,
       unsent = unsent + ?, attempted_at = CASE WHEN ? OR attempts > 0 THEN attempted_at END, settled_at = ?, owner = ''
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
RECENT = f"""
SELECT road, channel, robot_id, members, attempted_at, {LEFT}, COALESCE({PEOPLE}, size), {LATER}
FROM batch WHERE attempted_at > ? AND {LEFT} > 0 ORDER BY attempted_at, id
"""  # noqa: S608 - our own words
SPENT = f"""
SELECT road, COALESCE({LATER}, channel) AS street, sum({LEFT}), sum({LEFT} * size)
FROM batch WHERE attempted_at >= ? GROUP BY road, street
"""  # noqa: S608 - our own words
STILL = "SELECT id FROM batch WHERE id IN (SELECT value FROM json_each(?)) AND state IN ('queued', 'sending')"
POSTPONE = """
UPDATE batch SET due_at = json_extract(n.value, '$[1]') FROM json_each(?) AS n
WHERE batch.id = json_extract(n.value, '$[0]') AND state = 'queued'
"""
HEIR = """
UPDATE batch SET robot_id = (SELECT other.id FROM robot JOIN robot AS other ON other.group_id = robot.group_id
                             WHERE robot.id = batch.robot_id AND other.dead_at IS NULL
                             ORDER BY other.verified_at IS NULL, other.id LIMIT 1)
WHERE id IN (SELECT value FROM json_each(?)) AND state = 'sending' AND owner = ? AND epoch = ?
  AND EXISTS (SELECT 1 FROM robot JOIN robot AS other ON other.group_id = robot.group_id
              WHERE robot.id = batch.robot_id AND other.dead_at IS NULL)
RETURNING id
"""
PIECE = """
INSERT INTO batch (broadcast_id, road, channel, rank, state, reason, wake, text_id, tail, robot_id, members, size,
                   towns, due_at, expires_at, owner, epoch, attempts, parts_done, message_id, response_code)
SELECT broadcast_id, road, channel, rank, 'queued', 'limit', wake, text_id, tail, robot_id, ?, ?, ?, ?, expires_at, '',
       0, 0, 0, '', '' FROM batch WHERE id = ? RETURNING id
"""
CUT = "UPDATE batch SET members = ?, size = ?, towns = ? WHERE id = ?"
LAST = """
SELECT subject, action, detail FROM record WHERE id IN
(SELECT max(id) FROM record WHERE subject IN (SELECT value FROM json_each(?)) GROUP BY subject)
"""
TEXTS = """
SELECT t.id, t.parts, t.form, b.code FROM message_text AS t JOIN broadcast AS b ON b.id = t.broadcast_id
WHERE t.id IN (SELECT value FROM json_each(?))
"""
AUDIENCE = """
SELECT openid FROM follower WHERE id IN (SELECT value FROM json_each(?)) AND openid NOT LIKE 'erased:%' ORDER BY id
"""
NAMES = """
UPDATE batch SET message_id = json_extract(n.value, '$[1]'), response_code = json_extract(n.value, '$[2]')
FROM json_each(?) AS n WHERE batch.id = json_extract(n.value, '$[0]')
"""
CONSENTS = """
UPDATE consent SET unused = CASE WHEN ?2 THEN 0 ELSE max(unused - 1, 0) END,
       refused_at = CASE WHEN ?2 THEN ?3 ELSE refused_at END
WHERE (?2 OR NOT lasting) AND (road, openid, template_id) IN (
    SELECT b.road, d.address, json_extract(json_extract(t.parts, '$[0]'), '$.template_id')
    FROM json_each(?1) AS n JOIN batch AS b ON b.id = n.value
    JOIN message_text AS t ON t.id = b.text_id JOIN delivery AS d ON d.batch_id = b.id)
"""
HELD = "SELECT 1 FROM lease WHERE slot = ? AND epoch = ?"
ENTRY = "INSERT INTO record (at, actor, action, subject, detail, digest) VALUES (?, ?, ?, ?, ?, ?)"


BY_RANK = attrgetter("rank", "id")
LIVE = Road.live.value


class SqliteClaims:
    def __init__(self, path: str, slot: str) -> None:
        self.slot, self.epoch = slot, 0
        self._version = -1
        self._db = sqlite3.connect(path, isolation_level=None, timeout=10.0)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=OFF", "cache_size=-8000"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.execute("PRAGMA busy_timeout=0")

    async def revision(self) -> str:
        try:
            rows = await self._rows("SELECT version_num FROM alembic_version")
        except sqlite3.OperationalError:
            return ""
        return str(rows[0][0]) if rows else ""

    async def start(self, at: datetime) -> int:
        async with _Immediate(self._db) as db:
            row = db.execute(
                "INSERT INTO lease (slot, owner, epoch, renewal) VALUES (?1, ?1, 1, 1) "
                "ON CONFLICT (slot) DO UPDATE SET epoch = epoch + 1, renewal = renewal + 1 RETURNING epoch",
                (self.slot,),
            ).fetchone()
            self.epoch = int(row[0])
            back = db.execute(
                "UPDATE batch SET state = 'queued', owner = '', attempts = attempts + 1 "  # it may have left
                "WHERE state = 'sending' AND owner = ? AND epoch <> ?",
                (self.slot, self.epoch),
            )
            return back.rowcount

    async def renew(self) -> None:
        async with _Immediate(self._db) as db:
            self._mine(db, "UPDATE lease SET renewal = renewal + 1 WHERE slot = ? AND epoch = ?")

    async def signs(self) -> list[Sign]:
        """One worker has the file."""
        return []

    async def adopt(self, dead: Sign, at: datetime) -> int:
        return 0

    async def leave(self) -> None: ...

    async def take(self, at: datetime, most: int, rank: int) -> list[Claimed]:
        rows = await self._rows(TAKE, (sqlite_text(at), self.slot, self.epoch, rank, most))
        claimed = [Claimed._make((*row[:12], row[12] and sqlite_moment(row[12]), *row[13:])) for row in rows]
        claimed.sort(key=BY_RANK)
        return claimed

    async def news(self) -> bool:
        """What this connection commits does not change its own data_version."""
        ((version,),) = await self._rows("PRAGMA data_version")
        seen, self._version = self._version, version
        return bool(seen != version)

    async def settle(self, outcomes: Sequence[Outcome], at: datetime) -> None:
        groups, now = grouped(outcomes), sqlite_text(at)
        async with _Immediate(self._db) as db:
            self._held(db)
            gone = [b for g in groups if (g.state, g.reason) == (State.failed, "robot_gone") for b in g.batches]
            if gone:
                groups = passed_on(groups, self._pass_on(db, gone, now), at)
            changes = tallied(groups)
            for g in groups:
                due = sqlite_text(g.due_at) if g.due_at else None
                ids = json.dumps([b.id for b in g.batches])
                tried, unsent = int(g.tried), int(g.tried and not g.left)
                values = (g.state.value, g.reason, due, g.parts_done, tried, unsent, tried, now, ids)
                db.execute(SETTLE, (*values, self.slot, self.epoch))
                if g.state is not State.queued:
                    self._enter(
                        db,
                        made(
                            f"worker:{self.slot}", "batches.settled", g.batches[0].broadcast_id, at, settled_detail(g)
                        ),
                        now,
                    )
            for o in outcomes:
                if o.invalid:
                    self._refuse_members(db, o, changes)
            for refused, notices in noticed(groups):
                db.execute(CONSENTS, (json.dumps(notices), refused, now))
            if named := [(o.batch.id, o.message_id, o.response_code) for o in outcomes if o.message_id]:
                db.execute(NAMES, (json.dumps(named),))
            if changes:
                db.execute(TALLY, (json.dumps([[*key, n] for key, n in changes.items() if n]),))
                db.execute(FINISH, (now, json.dumps(list({key[0] for key in changes}))))

    async def texts(self, ids: Iterable[int]) -> dict[int, Wording]:
        rows = await self._rows(TEXTS, (json.dumps(list(ids)),))
        return {number: Wording(json.loads(parts), form, code) for number, parts, form, code in rows}

    async def audience(self, batch_id: int) -> list[str]:
        ((blob,),) = await self._rows("SELECT audience FROM batch WHERE id = ?", (batch_id,))
        return [row[0] for row in await self._rows(AUDIENCE, (json.dumps(decoded(blob or b"")),))]

    async def next_due(self) -> datetime | None:
        ((due,),) = await self._rows(NEXT_DUE)
        return sqlite_moment(due) if due else None

    async def still_open(self, ids: Sequence[int]) -> set[int]:
        return {row[0] for row in await self._rows(STILL, (json.dumps([*ids]),))}

    async def postpone(self, dues: Mapping[int, datetime]) -> None:
        rows = [[number, sqlite_text(due)] for number, due in dues.items()]
        async with _Immediate(self._db) as db:
            db.execute(POSTPONE, (json.dumps(rows),))

    async def recent(self, since: datetime) -> list[Attempted]:
        rows = await self._rows(
            RECENT,
            (sqlite_text(since),),
        )
        return [Attempted._make((*row[:4], sqlite_moment(row[4]), *row[5:])) for row in rows]

    async def spent(self, since: datetime) -> list[Spent]:
        return [Spent._make(row) for row in await self._rows(SPENT, (sqlite_text(since),))]

    async def part(self, apart: Sequence[Apart], at: datetime) -> list[Claimed]:
        async with _Immediate(self._db) as db:
            self._held(db)
            return [self._cut(db, one) for one in apart]

    async def release(self, road: str, channel: str, reasons: Sequence[str], at: datetime) -> int:
        async with _Immediate(self._db) as db:
            return db.execute(
                "UPDATE batch SET due_at = ?1 WHERE state = 'queued' AND due_at > ?1 AND road = ?2 AND channel = ?3 "
                "AND reason IN (SELECT value FROM json_each(?4))",
                (sqlite_text(at), road, channel, json.dumps(reasons)),
            ).rowcount

    async def enter(self, action: str, subject: str, at: datetime, detail: dict[str, Any]) -> None:
        async with _Immediate(self._db) as db:
            self._enter(db, made(f"worker:{self.slot}", action, subject, at, detail), sqlite_text(at))

    async def down(self, subjects: Sequence[str]) -> dict[str, tuple[datetime, str]]:
        return downs(await self._rows(LAST, (json.dumps(subjects),)))

    async def close(self) -> None:
        self._db.close()

    async def _rows(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        return await when_free(lambda: self._db.execute(statement, values).fetchall())

    def _held(self, db: sqlite3.Connection) -> None:
        if db.execute(HELD, (self.slot, self.epoch)).fetchone() is None:  # the write lock is ours: no one moves it
            raise LeaseLost(self.slot)

    def _pass_on(self, db: sqlite3.Connection, gone: Sequence[Claimed], now: str) -> set[int]:
        """Bury the robots; the batches that another robot of the group has now. What the training room says of a robot
        is said of its own phones: it buries no real one."""
        gone = [b for b in gone if b.road == LIVE]
        db.execute(
            "UPDATE robot SET dead_at = ?, dead_reason = 'robot_gone' "
            "WHERE dead_at IS NULL AND id IN (SELECT value FROM json_each(?))",
            (now, json.dumps([b.robot_id for b in gone])),
        )
        ids = json.dumps([b.id for b in gone])
        return {row[0] for row in db.execute(HEIR, (ids, self.slot, self.epoch)).fetchall()}

    def _cut(self, db: sqlite3.Connection, apart: Apart) -> Claimed:
        batch = apart[0]
        copies = db.execute(COPIES + "?", (batch.id,)).fetchall()
        stays, size, pieces = cut(apart, copies)
        for piece in pieces:
            values = (piece.members, piece.size, piece.towns, sqlite_text(piece.due), batch.id)
            (number,) = db.execute(PIECE, values).fetchone()
            db.execute(
                "UPDATE delivery SET batch_id = ? WHERE id IN (SELECT value FROM json_each(?))",
                (number, json.dumps(piece.copies)),
            )
        db.execute(CUT, (stays.members, size, stays.towns, batch.id))
        return stays

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
    """A transaction that takes the write lock at once, and gives it up whatever happens. Nothing is awaited in it."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    async def __aenter__(self) -> sqlite3.Connection:
        await when_free(lambda: self._db.execute("BEGIN IMMEDIATE"))
        return self._db

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._db.execute("COMMIT" if kind is None else "ROLLBACK")
