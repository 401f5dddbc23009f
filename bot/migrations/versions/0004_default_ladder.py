"""The default ladder, which a county may end and replace."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BASIS = "系统默认，待县里确认"
RUNGS = (
    {"grade": "red", "number": 2, "after_seconds": 180, "whom": "silent"},
    {"grade": "red", "number": 3, "after_seconds": 360, "whom": "desk"},
    {"grade": "orange", "number": 2, "after_seconds": 300, "whom": "silent"},
    {"grade": "orange", "number": 3, "after_seconds": 600, "whom": "desk"},
    {"grade": "", "number": 2, "after_seconds": 600, "whom": "silent"},
)


def upgrade() -> None:
    kinds = {"number": sa.Integer, "after_seconds": sa.Integer}
    names = ("hazard", "grade", "number", "after_seconds", "whom", "basis")
    table = sa.table("ladder_rule", *(sa.column(name, kinds.get(name, sa.String)) for name in names))
    op.bulk_insert(table, [{"hazard": "", **rung, "basis": BASIS} for rung in RUNGS])


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM ladder_rule WHERE basis = :basis").bindparams(basis=BASIS))
