"""A county brings its database up to the rule of how long a customers' group waits: what it had said holds on; where it
said nothing, the day that was waited for stands as a row."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from bot.config import Settings
from broadcasts.dispatch.failover.models import FailoverRule
from broadcasts.dispatch.failover.rules import About
from broadcasts.dispatch.failover.unconfirmed import patience
from broadcasts.hazards.grades import Grade
from tests.climbing import connected, down, found, up

TODAY = datetime.now(UTC).date()
PAST, SOON, LATER, FAR = (TODAY + timedelta(days=n) for n in (-9, 3, 9, 99))
DAY, OWN = 24, 36  # hours
OLD = sa.text(
    "INSERT INTO failover_rule (about, grade, after_seconds, basis, valid_from, valid_to) "
    "VALUES ('confirm', :grade, :hours * 3600, '县里定', :first, :last)"
).bindparams(sa.bindparam("first", type_=sa.Date()), sa.bindparam("last", type_=sa.Date()))
ORDER = ("", "yellow", "blue", "white")
Row = tuple[str, int, date | None, date | None]  # colour, hours, days


@pytest.mark.parametrize(
    ("had", "made"),
    [
        ([], [("", DAY, None, None)]),
        ([("", OWN, None, PAST)], [("", DAY, None, None)]),
        ([("", OWN, None, SOON)], [("", DAY, SOON + timedelta(days=1), None)]),
        ([("", OWN, LATER, None)], [("", DAY, None, LATER - timedelta(days=1))]),
        ([("", OWN, None, None)], []),
        ([("yellow", 1, None, None)], [("", DAY, None, None)]),
        ([("yellow", OWN, None, None)], [("", OWN, None, None), ("blue", DAY, None, None), ("white", DAY, None, None)]),
        ([("red", OWN, None, None)], [("", DAY, None, None)]),
    ],
)
async def test_the_default_counts_where_the_county_says_nothing(
    empty: Settings, had: list[Row], made: list[Row]
) -> None:
    async with connected(empty) as connection:
        await up(connection, "0031")
        for row in had:
            await connection.execute(OLD, dict(zip(("grade", "hours", "first", "last"), row, strict=True)))
        await up(connection, "0032")
        rows = await _rules(connection)
        await down(connection, "0031")
        left = await found(connection, "SELECT 1 FROM failover_rule WHERE about = 'confirm' AND basis <> '县里定'")
    assert [(r.grade, r.after_seconds // 3600, r.valid_from, r.valid_to) for r in rows if r.basis != "县里定"] == made
    assert left == []
    for day in (TODAY, SOON, LATER, FAR):
        for grade in (Grade.yellow, Grade.blue, Grade.white, None):
            assert patience(rows, grade, day) is not None
            mine = [h for of, h, first, last in had if of in {"", grade} and (first or day) <= day <= (last or day)]
            if grade is not None:
                assert patience(rows, grade, day) == timedelta(hours=min(mine, default=DAY))


async def _rules(connection: AsyncConnection) -> list[FailoverRule]:
    rows = await connection.execute(sa.select(FailoverRule.__table__).where(col(FailoverRule.about) == About.confirm))  # type: ignore[attr-defined]
    mine = [FailoverRule(**row._mapping) for row in rows if row.grade not in {"red", "orange"}]
    return sorted(mine, key=lambda rule: ORDER.index(rule.grade))
