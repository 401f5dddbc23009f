"""Quotas rebuilt by an index, whom an application's group holds, and by which rules a road fails over to the next."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ATTEMPTED = sa.text("attempted_at IS NOT NULL")
WAITING = sa.text("state = 'queued' AND reason <> ''")
PASSED = sa.text("passed_at IS NOT NULL")
NAMED = sa.text("chat_id <> ''")
BASIS = "系统默认，待县里确认"
RULES = [("red", 10, 5), ("orange", 60, None), ("", 600, None)]


def upgrade() -> None:
    table = op.create_table(
        "failover_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("grade", sa.String(length=8), nullable=False),
        sa.Column("after_seconds", sa.Integer(), nullable=False),
        sa.Column("slow_seconds", sa.Integer(), nullable=True),
        sa.Column("basis", sa.String(length=128), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failover_rule")),
    )
    names = ("grade", "after_seconds", "slow_seconds")
    op.bulk_insert(table, [{**dict(zip(names, rule, strict=True)), "basis": BASIS} for rule in RULES])
    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.create_index(
            "ix_batch_attempted_at", ["attempted_at"], sqlite_where=ATTEMPTED, postgresql_where=ATTEMPTED
        )
        batch_op.create_index("ix_batch_waiting", ["reason"], sqlite_where=WAITING, postgresql_where=WAITING)
    with op.batch_alter_table("broadcast", schema=None) as batch_op:
        batch_op.add_column(sa.Column("failed_seen", sa.Integer(), nullable=False, server_default=sa.text("0")))
    with op.batch_alter_table("chat_group", schema=None) as batch_op:
        batch_op.add_column(sa.Column("people", sa.Integer(), nullable=True))
        batch_op.create_index("ix_chat_group_chat_id", ["chat_id"], sqlite_where=NAMED, postgresql_where=NAMED)
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.add_column(sa.Column("passed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index("ix_delivery_passed", ["broadcast_id"], sqlite_where=PASSED, postgresql_where=PASSED)
    _sizes()


def _sizes() -> None:
    """How many were in a group when it was made stands in the record."""
    inside = "json_extract(record.detail, '$.members')"
    if op.get_context().dialect.name != "sqlite":
        inside = "CAST(record.detail ->> 'members' AS integer)"
    op.execute(
        f"UPDATE chat_group SET people = (SELECT {inside} FROM record "  # noqa: S608 - our own words
        "WHERE record.subject = 'group:' || chat_group.uid AND record.action = 'group.chat_made' "
        "ORDER BY record.id DESC LIMIT 1) WHERE chat_id <> ''"
    )


def downgrade() -> None:
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index("ix_delivery_passed", sqlite_where=PASSED, postgresql_where=PASSED)
        batch_op.drop_column("passed_at")
    with op.batch_alter_table("chat_group", schema=None) as batch_op:
        batch_op.drop_index("ix_chat_group_chat_id", sqlite_where=NAMED, postgresql_where=NAMED)
        batch_op.drop_column("people")
    with op.batch_alter_table("broadcast", schema=None) as batch_op:
        batch_op.drop_column("failed_seen")
    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.drop_index("ix_batch_waiting", sqlite_where=WAITING, postgresql_where=WAITING)
        batch_op.drop_index("ix_batch_attempted_at", sqlite_where=ATTEMPTED, postgresql_where=ATTEMPTED)
    op.drop_table("failover_rule")
