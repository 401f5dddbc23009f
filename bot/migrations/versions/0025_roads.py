"""Rules of failover for more than warnings, what a service message whose first road holds a pointer said, and which
attempts never left."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

FAILED = sa.text("state = 'failed'")
BASIS = "系统默认，待县里确认"
RULES = [  # what is said, of which grade, and after how many seconds a road that is down or so slow is left
    ("ring", "", 5, 5), ("reminder", "red", 10, 5), ("reminder", "", 60, None), ("follower", "red", 10, None),
    ("follower", "", 60, None), ("drill", "", 60, None), ("reply", "", 60, None), ("service", "", 60, None),
]  # fmt: skip


def upgrade() -> None:
    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.add_column(sa.Column("unsent", sa.Integer(), server_default=sa.text("0"), nullable=False))
    with op.batch_alter_table("broadcast", schema=None) as batch_op:
        batch_op.add_column(sa.Column("said", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("link", sa.Text(), server_default="", nullable=False))
    with op.batch_alter_table("failover_rule", schema=None) as batch_op:
        batch_op.add_column(sa.Column("about", sa.String(length=12), server_default="", nullable=False))
    with op.batch_alter_table("tally", schema=None) as batch_op:
        batch_op.create_index("ix_tally_failed", ["broadcast_id"], sqlite_where=FAILED, postgresql_where=FAILED)
    names = ("about", "grade", "after_seconds", "slow_seconds")
    table = sa.table("failover_rule", *(sa.column(name) for name in (*names, "basis")))
    op.bulk_insert(table, [{**dict(zip(names, rule, strict=True)), "basis": BASIS} for rule in RULES])


def downgrade() -> None:
    op.execute("DELETE FROM failover_rule WHERE about <> ''")
    with op.batch_alter_table("tally", schema=None) as batch_op:
        batch_op.drop_index("ix_tally_failed", sqlite_where=FAILED, postgresql_where=FAILED)
    with op.batch_alter_table("failover_rule", schema=None) as batch_op:
        batch_op.drop_column("about")
    with op.batch_alter_table("broadcast", schema=None) as batch_op:
        batch_op.drop_column("link")
        batch_op.drop_column("said")
    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.drop_column("unsent")
