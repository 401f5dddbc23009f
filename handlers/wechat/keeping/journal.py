"""Callbacks that wait beside the database: as lines of its journal, and what is said of them until they are written."""

import sqlite3
from datetime import datetime

import orjson

from handlers.wechat.keeping.arrival import Arrival, Attached, Kept
from handlers.wechat.keeping.sqlite import BODIES

FORM = 1  # of a line; to be raised when Arrival changes
KEYS = "SELECT key FROM inbound WHERE key IN (SELECT value FROM json_each(?))"


def line(row: Arrival) -> bytes:
    return orjson.dumps([FORM, *row[:-1], row.attached and [*row.attached]])


def taken(said: bytes) -> Arrival:
    """Raises ValueError."""
    try:
        form, *fields, said_at, received_at, attached = orjson.loads(said)
        if form != FORM:
            raise ValueError("a line of another version")
        times = datetime.fromisoformat(said_at), datetime.fromisoformat(received_at)
        return Arrival._make((*fields, *times, Attached(*attached) if attached else None))
    except TypeError as error:
        raise ValueError("not a callback") from error


class Unwritten:
    """What has been accepted, and is not in the database yet."""

    def __init__(self) -> None:
        self._bodies: dict[str, str] = {}
        self._keys: set[str] = set()

    def judge(self, db: sqlite3.Connection | None, rows: list[Arrival]) -> list[Kept]:
        written, known = _written(db, rows) if db else ({}, set())
        return [self._one(row, written.get(row.nonce), row.key in known) for row in rows]

    def clear(self) -> None:
        self._bodies.clear()
        self._keys.clear()

    def _one(self, row: Arrival, body: str | None, known: bool) -> Kept:
        body = body or self._bodies.setdefault(row.nonce, row.digest)
        if body != row.digest:
            return Kept.refused
        if known or row.key in self._keys:
            return Kept.known
        self._keys.add(row.key)
        return Kept.new


def _written(db: sqlite3.Connection, rows: list[Arrival]) -> tuple[dict[str, str], set[str]]:
    """What the database has of them: digests by nonce, and keys."""
    bodies = dict(db.execute(BODIES, (orjson.dumps([r.nonce for r in rows]).decode(),)).fetchall())
    return bodies, {key for (key,) in db.execute(KEYS, (orjson.dumps([r.key for r in rows]).decode(),))}
