"""What a town owes each day, ledgers of names, numbers by which reports are judged, a note for the officer."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

DEFAULT = "系统默认，待县里确认"
PLAN = (f"国家自然灾害救助应急预案 2011 第 4.2.1 条（{DEFAULT}）", "010baizhang.com/povertyrelief/2011-11/03")
OWN = (f"没有统一规定（{DEFAULT}）", "")
LIMITS = (  # name, amount, unit, what, paper
    ("lives", 10.0, "人", "死亡和失踪一共到这么多，直报省和部", PLAN),
    ("rooms", 100.0, "间", "倒塌房屋到这么多算大量倒塌，直报省和部（预案没有写多少间）", PLAN),
    ("mending", 24.0, "小时", "退回的上报等补充的时间，过了再说的话算新的一件", OWN),
    ("alike_minutes", 60.0, "分钟", "相隔这么久以内的上报可能是同一件事", OWN),
    ("alike_km", 2.0, "公里", "相距这么近的上报可能是同一件事", OWN),
)
GRAVE = ("first", "grave", "县", "minutes", 120, "", "特别重大：直报省和部（2 小时内）", *PLAN, True)
NAMES = ("stage", "kind", "level", "clock", "amount", "at_time", "what", "basis", "source", "active")
TYPES = {"amount": sa.Integer, "active": sa.Boolean}


def upgrade() -> None:
    op.create_table(
        "report_limit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("amount", sa.Float(), nullable=False),
        sa.Column("unit", sa.String(length=8), nullable=False),
        sa.Column("what", sa.String(length=64), nullable=False),
        sa.Column("basis", sa.String(length=128), nullable=False),
        sa.Column("source", sa.String(length=255), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_limit")),
    )
    op.create_table(
        "report_daily",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_report_daily_area_id")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_report_daily_report_id")),
        sa.ForeignKeyConstraint(["rule_id"], ["report_deadline.id"], name=op.f("fk_report_daily_rule_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_daily")),
        sa.UniqueConstraint("area_id", "day", name="uq_report_daily_day"),
    )
    with op.batch_alter_table("report_daily", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_daily_day"), ["day"], unique=False)

    op.create_table(
        "report_ledger",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("ledger", sa.String(length=8), nullable=False),
        sa.Column("thread", sa.String(length=36), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("struck_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("struck_by", sa.String(length=64), nullable=False),
        sa.Column("why", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_report_ledger_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_ledger")),
        sa.UniqueConstraint("uid", name=op.f("uq_report_ledger_uid")),
    )
    with op.batch_alter_table("report_ledger", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_ledger_area_id"), ["area_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_report_ledger_thread"), ["thread"], unique=False)

    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.add_column(sa.Column("note", sa.String(length=255), nullable=False, server_default=""))

    rows = [
        {"name": n, "amount": a, "unit": u, "what": w, "basis": p[0], "source": p[1], "active": True}
        for n, a, u, w, p in LIMITS
    ]
    types = {"amount": sa.Float, "active": sa.Boolean}
    limits = sa.table("report_limit", *(sa.column(name, types.get(name, sa.String)) for name in rows[0]))
    op.bulk_insert(limits, rows)
    deadlines = sa.table("report_deadline", *(sa.column(name, TYPES.get(name, sa.String)) for name in NAMES))
    op.bulk_insert(deadlines, [dict(zip(NAMES, GRAVE, strict=True))])


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM report_deadline WHERE kind = 'grave'"))
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.drop_column("note")
    op.drop_table("report_ledger")
    op.drop_table("report_daily")
    op.drop_table("report_limit")
