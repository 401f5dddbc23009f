"""Followers are put under the account's tags by village: a tag's places, and a row for each follower, due until the
platform has taken it."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tag_place",
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_tag_place_area_id")),
        sa.PrimaryKeyConstraint("tag_id", "area_id", name=op.f("pk_tag_place")),
    )
    op.create_table(
        "tag_put",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.Column("follower_id", sa.Integer(), nullable=False),
        sa.Column("openid", sa.String(length=128), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["follower_id"], ["follower.id"], name=op.f("fk_tag_put_follower_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag_put")),
        sa.UniqueConstraint("tag_id", "follower_id", name="uq_tag_put_follower"),
    )
    op.create_index(op.f("ix_tag_put_follower_id"), "tag_put", ["follower_id"])
    where = sa.text("state = 'due'")
    op.create_index("ix_tag_put_due", "tag_put", ["due_at"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_table("tag_put")
    op.drop_table("tag_place")
