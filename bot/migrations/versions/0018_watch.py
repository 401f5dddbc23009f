"""What the Watch looked at and found, whom the weekly test goes to, what people said of the set-up guide's steps, and
that a platform has verified a callback."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "callback_asked",
        sa.Column("road", sa.String(length=8), nullable=False),
        sa.Column("platform", sa.String(length=8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("road", "platform", name=op.f("pk_callback_asked")),
    )
    op.create_table(
        "self_test_target",
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "target_id", name=op.f("pk_self_test_target")),
    )
    op.create_table(
        "setup_step",
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_setup_step")),
    )
    op.create_table(
        "watch_finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("look", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("level", sa.String(length=4), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("elsewhere", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch_finding")),
    )
    with op.batch_alter_table("watch_finding", schema=None) as batch_op:
        batch_op.create_index(
            "uq_watch_finding_open", ["kind", "subject"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
        )

    op.create_table(
        "watch_look",
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("good_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_watch_look")),
    )


def downgrade() -> None:
    op.drop_table("watch_look")
    with op.batch_alter_table("watch_finding", schema=None) as batch_op:
        batch_op.drop_index("uq_watch_finding_open", sqlite_where=OPEN, postgresql_where=OPEN)

    op.drop_table("watch_finding")
    op.drop_table("setup_step")
    op.drop_table("self_test_target")
    op.drop_table("callback_asked")
