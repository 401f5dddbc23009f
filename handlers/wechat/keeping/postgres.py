"""Callbacks on PostgreSQL: one statement does all, and wakes whoever works on words."""

from typing import Any

from bot.coordination.watch import CHANNEL
from handlers.wechat.keeping.arrival import Arrival, Kept
from handlers.wechat.keeping.rows import INBOUND, MEDIA, MEDIA_REST, REST, results

# What another process has written at this very moment it sees neither as new nor as old: that is asked for again.
KEEP = f"""
WITH came AS (
    SELECT * FROM unnest(
        $1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
        $10::timestamptz[], $11::timestamptz[], $12::text[], $13::text[], $14::text[], $15::text[]
    ) WITH ORDINALITY AS t(
        nonce, digest, key, road, platform, sender, kind, event, body, said_at, received_at,
        uid, hangs, media_id, words, n
    )
), fresh AS (
    INSERT INTO callback_nonce (key, body, at) SELECT nonce, digest, received_at FROM came ORDER BY nonce, n
    ON CONFLICT (key) DO NOTHING RETURNING key, body
), seen AS (
    SELECT key, body FROM fresh UNION ALL SELECT key, body FROM callback_nonce WHERE key = ANY($1::text[])
), good AS (
    SELECT came.* FROM came JOIN seen ON seen.key = came.nonce AND seen.body = came.digest
), written AS (
    INSERT INTO inbound ({INBOUND})
    SELECT key, road, platform, sender, kind, event, body::json, said_at, received_at, {REST} FROM good ORDER BY n
    ON CONFLICT (key) DO NOTHING RETURNING key, id
), hung AS (
    INSERT INTO media ({MEDIA})
    SELECT uid, hangs, media_id, words, CASE words WHEN '' THEN '' ELSE 'platform' END, id, received_at, {MEDIA_REST}
    FROM written JOIN (SELECT DISTINCT ON (key) * FROM good ORDER BY key, n) AS first USING (key)
    WHERE uid IS NOT NULL
)
SELECT 'seen', key, body FROM seen UNION ALL SELECT 'new', key, '' FROM written
UNION ALL SELECT 'told', pg_notify('{CHANNEL}', '')::text, ''
"""  # noqa: S608 - our own names
NOTHING_HANGS = (None, None, None, None)


async def on_postgres(db: Any, rows: list[Arrival]) -> list[Kept]:
    """Nonces in the order of their keys: two processes that hear the same repeats wait for each other, in no circle."""
    bodies: dict[str, str] = {}
    new: set[str] = set()
    while left := [r for r in rows if r.nonce not in bodies]:
        columns = zip(*((*r[:-1], *(r.attached or NOTHING_HANGS)) for r in left), strict=True)
        for what, key, body in await db.fetch(KEEP, *(list(column) for column in columns)):
            if what == "seen":
                bodies[key] = body
            elif what == "new":
                new.add(key)
    return results(rows, bodies, new)
