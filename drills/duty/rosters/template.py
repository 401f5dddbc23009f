"""The roster to fill in: a workbook whose first sheet is imported as it stands; a second one explains it. Pure."""

from collections.abc import Sequence
from io import BytesIO

import xlsxwriter

from drills.duty.rosters.sheets import COLUMNS

WIDTHS = {"post": 16, "area": 16, "day": 12, "starts": 8, "ends": 8, "role": 8, "person": 12, "key": 18}
LINES = 400  # that offer the lists
TELLS = (
    ("值班室", "值班页上有的名字；新的值班室要同时写区划代码"),
    ("区划代码", "可不填；有同名的值班室，或值班室是新的，才要写"),
    ("日期", "2027-01-04；也可以不填，把开始、结束写成 2027-01-04 17:00"),
    ("开始", "17:00"),
    ("结束", "08:30；不晚于开始就是第二天"),
    ("角色", "从下拉里选；一个班一行，带班的人另写一行"),
    ("姓名", "通讯录里的姓名"),
    ("编号", "重名才要写：编号、手机号或企业微信账号"),
)


def workbook(posts: Sequence[str], roles: Sequence[str]) -> bytes:
    """`posts` and `roles` are offered in the cells."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        head, text = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "@"})
        sheet = book.add_worksheet("值班表")
        for column, (name, words) in enumerate(COLUMNS.items()):
            sheet.set_column(column, column, WIDTHS[name], text)
            sheet.write_string(0, column, words[0], head)
        sheet.freeze_panes(1, 0)
        for name, several in (("post", posts), ("role", roles)):
            place = list(COLUMNS).index(name)
            if several and len(",".join(several)) < 255:  # longer lists a cell does not hold
                sheet.data_validation(1, place, LINES, place, {"validate": "list", "source": list(several),
                                                               "error_type": "warning"})  # fmt: skip
        notes = book.add_worksheet("怎么填")
        notes.set_column(0, 0, 12)
        notes.set_column(1, 1, 64)
        for line, pair in enumerate(TELLS):
            for column, words_ in enumerate(pair):
                notes.write_string(line, column, words_)
    return out.getvalue()
