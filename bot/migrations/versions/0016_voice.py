"""Calls that a ladder makes, what recordings were recognised to say, recordings of the county's own; and the default
calls of a red warning, which are made where a gateway is there."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BASIS = "系统默认（参照勉县 2024：5 分钟内 3 次），待县里确认"
RUNGS = (
    {"grade": "red", "number": 7, "after_seconds": 120, "whom": "silent"},
    {"grade": "red", "number": 8, "after_seconds": 220, "whom": "silent"},
    {"grade": "red", "number": 9, "after_seconds": 320, "whom": "silent"},
)


def upgrade() -> None:
    with op.batch_alter_table("ladder_rule", schema=None) as batch_op:
        batch_op.add_column(sa.Column("channel", sa.String(length=24), nullable=False, server_default=sa.text("''")))

    with op.batch_alter_table("rung", schema=None) as batch_op:
        batch_op.add_column(sa.Column("channel", sa.String(length=24), nullable=False, server_default=sa.text("''")))

    op.create_table(
        "rung_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("road", sa.String(length=8), nullable=False),
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.Column("call_id", sa.String(length=255), nullable=False),
        sa.Column("broadcast_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("heard", sa.Integer(), nullable=False),
        sa.Column("whole", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=1), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["broadcast_id"], ["broadcast.id"], name=op.f("fk_rung_call_broadcast_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_rung_call_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rung_call")),
        sa.UniqueConstraint("road", "channel", "call_id", name="uq_rung_call_call"),
    )
    with op.batch_alter_table("rung_call", schema=None) as batch_op:
        batch_op.create_index("ix_rung_call_broadcast_person", ["broadcast_id", "person_id"], unique=False)

    op.create_table(
        "clip",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("hazard", sa.String(length=8), nullable=False),
        sa.Column("grade", sa.String(length=8), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("dialect", sa.String(length=32), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("words", sa.String(length=255), nullable=False),
        sa.Column("mime", sa.String(length=48), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("brought_by", sa.String(length=64), nullable=False),
        sa.Column("brought_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.String(length=64), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_clip_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clip")),
        sa.UniqueConstraint("uid", name=op.f("uq_clip_uid")),
    )
    with op.batch_alter_table("clip", schema=None) as batch_op:
        batch_op.create_index("ix_clip_grade_hazard", ["grade", "hazard"], unique=False)

    op.create_table(
        "speech",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("media_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("words", sa.String(length=1024), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["media_id"], ["media.id"], name=op.f("fk_speech_media_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speech")),
        sa.UniqueConstraint("media_id", name=op.f("uq_speech_media_id")),
    )
    with op.batch_alter_table("speech", schema=None) as batch_op:
        batch_op.create_index("ix_speech_due", ["due_at"], unique=False,
                              sqlite_where=sa.text("state = 'waiting'"),
                              postgresql_where=sa.text("state = 'waiting'"))  # fmt: skip

    kinds = {"number": sa.Integer, "after_seconds": sa.Integer}
    names = ("hazard", "grade", "number", "after_seconds", "whom", "channel", "basis")
    table = sa.table("ladder_rule", *(sa.column(name, kinds.get(name, sa.String)) for name in names))
    op.bulk_insert(table, [{"hazard": "", **rung, "channel": "voice", "basis": BASIS} for rung in RUNGS])


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM ladder_rule WHERE basis = :basis").bindparams(basis=BASIS))
    op.drop_table("speech")
    op.drop_table("clip")
    op.drop_table("rung_call")
    with op.batch_alter_table("rung", schema=None) as batch_op:
        batch_op.drop_column("channel")
    with op.batch_alter_table("ladder_rule", schema=None) as batch_op:
        batch_op.drop_column("channel")
