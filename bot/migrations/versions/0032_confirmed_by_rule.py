"""How long a customers' group waits for its member is a rule like the others; how often WeCom's base interfaces were
called is kept."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

BASIS = "系统默认，待县里确认"
DAY = 86_400
OTHERS = ("yellow", "blue", "white")
A_DAY = timedelta(days=1)
ANY = "about = 'confirm' AND grade = ''"
COLUMNS = "about, grade, after_seconds, slow_seconds, basis, valid_from, valid_to"
RULE = sa.table(
    "failover_rule", sa.column("about", sa.String()), sa.column("grade", sa.String()),
    sa.column("after_seconds", sa.Integer()), sa.column("basis", sa.String()), sa.column("valid_from", sa.Date()),
    sa.column("valid_to", sa.Date()),
)  # fmt: skip


def upgrade() -> None:
    for grade in ("red", "orange"):  # from now on a row speaks of these only where it names them
        kept = COLUMNS.replace("grade", f"'{grade}'")
        op.execute(f"INSERT INTO failover_rule ({COLUMNS}) SELECT {kept} FROM failover_rule WHERE {ANY}")  # noqa: S608
    op.bulk_insert(RULE, [*_defaults(datetime.now(UTC).date())])
    op.create_table(
        "interface_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("interface", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interface_call")),
    )
    op.create_index("ix_interface_call_at", "interface_call", ["at"])


def downgrade() -> None:
    op.drop_table("interface_call")
    op.execute(f"DELETE FROM failover_rule WHERE about = 'confirm' AND basis = '{BASIS}'")  # noqa: S608 - our own words


def _defaults(today: date) -> Iterator[dict[str, Any]]:
    """The day that was waited for where the county says nothing, for every day on which it says nothing. Of several
    rows the soonest counts: where a colour has longer than that, what is for any colour waits as long, and each other
    colour gets a row of its own."""
    wanted = sa.select(RULE.c.grade, RULE.c.after_seconds, RULE.c.valid_from, RULE.c.valid_to).where(
        RULE.c.about == "confirm", RULE.c.grade.in_(("", *OTHERS)),
        sa.or_(RULE.c.valid_to.is_(None), RULE.c.valid_to >= today),
    )  # fmt: skip
    rows = op.get_bind().execute(wanted).all()
    longest = max([DAY, *(row.after_seconds for row in rows if row.grade)])
    for grade in ("", *OTHERS) if longest > DAY else ("",):
        mine = [(row.valid_from, row.valid_to) for row in rows if row.grade in {"", grade}]
        for first, last in _unsaid(mine):
            after = DAY if grade else longest
            yield {
                "about": "confirm", "grade": grade, "after_seconds": after, "basis": BASIS, "valid_from": first,
                "valid_to": last,
            }  # fmt: skip


def _unsaid(spans: Iterable[Sequence[date | None]]) -> Iterator[tuple[date | None, date | None]]:
    """From which to which day none of these holds."""
    open_from: date | None = None
    for first, last in sorted((one or date.min, other or date.max) for one, other in spans):
        if first > (open_from or date.min):
            yield open_from, first - A_DAY
        if last == date.max:
            return
        open_from = max(open_from or date.min, last + A_DAY)
    yield open_from, None
