"""Customers' groups and what a member must confirm there; loudspeakers and screens, and what is said of them."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "customer_group",
        sa.Column("chat_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("chat_id", name=op.f("pk_customer_group")),
    )
    op.create_table(
        "outlet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=128), nullable=False),
        sa.Column("keeper_id", sa.Integer(), nullable=True),
        sa.Column("resource_code", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_outlet_area_id")),
        sa.ForeignKeyConstraint(["keeper_id"], ["person.id"], name=op.f("fk_outlet_keeper_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlet")),
        sa.UniqueConstraint("code", name=op.f("uq_outlet_code")),
        sa.UniqueConstraint("key", name=op.f("uq_outlet_key")),
        sa.UniqueConstraint("uid", name=op.f("uq_outlet_uid")),
    )
    op.create_index(op.f("ix_outlet_area_id"), "outlet", ["area_id"], unique=False)
    op.create_index(op.f("ix_outlet_keeper_id"), "outlet", ["keeper_id"], unique=False)
    op.create_index(op.f("ix_outlet_resource_code"), "outlet", ["resource_code"], unique=False)
    op.create_table(
        "group_task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("broadcast_id", sa.String(length=36), nullable=False),
        sa.Column("road", sa.String(length=8), nullable=False),
        sa.Column("message_id", sa.String(length=255), nullable=False),
        sa.Column("sender", sa.String(length=64), nullable=False),
        sa.Column("wake", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("look_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded", sa.Integer(), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ending", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_group_task_batch_id")),
        sa.ForeignKeyConstraint(["broadcast_id"], ["broadcast.id"], name=op.f("fk_group_task_broadcast_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_task")),
        sa.UniqueConstraint("batch_id", name=op.f("uq_group_task_batch_id")),
    )
    op.create_index(op.f("ix_group_task_broadcast_id"), "group_task", ["broadcast_id"], unique=False)
    op.create_index(
        "ix_group_task_open",
        "group_task",
        ["look_at"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "playback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=255), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_playback_delivery_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_playback")),
    )
    op.create_index(op.f("ix_playback_delivery_id"), "playback", ["delivery_id"], unique=False)
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("outlet_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("times", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_answer_outlet_id"), "outlet", ["outlet_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_answer_outlet_id"), type_="foreignkey")
        batch_op.drop_column("times")
        batch_op.drop_column("outlet_id")

    op.drop_index(op.f("ix_playback_delivery_id"), table_name="playback")
    op.drop_table("playback")
    op.drop_index(
        "ix_group_task_open",
        table_name="group_task",
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.drop_index(op.f("ix_group_task_broadcast_id"), table_name="group_task")
    op.drop_table("group_task")
    op.drop_index(op.f("ix_outlet_resource_code"), table_name="outlet")
    op.drop_index(op.f("ix_outlet_keeper_id"), table_name="outlet")
    op.drop_index(op.f("ix_outlet_area_id"), table_name="outlet")
    op.drop_table("outlet")
    op.drop_table("customer_group")
