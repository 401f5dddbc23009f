"""A ledger as its own sheet, for the county's officers alone. Every text is written as a string: no formula."""

from collections.abc import Sequence
from io import BytesIO
from zoneinfo import ZoneInfo

import xlsxwriter

from bot.directory.tree import Tree
from broadcasts.subscriptions.places import spelled
from handlers.reports.ledgers.forms import FIELDS, OUTCOMES, TITLES
from handlers.reports.ledgers.rows import Opened
from handlers.reports.models import Report


def workbook(report: Report, ledger: str, rows: Sequence[Opened], areas: Tree, zone: ZoneInfo) -> bytes:
    """Rows that were struck are left out."""
    out = BytesIO()
    head = ("序号", "上报编号", "地方", "结果", *(label for _, label, _ in FIELDS[ledger]), "登记时间")
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        page = book.add_worksheet(TITLES[ledger])
        for column, text in enumerate(head):
            page.write_string(0, column, text)
        for line, one in enumerate((one for one in rows if one.row.struck_at is None), 1):
            texts = (
                str(line), report.number, spelled(areas, one.row.area_id), OUTCOMES[ledger][one.row.outcome],
                *(one.fields.get(name, "") for name, _, _ in FIELDS[ledger]),
                one.row.at.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
            )  # fmt: skip
            for column, text in enumerate(texts):
                page.write_string(line, column, "".join(c for c in text if c.isprintable()))
        page.set_column(1, len(head) - 1, 16)
        page.freeze_panes(1, 0)
    return out.getvalue()
