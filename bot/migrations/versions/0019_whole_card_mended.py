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
    op.add_column("duty_post", sa.Column("phone", sa.String(length=32), server_default="", nullable=False))
    op.create_table(
        "duty_line",
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_duty_line_area_id")),
        sa.PrimaryKeyConstraint("area_id", "since", name=op.f("pk_duty_line")),
    )
    op.create_index("ix_duty_line_until", "duty_line", ["until"], unique=False)
    op.create_table(
        "duty_period",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("basis", sa.String(length=128), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_period")),
    )
    op.create_table(
        "duty_spot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("span", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_spot")),
        sa.UniqueConstraint("span", "number", name="uq_duty_spot_number"),
    )
    op.create_table(
        "report_copy_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("hazard", sa.String(length=8), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(length=128), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_report_copy_rule_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_copy_rule")),
    )
    op.create_index(op.f("ix_report_copy_rule_person_id"), "report_copy_rule", ["person_id"], unique=False)
    op.create_table(
        "report_copy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("broadcast_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_report_copy_person_id")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_report_copy_report_id")),
        sa.ForeignKeyConstraint(["rule_id"], ["report_copy_rule.id"], name=op.f("fk_report_copy_rule_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_copy")),
        sa.UniqueConstraint("report_id", "person_id", name="uq_report_copy_person"),
    )
    op.create_index(op.f("ix_report_copy_person_id"), "report_copy", ["person_id"], unique=False)
    op.create_index(
        "ix_duty_spot_due",
        "duty_spot",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("state = 'due'"),
        postgresql_where=sa.text("state = 'due'"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_duty_spot_due",
        table_name="duty_spot",
        sqlite_where=sa.text("state = 'due'"),
        postgresql_where=sa.text("state = 'due'"),
    )
    op.drop_table("duty_spot")
    op.drop_index(op.f("ix_report_copy_person_id"), table_name="report_copy")
    op.drop_table("report_copy")
    op.drop_index(op.f("ix_report_copy_rule_person_id"), table_name="report_copy_rule")
    op.drop_table("report_copy_rule")
    op.drop_table("duty_period")
    op.drop_index("ix_duty_line_until", table_name="duty_line")
    op.drop_table("duty_line")
    with op.batch_alter_table("duty_post") as post:
        post.drop_column("phone")
    op.drop_index(op.f("ix_stumble_again_at"), table_name="stumble")
    op.drop_table("stumble")
