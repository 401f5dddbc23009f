"""Callbacks on SQLite: a few statements in a transaction that is begun, on the loop."""

import sqlite3
from collections.abc import Sequence
from typing import Any

import orjson

from bot.db.moments import sqlite_text
from handlers.wechat.keeping.arrival import Arrival, Kept
from handlers.wechat.keeping.rows import INBOUND, MEDIA, MEDIA_REST, REST, results

BODIES = "SELECT key, body FROM callback_nonce WHERE key IN (SELECT value FROM json_each(?))"


def _each(width: int) -> str:
    """The columns of a JSON array in an array of them."""
    return ", ".join(f"json_extract(value, '$[{n}]')" for n in range(width))


# What comes back is new; what does not was there before.
ADD_NONCES = (
    "INSERT INTO callback_nonce (key, body, at) SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), "
    "json_extract(value, '$[2]') FROM json_each(?) WHERE true ON CONFLICT (key) DO NOTHING RETURNING key, body"
)
ADD_WORDS = (
    f"INSERT INTO inbound ({INBOUND}) "  # noqa: S608
    f"SELECT {_each(9)}, {REST} FROM json_each(?) WHERE true "
    "ON CONFLICT (key) DO NOTHING RETURNING key, id"
)
ADD_MEDIA = f"INSERT INTO media ({MEDIA}) SELECT {_each(7)}, {MEDIA_REST} FROM json_each(?)"  # noqa: S608


def on_sqlite(db: sqlite3.Connection, rows: list[Arrival]) -> list[Kept]:
    nonces = [(r.nonce, r.digest, sqlite_text(r.received_at)) for r in rows]
    bodies = dict(db.execute(ADD_NONCES, (_json(nonces),)).fetchall())
    if older := [r.nonce for r in rows if r.nonce not in bodies]:
        bodies.update(db.execute(BODIES, (_json(older),)).fetchall())
    good = _good(rows, bodies)
    words = [(*r[2:9], sqlite_text(r.said_at), sqlite_text(r.received_at)) for r in good]
    new = dict(db.execute(ADD_WORDS, (_json(words),)).fetchall())
    if media := _media(good, new):
        db.execute(ADD_MEDIA, (_json([(*m[:6], sqlite_text(m[6])) for m in media]),))
    return results(rows, bodies, new)


def _good(rows: Sequence[Arrival], bodies: dict[str, str]) -> list[Arrival]:
    """Those whose nonce is their own."""
    return [r for r in rows if bodies[r.nonce] == r.digest]


def _media(rows: Sequence[Arrival], new: dict[str, int]) -> list[tuple[Any, ...]]:
    """What hangs on the new words, each once."""
    by_key = {r.key: r for r in reversed(rows)}
    return [
        (*r.attached, "platform" if r.attached.words else "", new[key], r.received_at)
        for key, r in by_key.items()
        if r.attached and key in new
    ]


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
