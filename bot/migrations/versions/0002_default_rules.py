"""The default audience rules, which a county may end and replace."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BASIS = "系统默认，待县里确认"
RISK = ("11A51", "11A14", "11A19", "11D", "11B37", "11B03")  # 山洪、地质灾害、暴雨
RULES = (
    [{"grade": grade, "mode": "wake"} for grade in ("red", "orange")]
    + [{"role": role, "mode": "wake"} for role in ("值班员", "值班群")]
    + [
        {"hazard": hazard, "grade": grade, "tag": "风险点", "mode": "wake"}
        for hazard in RISK
        for grade in ("yellow", "blue")
    ]
    + [{"message": "all-clear", "hours": "22-07", "mode": "quiet"}, {"message": "all-clear", "mode": "quiet"}]
)
EMPTY = {"hazard": "", "grade": "", "tag": "", "hours": "", "role": "", "message": "alert", "channels": ""}


def upgrade() -> None:
    names = (*EMPTY, "mode", "basis")
    table = sa.table("audience_rule", *(sa.column(name, sa.String) for name in names))
    op.bulk_insert(table, [{**EMPTY, **rule, "basis": BASIS} for rule in RULES])


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM audience_rule WHERE basis = :basis").bindparams(basis=BASIS))
