"""What replaces a mass send is owed to its readers: a row with the warning, planned after it."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mass_owed",
        sa.Column("broadcast_id", sa.String(length=36), nullable=False),
        sa.Column("waited", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["broadcast_id"], ["broadcast.id"], name=op.f("fk_mass_owed_broadcast_id_broadcast")),
        sa.PrimaryKeyConstraint("broadcast_id", name=op.f("pk_mass_owed")),
    )


def downgrade() -> None:
    op.drop_table("mass_owed")
