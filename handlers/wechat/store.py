"""Keeping what was proven: the request's nonce, the word and what hangs on it, in one transaction with all that came
within the same few milliseconds."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

import orjson

from bot.config import Settings
from bot.db.moments import sqlite_text
from bot.db.together import Together, open_together
from handlers.wechat.models import MediaState, Work


class Kept(StrEnum):
    """What became of one callback."""

    new = "new"
    known = "known"  # the platform's own repeat, or the same word by another request: no second effect
    refused = "refused"  # the nonce was used by another body


class Attached(NamedTuple):
    """A picture or a recording to be fetched."""

    uid: str
    kind: str
    media_id: str
    words: str


class Arrival(NamedTuple):
    """One callback, as the rows want it. `nonce` and `digest` say which request it was, `key` which word."""

    nonce: str
    digest: str
    key: str
    road: str
    platform: str
    sender: str
    kind: str
    event: str
    body: str  # JSON
    said_at: datetime
    received_at: datetime
    attached: Attached | None = None


WITHIN = 0.005  # seconds that a callback waits for others: alone in its transaction it costs six times as much
Store = Together[Arrival, Kept]
INBOUND = "key, road, platform, sender, kind, event, body, said_at, received_at, state, attempts, error, intent"
MEDIA = "uid, kind, media_id, words, words_by, inbound_id, due_at, state, reason, mime, size, sha256, attempts"
REST = f"'{Work.waiting.value}', 0, '', ''"
MEDIA_REST = f"'{MediaState.waiting.value}', '', '', 0, '', 0"


def _each(width: int) -> str:
    """The columns of a JSON array in an array of them."""
    return ", ".join(f"json_extract(value, '$[{n}]')" for n in range(width))


# Both forms give back what is new; what is not was there before.
SQLITE_NONCES = (
    "INSERT INTO callback_nonce (key, body, at) SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), "
    "json_extract(value, '$[2]') FROM json_each(?) WHERE true ON CONFLICT (key) DO NOTHING RETURNING key, body"
)
SQLITE_BODIES = "SELECT key, body FROM callback_nonce WHERE key IN (SELECT value FROM json_each(?))"
SQLITE_WORDS = (
    f"INSERT INTO inbound ({INBOUND}) "  # noqa: S608
    f"SELECT {_each(9)}, {REST} FROM json_each(?) WHERE true "
    "ON CONFLICT (key) DO NOTHING RETURNING key, id"
)
SQLITE_MEDIA = f"INSERT INTO media ({MEDIA}) SELECT {_each(7)}, {MEDIA_REST} FROM json_each(?)"  # noqa: S608
POSTGRES_NONCES = (
    "INSERT INTO callback_nonce (key, body, at) SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[]) "
    "ON CONFLICT (key) DO NOTHING RETURNING key, body"
)
POSTGRES_BODIES = "SELECT key, body FROM callback_nonce WHERE key = ANY($1::text[])"
POSTGRES_WORDS = (
    f"INSERT INTO inbound ({INBOUND}) "  # noqa: S608
    f"SELECT a, b, c, d, e, f, g::json, h, i, {REST} FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], "
    "$5::text[], $6::text[], $7::text[], $8::timestamptz[], $9::timestamptz[]) "
    "WITH ORDINALITY AS t(a, b, c, d, e, f, g, h, i, n) ORDER BY n "
    "ON CONFLICT (key) DO NOTHING RETURNING key, id"
)
POSTGRES_MEDIA = (
    f"INSERT INTO media ({MEDIA}) SELECT *, {MEDIA_REST} FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], "  # noqa: S608
    "$5::text[], $6::bigint[], $7::timestamptz[])"
)


def open_store(settings: Settings) -> Store:
    """To be closed at the end."""
    return open_together(settings, sqlite=on_sqlite, postgres=on_postgres, within=WITHIN)


def on_sqlite(db: sqlite3.Connection, rows: list[Arrival]) -> list[Kept]:
    nonces = [(r.nonce, r.digest, sqlite_text(r.received_at)) for r in rows]
    bodies = dict(db.execute(SQLITE_NONCES, (_json(nonces),)).fetchall())
    if older := [r.nonce for r in rows if r.nonce not in bodies]:
        bodies.update(db.execute(SQLITE_BODIES, (_json(older),)).fetchall())
    good = _good(rows, bodies)
    words = [(*r[2:9], sqlite_text(r.said_at), sqlite_text(r.received_at)) for r in good]
    new = dict(db.execute(SQLITE_WORDS, (_json(words),)).fetchall())
    if media := _media(good, new):
        db.execute(SQLITE_MEDIA, (_json([(*m[:6], sqlite_text(m[6])) for m in media]),))
    return _results(rows, bodies, new)


async def on_postgres(db: Any, rows: list[Arrival]) -> list[Kept]:
    """Nonces in the order of their keys: two processes that hear the same repeats wait for each other, in no circle."""
    ordered = sorted(rows, key=lambda r: r.nonce)
    bodies = dict(await db.fetch(POSTGRES_NONCES, *_columns([(r.nonce, r.digest, r.received_at) for r in ordered], 3)))
    if older := [r.nonce for r in rows if r.nonce not in bodies]:
        bodies.update(await db.fetch(POSTGRES_BODIES, older))
    good = _good(rows, bodies)
    words = [(*r[2:9], r.said_at, r.received_at) for r in good]
    new = dict(await db.fetch(POSTGRES_WORDS, *_columns(words, 9)))
    if media := _media(good, new):
        await db.execute(POSTGRES_MEDIA, *_columns(media, 7))
    return _results(rows, bodies, new)


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


def _results(rows: Sequence[Arrival], bodies: dict[str, str], new: dict[str, int]) -> list[Kept]:
    """The first of several equal ones is the new one."""
    results, left = [], set(new)
    for row in rows:
        if bodies[row.nonce] != row.digest:
            results.append(Kept.refused)
        elif row.key in left:
            left.discard(row.key)
            results.append(Kept.new)
        else:
            results.append(Kept.known)
    return results


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(width)]


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
