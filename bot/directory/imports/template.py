"""An empty table with its headings, to be filled in: xlsx or csv, by the file's ending."""

import csv
from pathlib import Path

import xlsxwriter

from bot.directory.imports.columns import COLUMNS, Kind
from bot.directory.imports.files import UnreadableFile

WIDTH = 18


def write_template(kind: Kind, path: Path) -> None:
    """Write the headings. An existing file is never overwritten; raises UnreadableFile."""
    if path.exists():
        raise UnreadableFile(f"{path} 已经有了，没有改动它。请换一个文件名。")
    try:
        if path.suffix.lower() == ".csv":
            _csv(kind, path)
        elif path.suffix.lower() == ".xlsx":
            _xlsx(kind, path)
        else:
            raise UnreadableFile(f"{path} 的结尾应是 .xlsx 或 .csv。")
    except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
        raise UnreadableFile(f"写不了 {path}。请核对文件夹和权限。") from error


def _csv(kind: Kind, path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerow([column.name for column in COLUMNS[kind]])


def _xlsx(kind: Kind, path: Path) -> None:
    """Every cell is text, so that no code becomes a number; a note on each heading says it in Chinese."""
    with xlsxwriter.Workbook(str(path)) as book:
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        sheet = book.add_worksheet(kind.zh)
        sheet.set_column(0, len(COLUMNS[kind]) - 1, WIDTH, text)
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(COLUMNS[kind]):
            sheet.write_string(0, place, column.name, bold)
            sheet.write_comment(0, place, column.zh)
