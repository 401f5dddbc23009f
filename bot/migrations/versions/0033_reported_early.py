"""What a platform reports is found by its name for the message, and is kept where that name is not written down yet."""

import sqlalchemy as sa
from alembic import op

from bot.db.types import UtcDateTime

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

NAMED = sa.text("message_id <> ''")


def upgrade() -> None:
    op.create_index("ix_batch_message_id", "batch", ["message_id"], sqlite_where=NAMED, postgresql_where=NAMED)
    op.create_table(
        "early_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("road", sa.String(length=8), nullable=False),
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.Column("message_id", sa.String(length=255), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_early_report")),
    )
    op.create_index("ix_early_report_at", "early_report", ["at"])


def downgrade() -> None:
    op.drop_table("early_report")
    op.drop_index("ix_batch_message_id", "batch")
