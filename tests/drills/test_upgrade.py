"""A county that has drills planned and running brings its database up to approvals: they go on, and nobody is said to
have approved them."""

import sqlalchemy as sa

from bot.config import Settings
from tests.climbing import connected, down, found, up

BEFORE, AFTER = "0022", "0023"
MOMENT = "'2026-07-11 18:40:00.000000'"
AREA = """
INSERT INTO area (id, uid, code, name, level, path, depth, duty_phone) VALUES (1, 'a', '1', '县', '县', '/1/', 0, '')
"""
DRILL = """
INSERT INTO drill (id, uid, number, name, form, content, aim, blind, hazard, unit, unit_area_id, road, starts_at,
minutes, leader, scenario, again, state, made_by, made_at, announced_at, started_at, started_by, paused_for, known,
said, closed_by, note)
VALUES ({0}, 'd{0}', '{0}', 'x', 'table', 'single', 'test', false, '11B03', 'x', 1, 'live', {1}, 60, 'x', 'x', true,
'{2}', 'user:a', {1}, {3}, {4}, '', '', '[]', 0, '', '')
"""
CHANGED = """
INSERT INTO record (at, actor, action, subject, detail, digest) VALUES ({}, 'user:b', 'drill.script', 'd1', '{{}}', '')
"""
STATES = (
    ("draft", "NULL", "NULL"),
    ("planned", MOMENT, "NULL"),
    ("running", MOMENT, MOMENT),
    ("cancelled", "NULL", "NULL"),
)


async def test_what_had_been_announced_stays_so_and_was_approved_by_nobody(empty: Settings) -> None:
    async with connected(empty) as connection:
        await up(connection, BEFORE)
        await connection.execute(sa.text(AREA))
        for number, (state, announced, started) in enumerate(STATES, 1):
            await connection.execute(sa.text(DRILL.format(number, MOMENT, state, announced, started)))
        await connection.execute(sa.text(CHANGED.format(MOMENT)))
        await up(connection, AFTER)
        approved = await found(connection, "SELECT state, approval, approver, approved_at FROM drill ORDER BY id")
        hands = await found(connection, "SELECT drill_id, actor FROM drill_writer ORDER BY drill_id, actor")
        await connection.execute(sa.text("UPDATE drill SET state = 'waiting' WHERE id = 2"))
        await down(connection, BEFORE)
        left = await found(connection, "SELECT state FROM drill ORDER BY id")
    assert approved == [
        ("draft", "open", "", None), ("planned", "before", "", None), ("running", "before", "", None),
        ("cancelled", "open", "", None),
    ]  # fmt: skip
    assert hands == [(1, "user:a"), (1, "user:b"), (2, "user:a"), (3, "user:a"), (4, "user:a")]
    assert left == [("draft",), ("draft",), ("running",), ("cancelled",)]
