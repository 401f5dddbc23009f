"""Counters of who was told and answered, targets of figures, and the monthly bulletin."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

COUNTERS = ("told", "pending", "unknown", "failed")


def upgrade() -> None:
    op.create_table(
        "figure_target",
        sa.Column("figure", sa.String(length=24), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(length=128), nullable=False),
        sa.Column("set_by", sa.String(length=64), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("figure", name=op.f("pk_figure_target")),
    )
    op.create_table(
        "bulletin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("title", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("authors", sa.String(length=255), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.String(length=64), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletin")),
        sa.UniqueConstraint("month", name=op.f("uq_bulletin_month")),
        sa.UniqueConstraint("uid", name=op.f("uq_bulletin_uid")),
    )
    op.create_table(
        "coverage",
        sa.Column("broadcast_id", sa.String(length=36), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("inside", sa.Boolean(), nullable=False),
        *(
            sa.Column(f"{name}{end}", sa.Integer(), nullable=False)
            for name in ("people", "groups")
            for end in ("", *(f"_{counter}" for counter in COUNTERS))
        ),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.JSON(), nullable=False),
        sa.Column("roads", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_coverage_area_id_area")),
        sa.ForeignKeyConstraint(["broadcast_id"], ["broadcast.id"], name=op.f("fk_coverage_broadcast_id_broadcast")),
        sa.PrimaryKeyConstraint("broadcast_id", "area_id", name=op.f("pk_coverage")),
    )
    op.create_table(
        "coverage_mark",
        sa.Column("broadcast_id", sa.String(length=36), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcast.id"], name=op.f("fk_coverage_mark_broadcast_id_broadcast")
        ),
        sa.PrimaryKeyConstraint("broadcast_id", name=op.f("pk_coverage_mark")),
    )


def downgrade() -> None:
    for table in ("coverage_mark", "coverage", "bulletin", "figure_target"):
        op.drop_table(table)
