"""The whole card mended: what a sweep could not deal with is kept beside it."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stumble",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sweep", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=96), nullable=False),
        sa.Column("error", sa.String(length=64), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("again_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stumble")),
        sa.UniqueConstraint("sweep", "subject", name="uq_stumble_subject"),
    )
    op.create_index(op.f("ix_stumble_again_at"), "stumble", ["again_at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_stumble_again_at"), table_name="stumble")
    op.drop_table("stumble")
