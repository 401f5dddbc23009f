"""Own notices and local warnings, the table of rights, and the question whether an alert without an end still holds."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

DEFAULT = "系统默认，待县里确认"
LAW = f"突发事件应对法（2024）第六十三、六十四条（{DEFAULT}）"
RIGHTS = (  # body, kind, hazard
    ("{county}人民政府", "local", "11A"),
    ("{county}人民政府", "local", "11D"),
    ("{county}人民政府", "local", "11G"),
    ("{county}人民政府", "local", "12"),
    ("{county}防汛抗旱指挥部", "local", "11A"),
    ("{county}自然资源局", "local", "11D"),
    ("{county}森林草原防灭火指挥部", "local", "11G"),
    ("{county}应急管理局", "notice", ""),
    ("{county}人民政府", "notice", ""),
    ("{county}防汛抗旱指挥部", "notice", ""),
)
HOURS = (("", 3), ("red", 2))  # grade, hours


def upgrade() -> None:
    op.create_table(
        "end_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hazard", sa.String(length=8), nullable=False),
        sa.Column("grade", sa.String(length=8), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(length=128), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_end_rule")),
    )
    op.create_table(
        "end_question",
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_end_question_alert_id")),
        sa.PrimaryKeyConstraint("alert_id", name=op.f("pk_end_question")),
    )
    op.create_index(op.f("ix_end_question_due_at"), "end_question", ["due_at"], unique=False)
    op.create_table(
        "issuing_right",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("hazard", sa.String(length=8), nullable=False),
        sa.Column("grade", sa.String(length=8), nullable=False),
        sa.Column("area_code", sa.String(length=32), nullable=False),
        sa.Column("basis", sa.String(length=128), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issuing_right")),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=True),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("msg_type", sa.String(length=8), nullable=False),
        sa.Column("refers", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("word", sa.String(length=255), nullable=False),
        sa.Column("asked", sa.String(length=64), nullable=False),
        sa.Column("approver", sa.String(length=80), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rings", sa.Integer(), nullable=False),
        sa.Column("ring_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_notice_alert_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("key", name=op.f("uq_notice_key")),
        sa.UniqueConstraint("uid", name=op.f("uq_notice_uid")),
    )
    op.create_index(op.f("ix_notice_alert_id"), "notice", ["alert_id"], unique=False)
    op.create_index(op.f("ix_notice_ring_at"), "notice", ["ring_at"], unique=False)
    op.create_index(op.f("ix_notice_state"), "notice", ["state"], unique=False)
    op.create_table(
        "notice_version",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_notice_version_notice_id")),
        sa.PrimaryKeyConstraint("notice_id", "number", name=op.f("pk_notice_version")),
    )
    _defaults()


def _defaults() -> None:
    names = ("body", "kind", "hazard", "grade", "area_code", "basis")
    rights = sa.table("issuing_right", *(sa.column(name, sa.String) for name in names))
    op.bulk_insert(
        rights,
        [
            {"body": body, "kind": kind, "hazard": hazard, "grade": "", "area_code": "",
             "basis": LAW if kind == "local" else DEFAULT}
            for body, kind, hazard in RIGHTS
        ],
    )  # fmt: skip
    kinds = {"hours": sa.Integer}
    rules = sa.table(
        "end_rule", *(sa.column(name, kinds.get(name, sa.String)) for name in ("hazard", "grade", "hours", "basis"))
    )
    basis = f"突发事件应对法（2024）第七十条：危险消除就立即解除（{DEFAULT}）"
    op.bulk_insert(rules, [{"hazard": "", "grade": grade, "hours": hours, "basis": basis} for grade, hours in HOURS])


def downgrade() -> None:
    for table in ("notice_version", "notice", "issuing_right", "end_question", "end_rule"):
        op.drop_table(table)
