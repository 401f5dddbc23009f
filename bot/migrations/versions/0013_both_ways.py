"""What was taken back, who goes instead of whom, where a plea is rung, and a page's code that is surely its own."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

NAMED = sa.text("code <> ''")
DOUBLES = """
UPDATE broadcast SET code = '' WHERE code <> ''
AND id NOT IN (SELECT newest FROM (SELECT max(id) AS newest FROM broadcast WHERE code <> '' GROUP BY code) AS kept)
"""


def upgrade() -> None:
    op.create_table(
        "recall",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("broadcast_id", sa.String(length=36), nullable=False),
        sa.Column("calls_id", sa.String(length=36), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("let_go", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(length=255), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["broadcast_id"], ["broadcast.id"], name=op.f("fk_recall_broadcast_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall")),
        sa.UniqueConstraint("uid", name=op.f("uq_recall_uid")),
    )
    with op.batch_alter_table("recall", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recall_broadcast_id"), ["broadcast_id"], unique=False)

    op.execute(DOUBLES)  # a code that two pages share has always opened the newer one
    with op.batch_alter_table("advice", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("language", sa.String(length=16), nullable=False, server_default=sa.text("'zh-CN'"))
        )

    with op.batch_alter_table("broadcast", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_broadcast_code"))
        batch_op.create_index("uq_broadcast_code", ["code"], unique=True, sqlite_where=NAMED, postgresql_where=NAMED)

    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.add_column(sa.Column("area_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_hold_area_id"), "area", ["area_id"], ["id"])

    with op.batch_alter_table("rung", schema=None) as batch_op:
        batch_op.add_column(sa.Column("answer_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_rung_answer_id"), "answer", ["answer_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("rung", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_rung_answer_id"), type_="foreignkey")
        batch_op.drop_column("answer_id")

    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_hold_area_id"), type_="foreignkey")
        batch_op.drop_column("area_id")

    with op.batch_alter_table("broadcast", schema=None) as batch_op:
        batch_op.drop_index("uq_broadcast_code", sqlite_where=NAMED, postgresql_where=NAMED)
        batch_op.create_index(batch_op.f("ix_broadcast_code"), ["code"], unique=False)

    with op.batch_alter_table("advice", schema=None) as batch_op:
        batch_op.drop_column("language")

    with op.batch_alter_table("recall", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recall_broadcast_id"))

    op.drop_table("recall")
