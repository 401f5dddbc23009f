"""What follows a mass send: tags, words to open windows, and the county's rows."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mass_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("grade", sa.String(length=8), nullable=False),
        sa.Column("message", sa.String(length=12), nullable=False),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.Column("pointers", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(length=128), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mass_rule")),
    )
    with op.batch_alter_table("mass_send", schema=None) as batch_op:
        batch_op.add_column(sa.Column("tag_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("tag_name", sa.String(length=64), server_default="", nullable=False))
        batch_op.add_column(sa.Column("words_due_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("worded", sa.Integer(), server_default=sa.text("0"), nullable=False))
        batch_op.add_column(sa.Column("pointed", sa.Integer(), server_default=sa.text("0"), nullable=False))
        batch_op.create_index(batch_op.f("ix_mass_send_words_due_at"), ["words_due_at"], unique=False)


# In words that are older than these: what only now can be asked for is no longer, and leads to no send of another kind.
OLDER = (
    "UPDATE mass_send SET state = 'declined' WHERE state = 'superseded'",
    "UPDATE mass_send SET state = 'declined', decided_by = 'system', decided_at = asked_at "
    "WHERE state = 'asked' AND whom IN ('tag', 'follow', 'recall')",
    "UPDATE mass_send SET whom = 'places' WHERE whom IN ('tag', 'follow', 'recall')",
)


def downgrade() -> None:
    for older in OLDER:
        op.execute(sa.text(older))
    with op.batch_alter_table("mass_send", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mass_send_words_due_at"))
        for name in ("pointed", "worded", "words_due_at", "tag_name", "tag_id"):
            batch_op.drop_column(name)
    op.drop_table("mass_rule")
