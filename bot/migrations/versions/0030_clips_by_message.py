"""A recording goes behind the text as a voice message: who hears it, its AMR, what WeCom calls it, what it followed."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("clip") as clip:
        clip.add_column(sa.Column("heard_by", sa.String(length=8), server_default="nobody", nullable=False))
        clip.add_column(sa.Column("voice_bytes", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.create_table(
        "clip_media",
        sa.Column("road", sa.String(length=8), nullable=False),
        sa.Column("clip_id", sa.Integer(), nullable=False),
        sa.Column("media_id", sa.String(length=255), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("again_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["clip_id"], ["clip.id"], name=op.f("fk_clip_media_clip_id")),
        sa.PrimaryKeyConstraint("road", "clip_id", name=op.f("pk_clip_media")),
    )
    op.create_table(
        "clip_follow",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("broadcast_id", sa.String(length=36), nullable=False),
        sa.Column("lacking", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_clip_follow_batch_id")),
        sa.ForeignKeyConstraint(["broadcast_id"], ["broadcast.id"], name=op.f("fk_clip_follow_broadcast_id")),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_clip_follow")),
    )
    op.create_index(op.f("ix_clip_follow_broadcast_id"), "clip_follow", ["broadcast_id"])


def downgrade() -> None:
    op.drop_table("clip_follow")
    op.drop_table("clip_media")
    with op.batch_alter_table("clip") as clip:
        clip.drop_column("voice_bytes")
        clip.drop_column("heard_by")
