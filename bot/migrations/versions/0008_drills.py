"""Drills: what is planned, who is named, the script, the reminders, what is said afterwards, and how often."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

DEFAULT = "系统默认，待县里确认"
LAW, TOWN = "生产安全事故应急条例 第八条", "乡镇通知：村“六个一”"
FREQUENCIES = (  # levels, months, what, basis, source
    ("县,区,市,旗", 24, "地方政府：至少两年一次", LAW, "law"),
    ("镇,乡,街道", 24, "乡镇、街道：至少两年一次", LAW, "law"),
    ("村,社区", 12, "村：每年一次", TOWN, "qrrfcrh.cn/zfxxgk_zkx_jsx/artview/1177/203708.html"),
)
NAMES = ("levels", "months", "what", "basis", "source")


def upgrade() -> None:
    op.create_table(
        "drill_frequency",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("levels", sa.String(length=64), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=64), nullable=False),
        sa.Column("basis", sa.String(length=128), nullable=False),
        sa.Column("source", sa.String(length=255), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drill_frequency")),
    )
    op.create_table(
        "drill",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("form", sa.String(length=8), nullable=False),
        sa.Column("content", sa.String(length=12), nullable=False),
        sa.Column("aim", sa.String(length=12), nullable=False),
        sa.Column("blind", sa.Boolean(), nullable=False),
        sa.Column("hazard", sa.String(length=8), nullable=False),
        sa.Column("grade", sa.String(length=8), nullable=True),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("unit_area_id", sa.Integer(), nullable=False),
        sa.Column("road", sa.String(length=8), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("leader", sa.String(length=64), nullable=False),
        sa.Column("scenario", sa.Text(), nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_by", sa.String(length=64), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_for", sa.String(length=128), nullable=False),
        sa.Column("known", sa.JSON(), nullable=False),
        sa.Column("said", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=64), nullable=False),
        sa.Column("note", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["unit_area_id"], ["area.id"], name=op.f("fk_drill_unit_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drill")),
        sa.UniqueConstraint("number", name=op.f("uq_drill_number")),
        sa.UniqueConstraint("uid", name=op.f("uq_drill_uid")),
    )
    op.create_index(op.f("ix_drill_starts_at"), "drill", ["starts_at"], unique=False)
    op.create_index(op.f("ix_drill_state"), "drill", ["state"], unique=False)
    op.create_index(op.f("ix_drill_unit_area_id"), "drill", ["unit_area_id"], unique=False)
    op.create_table(
        "drill_area",
        sa.Column("drill_id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_drill_area_area_id")),
        sa.ForeignKeyConstraint(["drill_id"], ["drill.id"], name=op.f("fk_drill_area_drill_id")),
        sa.PrimaryKeyConstraint("drill_id", "area_id", name=op.f("pk_drill_area")),
    )
    op.create_table(
        "drill_evaluation",
        sa.Column("drill_id", sa.Integer(), nullable=False),
        sa.Column("execution", sa.Text(), nullable=False),
        sa.Column("soundness", sa.Text(), nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("responders", sa.Text(), nullable=False),
        sa.Column("equipment", sa.Text(), nullable=False),
        sa.Column("suggestions", sa.Text(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["drill_id"], ["drill.id"], name=op.f("fk_drill_evaluation_drill_id")),
        sa.PrimaryKeyConstraint("drill_id", name=op.f("pk_drill_evaluation")),
    )
    op.create_table(
        "drill_inject",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("drill_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("minute", sa.Integer(), nullable=False),
        sa.Column("whom", sa.String(length=24), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("expected", sa.String(length=255), nullable=False),
        sa.Column("asks", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("alert_id", sa.Integer(), nullable=True),
        sa.Column("broadcast_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_drill_inject_alert_id")),
        sa.ForeignKeyConstraint(["drill_id"], ["drill.id"], name=op.f("fk_drill_inject_drill_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drill_inject")),
        sa.UniqueConstraint("drill_id", "number", name="uq_drill_inject_number"),
    )
    op.create_index(
        "ix_drill_inject_due",
        "drill_inject",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("state = 'due'"),
        postgresql_where=sa.text("state = 'due'"),
    )
    op.create_table(
        "drill_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("drill_id", sa.Integer(), nullable=False),
        sa.Column("which", sa.String(length=8), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["drill_id"], ["drill.id"], name=op.f("fk_drill_notice_drill_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drill_notice")),
    )
    op.create_index(op.f("ix_drill_notice_drill_id"), "drill_notice", ["drill_id"], unique=False)
    op.create_index(
        "ix_drill_notice_due",
        "drill_notice",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("state = 'due'"),
        postgresql_where=sa.text("state = 'due'"),
    )
    op.create_table(
        "drill_participant",
        sa.Column("drill_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["drill_id"], ["drill.id"], name=op.f("fk_drill_participant_drill_id")),
        sa.PrimaryKeyConstraint("drill_id", "kind", "target_id", name=op.f("pk_drill_participant")),
    )
    op.create_table(
        "drill_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("drill_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=255), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["drill_id"], ["drill.id"], name=op.f("fk_drill_revision_drill_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drill_revision")),
        sa.UniqueConstraint("uid", name=op.f("uq_drill_revision_uid")),
    )
    op.create_index(op.f("ix_drill_revision_drill_id"), "drill_revision", ["drill_id"], unique=False)
    _seed()


def _seed() -> None:
    """The default rows, each with its paper."""
    table = sa.table("drill_frequency", *(sa.column(n, sa.Integer if n == "months" else sa.String) for n in NAMES))
    rows = [
        dict(zip(NAMES, (levels, months, what, f"{basis}（{DEFAULT}）", source), strict=True))
        for levels, months, what, basis, source in FREQUENCIES
    ]
    op.bulk_insert(table, rows)


def downgrade() -> None:
    op.drop_index(op.f("ix_drill_revision_drill_id"), table_name="drill_revision")
    op.drop_table("drill_revision")
    op.drop_table("drill_participant")
    op.drop_index(
        "ix_drill_notice_due",
        table_name="drill_notice",
        sqlite_where=sa.text("state = 'due'"),
        postgresql_where=sa.text("state = 'due'"),
    )
    op.drop_index(op.f("ix_drill_notice_drill_id"), table_name="drill_notice")
    op.drop_table("drill_notice")
    op.drop_index(
        "ix_drill_inject_due",
        table_name="drill_inject",
        sqlite_where=sa.text("state = 'due'"),
        postgresql_where=sa.text("state = 'due'"),
    )
    op.drop_table("drill_inject")
    op.drop_table("drill_evaluation")
    op.drop_table("drill_area")
    op.drop_index(op.f("ix_drill_unit_area_id"), table_name="drill")
    op.drop_index(op.f("ix_drill_state"), table_name="drill")
    op.drop_index(op.f("ix_drill_starts_at"), table_name="drill")
    op.drop_table("drill")
    op.drop_table("drill_frequency")
