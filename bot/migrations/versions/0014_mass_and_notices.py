"""Mass sends with their frozen audiences, and who has consented to the account's notices."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

FROZEN = sa.text("audience IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.add_column(sa.Column("audience", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("counts", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index("ix_batch_mass", ["due_at"], unique=False, sqlite_where=FROZEN, postgresql_where=FROZEN)

    op.create_table(
        "consent",
        sa.Column("road", sa.String(length=8), nullable=False),
        sa.Column("openid", sa.String(length=128), nullable=False),
        sa.Column("template_id", sa.String(length=64), nullable=False),
        sa.Column("unused", sa.Integer(), nullable=False),
        sa.Column("lasting", sa.Boolean(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("road", "openid", "template_id", name=op.f("pk_consent")),
    )
    op.create_table(
        "mass_send",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("broadcast_id", sa.String(length=36), nullable=False),
        sa.Column("whom", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("full", sa.Integer(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("text_id", sa.Integer(), nullable=True),
        sa.Column("asked_by", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("word", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["broadcast_id"], ["broadcast.id"], name=op.f("fk_mass_send_broadcast_id")),
        sa.ForeignKeyConstraint(["text_id"], ["message_text.id"], name=op.f("fk_mass_send_text_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mass_send")),
        sa.UniqueConstraint("uid", name=op.f("uq_mass_send_uid")),
    )
    with op.batch_alter_table("mass_send", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mass_send_broadcast_id"), ["broadcast_id"], unique=False)


def downgrade() -> None:
    op.drop_table("mass_send")
    op.drop_table("consent")
    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.drop_index("ix_batch_mass", sqlite_where=FROZEN, postgresql_where=FROZEN)
        batch_op.drop_column("asked_at")
        batch_op.drop_column("counts")
        batch_op.drop_column("audience")
