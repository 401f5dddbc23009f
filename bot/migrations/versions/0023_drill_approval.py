"""A drill's plan is approved by a second person: who wrote it, who approved it and when, and which drills a county lets
go without. What had been announced before goes on as it was: nobody approved it, and that is what stands there. And for
which 3 需要支援 the desk is rung by which line, since one word may be said to several alerts."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

ANNOUNCED = "UPDATE drill SET approval = 'before' WHERE announced_at IS NOT NULL OR started_at IS NOT NULL"
WROTE = """
INSERT INTO drill_writer (drill_id, actor) SELECT id, made_by FROM drill
UNION SELECT drill.id, record.actor FROM drill JOIN record ON record.subject = drill.uid
WHERE record.action IN ('drill.amended', 'drill.script', 'drill.propose', 'drill.add', 'drill.strike')
"""

RINGS = """
UPDATE answer SET ring = (
    SELECT max(hold.uid) FROM hold WHERE hold.reason = 'help' AND hold.about = 'answer:' || answer.uid
) WHERE EXISTS (SELECT 1 FROM hold WHERE hold.reason = 'help' AND hold.about = 'answer:' || answer.uid)
"""


def upgrade() -> None:
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ring", sa.String(length=36), server_default=sa.text("''"), nullable=False))
    op.execute(RINGS)
    op.create_table(
        "drill_waiver",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=8), nullable=False),
        sa.Column("road", sa.String(length=8), nullable=False),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("basis", sa.String(length=128), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drill_waiver")),
    )
    op.create_table(
        "drill_approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("drill_id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=12), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("word", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["drill_id"], ["drill.id"], name=op.f("fk_drill_approval_drill_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drill_approval")),
    )
    with op.batch_alter_table("drill_approval", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_drill_approval_drill_id"), ["drill_id"], unique=False)
    op.create_table(
        "drill_writer",
        sa.Column("drill_id", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["drill_id"], ["drill.id"], name=op.f("fk_drill_writer_drill_id")),
        sa.PrimaryKeyConstraint("drill_id", "actor", name=op.f("pk_drill_writer")),
    )
    with op.batch_alter_table("drill", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("approval", sa.String(length=8), server_default=sa.text("'open'"), nullable=False)
        )
        batch_op.add_column(sa.Column("approver", sa.String(length=80), server_default=sa.text("''"), nullable=False))
        batch_op.add_column(sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("rings", sa.Integer(), server_default=sa.text("0"), nullable=False))
        batch_op.add_column(sa.Column("ring_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_drill_ring_at"), ["ring_at"], unique=False)
    op.execute(ANNOUNCED)
    op.execute(WROTE)


def downgrade() -> None:
    op.execute("UPDATE drill SET state = 'draft', announced_at = NULL WHERE state = 'waiting'")
    with op.batch_alter_table("drill", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_drill_ring_at"))
        batch_op.drop_column("ring_at")
        batch_op.drop_column("rings")
        batch_op.drop_column("approved_at")
        batch_op.drop_column("approver")
        batch_op.drop_column("approval")
    op.drop_table("drill_writer")
    with op.batch_alter_table("drill_approval", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_drill_approval_drill_id"))
    op.drop_table("drill_approval")
    op.drop_table("drill_waiver")
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.drop_column("ring")
