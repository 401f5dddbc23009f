"""Rules of duty with their days, shifts that change hands, what is told to the leaders, tests of reachability."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

DAYS = ("valid_from", "valid_to")
RULES = ("duty_role", "duty_rule")


def upgrade() -> None:
    for table in RULES:
        _again(table, sa.Column("id", sa.Integer(), nullable=False), days=True)
    with op.batch_alter_table("shift_pattern") as batch_op:
        for day in DAYS:
            batch_op.add_column(sa.Column(day, sa.Date(), nullable=True))
    with op.batch_alter_table("duty_handover") as batch_op:
        batch_op.add_column(sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("duty_check") as batch_op:
        batch_op.add_column(sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("reminder") as batch_op:
        batch_op.add_column(sa.Column("answer_hours", sa.Integer(), nullable=False, server_default=sa.text("24")))
    with op.batch_alter_table("reminder_occurrence") as batch_op:
        batch_op.add_column(sa.Column("attempts", sa.Integer(), nullable=False, server_default=sa.text("0")))
        batch_op.add_column(sa.Column("reason", sa.String(length=64), nullable=False, server_default=sa.text("''")))
    op.create_table(
        "reminder_sounding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("reminder_id", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("heard", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["reminder_id"], ["reminder.id"], name=op.f("fk_reminder_sounding_reminder_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_sounding")),
        sa.UniqueConstraint("uid", name=op.f("uq_reminder_sounding_uid")),
    )
    with op.batch_alter_table("reminder_sounding") as batch_op:
        batch_op.create_index(batch_op.f("ix_reminder_sounding_deadline"), ["deadline"], unique=False)
        batch_op.create_index(batch_op.f("ix_reminder_sounding_reminder_id"), ["reminder_id"], unique=False)
    op.create_table(
        "reminder_asked",
        sa.Column("sounding_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reminder_asked_person_id")),
        sa.ForeignKeyConstraint(["sounding_id"], ["reminder_sounding.id"], name=op.f("fk_reminder_asked_sounding_id")),
        sa.PrimaryKeyConstraint("sounding_id", "person_id", name=op.f("pk_reminder_asked")),
    )
    with op.batch_alter_table("reminder_asked") as batch_op:
        batch_op.create_index("ix_reminder_asked_person", ["person_id", "answered_at"], unique=False)
    op.create_table(
        "duty_swap",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("shift_id", sa.Integer(), nullable=False),
        sa.Column("back_id", sa.Integer(), nullable=True),
        sa.Column("taker_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["back_id"], ["duty_shift.id"], name=op.f("fk_duty_swap_back_id")),
        sa.ForeignKeyConstraint(["shift_id"], ["duty_shift.id"], name=op.f("fk_duty_swap_shift_id")),
        sa.ForeignKeyConstraint(["taker_id"], ["person.id"], name=op.f("fk_duty_swap_taker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_swap")),
        sa.UniqueConstraint("uid", name=op.f("uq_duty_swap_uid")),
    )
    with op.batch_alter_table("duty_swap") as batch_op:
        batch_op.create_index(batch_op.f("ix_duty_swap_shift_id"), ["shift_id"], unique=False)
        batch_op.create_index("ix_duty_swap_state", ["state", "asked_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_duty_swap_taker_id"), ["taker_id"], unique=False)


def downgrade() -> None:
    for table in ("duty_swap", "reminder_asked", "reminder_sounding"):
        op.drop_table(table)
    with op.batch_alter_table("reminder_occurrence") as batch_op:
        batch_op.drop_column("reason")
        batch_op.drop_column("attempts")
    with op.batch_alter_table("reminder") as batch_op:
        batch_op.drop_column("answer_hours")
    with op.batch_alter_table("duty_check") as batch_op:
        batch_op.drop_column("told_at")
    with op.batch_alter_table("duty_handover") as batch_op:
        batch_op.drop_column("told_at")
        batch_op.drop_column("sent_at")
    with op.batch_alter_table("shift_pattern") as batch_op:
        for day in reversed(DAYS):
            batch_op.drop_column(day)
    for table in RULES:
        _again(table, days=False)


def _again(table: str, *key: sa.Column[Any], days: bool) -> None:
    """The same rows under another primary key. Of several with one name the last stands when the key is the name."""
    columns = _columns(table)
    names = [column.name for column in columns]
    bind = op.get_bind()
    kept = sa.table(table, *(sa.column(column.name, column.type) for column in columns))
    rows = [dict(zip(names, row, strict=True)) for row in bind.execute(sa.select(kept))]
    op.drop_table(table)
    more = [sa.Column(day, sa.Date(), nullable=True) for day in DAYS] if days else []
    primary = sa.PrimaryKeyConstraint("id" if key else "name", name=op.f(f"pk_{table}"))
    op.create_table(table, *key, *columns, *more, primary)
    op.bulk_insert(kept, rows if key else list({row["name"]: row for row in rows}.values()))


def _columns(table: str) -> list[sa.Column[Any]]:
    """A rule's own, beside its key and its days."""
    longest = 16 if table == "duty_role" else 32
    set_to: sa.Column[Any] = sa.Column("value", sa.Integer(), nullable=False)
    if table == "duty_role":
        set_to = sa.Column("leads", sa.Boolean(), nullable=False)
    basis: sa.Column[Any] = sa.Column("basis", sa.String(length=128), nullable=False)
    return [sa.Column("name", sa.String(length=longest), nullable=False), set_to, basis]
