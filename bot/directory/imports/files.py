"""From the bytes of a file to lines of texts: xlsx and its kin by calamine, csv in the encodings that offices use."""

import csv
import io
import zipfile
from collections.abc import Iterator

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from bot.errors import SignalTreeError

Lines = list[list[str]]
MAX_BYTES = 50 << 20
MAX_UNPACKED = 400 << 20
MAX_ROWS = 200_000
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
DELIMITERS = (",", ";", "\t")
EXACT = 10**15  # beyond it a spreadsheet's number has lost its last digits
csv.field_size_limit(MAX_BYTES)  # a boundary as WKT is longer than the module's 128 KiB


class UnreadableFile(SignalTreeError):
    """读不了这个文件。"""


def tables(data: bytes) -> Iterator[tuple[str, Lines]]:
    """Each reading that the file allows: a workbook's sheets by name, or a text cut by each delimiter. Lines count as
    in a spreadsheet, blank ones included. Raises UnreadableFile."""
    if len(data) > MAX_BYTES:
        raise UnreadableFile("文件超过 50 MB。请分成几个文件导入。")
    if not data.strip():
        raise UnreadableFile("文件是空的。请在第一行写表头，可用 --template 生成模板。")
    if data.startswith((ZIP, OLE)):
        yield from _workbook(data)
    else:
        text = _text(data)
        for delimiter in DELIMITERS:
            yield "", _cut(text, delimiter)


def _workbook(data: bytes) -> Iterator[tuple[str, Lines]]:
    _refuse_bomb(data)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            for name in book.sheet_names:
                rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=MAX_ROWS + 1)
                yield name, _bounded([[_said(value) for value in row] for row in rows])
    except PasswordError:
        raise UnreadableFile("文件有密码。请去掉密码再导入。") from None
    except CalamineError as error:
        raise UnreadableFile("它不像完好的 Excel 文件。请在 Excel 里另存为 xlsx，再导入。") from error


def _refuse_bomb(data: bytes) -> None:
    if not data.startswith(ZIP):
        return
    try:
        size = sum(entry.file_size for entry in zipfile.ZipFile(io.BytesIO(data)).infolist())
    except zipfile.BadZipFile as error:
        raise UnreadableFile("Excel 文件不完整，可能没有下载完。请重新取一份。") from error
    if size > MAX_UNPACKED:
        raise UnreadableFile("文件展开后太大。请删去多余的工作表和图片。")


def _said(value: object) -> str:
    """A cell as a person sees it: a code that the spreadsheet took for a number has no point."""
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT:
        return str(int(value))
    if isinstance(value, bool):
        return str(value).upper()
    return str(value)


def _text(data: bytes) -> str:
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise UnreadableFile("文字的编码认不出来。请在 Excel 里另存为 xlsx 或“CSV UTF-8”，再导入。")


def _cut(text: str, delimiter: str) -> Lines:
    try:
        return _bounded(list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)))
    except csv.Error as error:
        raise UnreadableFile("引号没有成对，分不出格子。请在 Excel 里另存为 xlsx，再导入。") from error


def _bounded(lines: Lines) -> Lines:
    if len(lines) > MAX_ROWS:
        raise UnreadableFile(f"行数超过 {MAX_ROWS:,}。请分成几个文件导入。")
    return lines
