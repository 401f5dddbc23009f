"""Hints: what somebody saw before it happened, its steps, its pictures, its times; and the default days."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

DEFAULT = "系统默认，待县里确认"
DAYS = (("grave", 3), ("serious", 7), ("minor", 15))


def upgrade() -> None:
    op.create_table(
        "hint_deadline",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("severity", sa.String(length=12), nullable=False),
        sa.Column("domain", sa.String(length=12), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(length=128), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hint_deadline")),
    )
    op.create_table(
        "hint_number",
        sa.Column("prefix", sa.String(length=16), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("prefix", name=op.f("pk_hint_number")),
    )
    op.create_table(
        "hint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("road", sa.String(length=8), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("follower_id", sa.Integer(), nullable=True),
        sa.Column("conversation_id", sa.Integer(), nullable=True),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("finder", sa.String(length=32), nullable=True),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("group", sa.String(length=24), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("proposed", sa.String(length=12), nullable=False),
        sa.Column("proposed_by", sa.String(length=64), nullable=False),
        sa.Column("domain", sa.String(length=12), nullable=False),
        sa.Column("severity", sa.String(length=12), nullable=False),
        sa.Column("comment", sa.String(length=255), nullable=False),
        sa.Column("joined", sa.String(length=36), nullable=False),
        sa.Column("assignee_id", sa.Integer(), nullable=True),
        sa.Column("measures", sa.String(length=500), nullable=False),
        sa.Column("funds", sa.String(length=120), nullable=False),
        sa.Column("plan", sa.String(length=255), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("basis", sa.String(length=128), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("reward", sa.Boolean(), nullable=False),
        sa.Column("reward_word", sa.String(length=255), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_hint_area_id")),
        sa.ForeignKeyConstraint(["assignee_id"], ["person.id"], name=op.f("fk_hint_assignee_id")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_hint_conversation_id")),
        sa.ForeignKeyConstraint(["follower_id"], ["follower.id"], name=op.f("fk_hint_follower_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_hint_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hint")),
        sa.UniqueConstraint("key", name=op.f("uq_hint_key")),
        sa.UniqueConstraint("number", name=op.f("uq_hint_number")),
        sa.UniqueConstraint("uid", name=op.f("uq_hint_uid")),
    )
    with op.batch_alter_table("hint", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hint_area_id"), ["area_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_hint_assignee_id"), ["assignee_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_hint_conversation_id"), ["conversation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_hint_domain"), ["domain"], unique=False)
        batch_op.create_index(batch_op.f("ix_hint_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_hint_filed_at"), ["filed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_hint_finder"), ["finder"], unique=False)
        batch_op.create_index(batch_op.f("ix_hint_follower_id"), ["follower_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_hint_joined"), ["joined"], unique=False)
        batch_op.create_index("ix_hint_listed", ["state", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_hint_person_id"), ["person_id"], unique=False)

    op.create_table(
        "hint_due",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hint_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["hint_id"], ["hint.id"], name=op.f("fk_hint_due_hint_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hint_due")),
    )
    with op.batch_alter_table("hint_due", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hint_due_hint_id"), ["hint_id"], unique=False)
        batch_op.create_index(
            "ix_hint_due_open",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )

    op.create_table(
        "hint_picture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("hint_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=8), nullable=False),
        sa.Column("mime", sa.String(length=48), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["hint_id"], ["hint.id"], name=op.f("fk_hint_picture_hint_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hint_picture")),
        sa.UniqueConstraint("uid", name=op.f("uq_hint_picture_uid")),
    )
    with op.batch_alter_table("hint_picture", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hint_picture_hint_id"), ["hint_id"], unique=False)

    op.create_table(
        "hint_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hint_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("comment", sa.String(length=255), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["hint_id"], ["hint.id"], name=op.f("fk_hint_version_hint_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hint_version")),
        sa.UniqueConstraint("hint_id", "number", name="uq_hint_version_number"),
    )
    with op.batch_alter_table("hint_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hint_version_hint_id"), ["hint_id"], unique=False)

    op.create_table(
        "hint_word",
        sa.Column("hint_id", sa.Integer(), nullable=False),
        sa.Column("inbound_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(["hint_id"], ["hint.id"], name=op.f("fk_hint_word_hint_id")),
        sa.ForeignKeyConstraint(["inbound_id"], ["inbound.id"], name=op.f("fk_hint_word_inbound_id")),
        sa.PrimaryKeyConstraint("hint_id", "inbound_id", name=op.f("pk_hint_word")),
    )
    with op.batch_alter_table("hint_word", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hint_word_inbound_id"), ["inbound_id"], unique=False)

    table = sa.table(
        "hint_deadline",
        *(sa.column(name, sa.String) for name in ("severity", "domain", "basis")),
        sa.column("days", sa.Integer),
        sa.column("active", sa.Boolean),
    )
    op.bulk_insert(
        table,
        [{"severity": s, "domain": "", "days": days, "basis": DEFAULT, "active": True} for s, days in DAYS],
    )


def downgrade() -> None:
    with op.batch_alter_table("hint_word", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hint_word_inbound_id"))

    op.drop_table("hint_word")
    with op.batch_alter_table("hint_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hint_version_hint_id"))

    op.drop_table("hint_version")
    with op.batch_alter_table("hint_picture", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hint_picture_hint_id"))

    op.drop_table("hint_picture")
    with op.batch_alter_table("hint_due", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_hint_due_open", sqlite_where=sa.text("done_at IS NULL"), postgresql_where=sa.text("done_at IS NULL")
        )
        batch_op.drop_index(batch_op.f("ix_hint_due_hint_id"))

    op.drop_table("hint_due")
    with op.batch_alter_table("hint", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hint_person_id"))
        batch_op.drop_index("ix_hint_listed")
        batch_op.drop_index(batch_op.f("ix_hint_joined"))
        batch_op.drop_index(batch_op.f("ix_hint_follower_id"))
        batch_op.drop_index(batch_op.f("ix_hint_finder"))
        batch_op.drop_index(batch_op.f("ix_hint_filed_at"))
        batch_op.drop_index(batch_op.f("ix_hint_due_at"))
        batch_op.drop_index(batch_op.f("ix_hint_domain"))
        batch_op.drop_index(batch_op.f("ix_hint_conversation_id"))
        batch_op.drop_index(batch_op.f("ix_hint_assignee_id"))
        batch_op.drop_index(batch_op.f("ix_hint_area_id"))

    op.drop_table("hint")
    op.drop_table("hint_number")
    op.drop_table("hint_deadline")
