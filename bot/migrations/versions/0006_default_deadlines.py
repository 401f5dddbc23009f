"""The default deadlines of reports, each with its paper, which a county may end and replace."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

DEFAULT = "系统默认，待县里确认"
PLAN_2011 = "bingdoc.com/p-5312391; 010baizhang.com/povertyrelief/2011-11/03/content_23813353_3.htm"
LOCAL = "masterdomainnames.com/html/1//2/151/181/27515.html"
ROWS = (
    # stage, kind, level, clock, amount, at_time, what, basis, source, active
    ("first", "disaster", "县", "minutes", 120, "", "初报上报（灾后 2 小时内）", "自然灾害情况统计调查制度 2019", PLAN_2011, True),
    ("first", "disaster", "镇", "minutes", 60, "", "乡镇初报到县（灾后 1 小时内）", "县级预案的例子", "fsou.com/html/text/lar/173139/17313908_4.html", False),
    ("first", "accident", "县", "minutes", 120, "", "事故逐级上报（每级 2 小时内）", "生产安全事故报告和调查处理条例 第 9、11 条", "law", True),
    ("first", "danger", "县", "minutes", 40, "", "紧急信息书面报告（40 分钟内）", "一个县的规定 2018", LOCAL, False),
    ("follow", "", "镇", "daily", 0, "08:00", "24 小时零报告（乡镇 8 点）", "民政部门时期的制度", "fsou 17313908_4", False),
    ("follow", "", "县", "daily", 0, "09:00", "24 小时零报告（县 9 点）", "民政部门时期的制度", "fabao365 law_497780_3; fsou 17413829_4", True),
    ("final", "disaster", "县", "workdays", 2, "", "核报（灾情稳定后 2 个工作日内）", "省级预案", "code.fabao365.com/law_497780_3.html", True),
)  # fmt: skip
NAMES = ("stage", "kind", "level", "clock", "amount", "at_time", "what", "basis", "source", "active")
TYPES = {"amount": sa.Integer, "active": sa.Boolean}


def upgrade() -> None:
    table = sa.table("report_deadline", *(sa.column(name, TYPES.get(name, sa.String)) for name in NAMES))
    rows = [dict(zip(NAMES, row, strict=True)) for row in ROWS]
    op.bulk_insert(table, [{**row, "basis": f"{row['basis']}（{DEFAULT}）"} for row in rows])


def downgrade() -> None:
    ending = f"%（{DEFAULT}）"
    op.execute(sa.text("DELETE FROM report_deadline WHERE basis LIKE :ending").bindparams(ending=ending))
