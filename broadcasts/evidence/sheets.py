"""The pack as a workbook: one sheet for each section, written row by row, each one marked where it was a drill."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

import xlsxwriter

DRILL = "【演练】"
LONGEST = 32_000  # characters that a cell holds
PEOPLE = ("姓名", "职责", "地方", "电话（只留末四位）", "要应答", "应答", "经过")
SHEETS: tuple[tuple[str, str, Sequence[str]], ...] = (  # name, facts, heads
    ("来源", "sources", ("类型", "形式", "从哪里来", "收到", "字节", "SHA-256")),
    ("决定", "decisions", ("时间", "做了什么", "为什么", "谁", "说明")),
    ("叫应", "rungs", ("发送", "第几步", "对谁", "该办", "办了", "结果", "当时未应")),
    ("没有送到", "drops", ("类", "名称", "地方", "发送", "通路", "结果", "原因", "后来的应答")),
    (
        "大喇叭、屏、客户群",
        "handed",
        ("发送", "类", "名称", "地方", "交给谁", "什么时候", "交了什么（摘要）", "结果", "经过"),
    ),
    ("电话", "calls", ("时间", "姓名", "地方", "电话（只留末四位）", "结果", "谁打的", "备注")),
    ("敲门", "doors", ("派出", "敲谁", "地方", "派谁", "谁派的", "结果", "什么时候")),
    (
        "转移",
        "moved",
        ("下令", "村", "责任人", "几点前，依据", "应转", "已转", "没转", "拒转", "安置点", "结果", "说过的话"),
    ),
    ("记录", "entries", ("编号", "时间", "谁", "做了什么", "这条记录的摘要")),
)


def workbook(said: dict[str, Any]) -> bytes:
    """Every text is written as a string: a formula in it stays letters. Rows go to disk as they are written."""
    out = BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        mark = DRILL if said["drill"] else ""
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for name, heads, rows in _sheets(said):
            page = book.add_worksheet(name)
            page.set_header(f"&L{mark}{_amp(said['county'])} {_amp(said['title'])} 证据包&R{mark}")
            page.set_footer(f"&L{mark}摘要 {said['digest'][:16]}&R{mark}第 &P 页，共 &N 页")
            page.set_landscape()
            page.set_paper(9)
            page.fit_to_pages(1, 0)
            page.set_column(0, len(heads) - 1, 18, wrapped)
            page.set_column(len(heads) - 1, len(heads) - 1, 60, wrapped)
            _write(page, mark, heads, rows, bold, wrapped)
    return out.getvalue()


def _sheets(said: dict[str, Any]) -> Iterable[tuple[str, Sequence[str], Iterable[Sequence[str]]]]:
    yield "总表", ("项目", "内容"), _head(said)
    yield (
        "原文",
        ("类型", "项目", "内容"),
        ((v["head"], key, text) for v in said["versions"] for key, text in [*v["facts"], ["原文", v["text"]]]),
    )
    yield "发送", ("发送", "项目", "内容"), _sendings(said)
    for name, key, heads in SHEETS:
        yield name, heads, said[key]
    for name, key in (("群", "groups"), ("每个人", "people")):
        yield (
            name,
            PEOPLE,
            (
                (
                    p["name"],
                    p["role"],
                    p["place"],
                    p["phone"],
                    "是" if p["asked"] else "",
                    p["answer"],
                    "\n".join(p["time"]),
                )
                for p in said[key]
            ),
        )


def _head(said: dict[str, Any]) -> Iterable[Sequence[str]]:
    yield "预警", said["title"]
    yield "地方", said["county"] + (f"（限于{said['part']}）" if said["part"] else "")
    yield "制作", f"{said['made_at']} {said['made_by']}"
    yield from (("说明", remark) for remark in said["remarks"])
    yield from said["summary"]
    seal = said["seal"]
    if seal:
        yield (
            "最新封条",
            f"第 {seal['number']} 号，{seal['at']}，封到第 {seal['last']} 条，其后 {seal['unsealed']} 条未封",
        )
        yield "存证码", seal["code"]
        yield "封条摘要", seal["mac"]
        yield "怎样核对", f"signaltree verify-audit --all --anchor {seal['code']}"
    yield "本件摘要（SHA-256）", said["digest"]


def _sendings(said: dict[str, Any]) -> Iterable[Sequence[str]]:
    for sent in said["sendings"]:
        yield from ((sent["head"], key, value) for key, value in sent["facts"])
        yield from ((sent["head"], "规则", "　".join(rule)) for rule in sent["rules"])
        yield from ((sent["head"], "和计划不同", "　".join(row)) for row in sent["differences"])
        yield from ((sent["head"], "乡镇", "　".join(row)) for row in sent["coverage"])
        yield from ((sent["head"], f"文字：{t['head']}（{t['sha256']}）", t["text"]) for t in sent["texts"])


def _write(page: Any, mark: str, heads: Sequence[str], rows: Iterable[Sequence[str]], bold: Any, wrapped: Any) -> None:
    line = 0
    if mark:
        page.write_string(line, 0, mark, bold)
        line += 1
    for column, text in enumerate(heads):
        page.write_string(line, column, text, bold)
    for row in rows:
        line += 1
        for column, text in enumerate(row):
            page.write_string(line, column, _shown(text), wrapped)
    if mark:
        page.write_string(line + 1, 0, mark, bold)
    if not mark:
        page.freeze_panes(1, 1)


def _shown(text: str) -> str:
    """What a sheet's cell can hold."""
    return "".join(c for c in text if c.isprintable() or c in "\n\t\u3000")[:LONGEST]


def _amp(text: str) -> str:
    """A header reads & as the beginning of a code."""
    return text.replace("&", "&&")
