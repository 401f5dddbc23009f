"""The default deadlines of reports, each with its paper, which a county may end and replace."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

DEFAULT = "系统默认，待县里确认"
PAPERS = {
    "statistics": ("自然灾害情况统计调查制度 2019", "bingdoc.com/p-5312391; 2011 national relief plan 4.2.1"),
    "county plan": ("县级预案的例子", "fsou.com/html/text/lar/173139/17313908_4.html"),
    "accidents": ("生产安全事故报告和调查处理条例 第 9、11 条", "law"),
    "urgent": ("一个县的规定 2018", "masterdomainnames.com/html/1//2/151/181/27515.html"),
    "zero": ("民政部门时期的制度", "fabao365 law_497780_3; fsou 17413829_4; fsou 17313908_4"),
    "final": ("省级预案", "code.fabao365.com/law_497780_3.html"),
}
ROWS = (  # stage, kind, level, clock, amount, at_time, what, paper, active
    ("first", "disaster", "县", "minutes", 120, "", "初报上报（灾后 2 小时内）", "statistics", True),
    ("first", "disaster", "镇", "minutes", 60, "", "乡镇初报到县（灾后 1 小时内）", "county plan", False),
    ("first", "accident", "县", "minutes", 120, "", "事故逐级上报（每级 2 小时内）", "accidents", True),
    ("first", "danger", "县", "minutes", 40, "", "紧急信息书面报告（40 分钟内）", "urgent", False),
    ("follow", "", "镇", "daily", 0, "08:00", "24 小时零报告（乡镇 8 点）", "zero", False),
    ("follow", "", "县", "daily", 0, "09:00", "24 小时零报告（县 9 点）", "zero", True),
    ("final", "disaster", "县", "workdays", 2, "", "核报（灾情稳定后 2 个工作日内）", "final", True),
)
NAMES = ("stage", "kind", "level", "clock", "amount", "at_time", "what", "basis", "source", "active")
TYPES = {"amount": sa.Integer, "active": sa.Boolean}


def upgrade() -> None:
    table = sa.table("report_deadline", *(sa.column(name, TYPES.get(name, sa.String)) for name in NAMES))
    rows = []
    for *what, paper, active in ROWS:
        basis, source = PAPERS[paper]
        rows.append(dict(zip(NAMES, (*what, f"{basis}（{DEFAULT}）", source, active), strict=True)))
    op.bulk_insert(table, rows)


def downgrade() -> None:
    ending = f"%（{DEFAULT}）"
    op.execute(sa.text("DELETE FROM report_deadline WHERE basis LIKE :ending").bindparams(ending=ending))
