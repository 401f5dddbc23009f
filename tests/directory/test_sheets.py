import io
from pathlib import Path

import pytest
import xlsxwriter

from bot.directory.imports.columns import COLUMNS, Kind
from bot.directory.imports.files import UnreadableFile
from bot.directory.imports.sheets import letter, read, read_file
from bot.directory.imports.template import write_template

TEXT = "code,name,parent,level\n99,青崖县,,县\n\n9901,柳湾镇,99,镇\n"


def workbook(*sheets: tuple[str, list[list[object]]]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return buffer.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_texts_as_offices_save_them(encoding: str, delimiter: str, ending: str) -> None:
    sheet = read(Kind.areas, TEXT.replace(",", delimiter).replace("\n", ending).encode(encoding))
    assert [row.number for row in sheet.rows] == [2, 4]
    assert sheet.rows[1].cells["name"] == "柳湾镇"
    assert sheet.place(4, "name") == "B4"


def test_a_workbook_with_a_title_chinese_headings_and_codes_as_numbers() -> None:
    rows: list[list[object]] = [
        ["青崖县灾害信息员名册"],
        [],
        ["序号", "姓 名*", "所属区划（代码）", "手机号码", "角色"],
        [1, "李秀英", 529926100200, 10000000001, "灾害信息员"],
        [2, "赵敏", 529926100200001, "", "网格员"],
    ]
    sheet = read(Kind.people, workbook(("说明", [["请填写第二张表"]]), ("名册", rows)))
    assert sheet.rows[0].cells == {
        "name": "李秀英",
        "area": "529926100200",
        "phone": "10000000001",
        "roles": "灾害信息员",
    }
    assert sheet.rows[1].cells["area"] == "529926100200001"
    assert sheet.place(4, "area") == "C4"
    assert sheet.place(4, "userid") == ""
    assert sheet.notes == ("这几列不认识，没有读：序号",)


def test_a_second_table_of_the_workbook_is_named_as_unread() -> None:
    rows: list[list[object]] = [["code", "name"], ["99", "青崖县"]]
    assert "没有读：旧表" in read(Kind.areas, workbook(("新表", rows), ("旧表", rows))).notes[0]


@pytest.mark.parametrize(
    ("data", "mend"),
    [
        (b"", "表头"),
        (b"\n\n", "表头"),
        ("随便,什么\n1,2\n".encode(), "表头应是：code、name"),
        (b"code,name,code\n1,2,3\n", "请删去一个"),
        (b"\xff\xfe\x00", "编码"),
        (b"code,name\x00\n", "编码"),
        (b"PK\x03\x04broken", "重新取一份"),
        (b"\xd0\xcf\x11\xe0broken", "另存为 xlsx"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_mend(data: bytes, mend: str) -> None:
    with pytest.raises(UnreadableFile, match=mend):
        read(Kind.areas, data)


def test_a_zip_that_says_it_swells_is_not_unpacked() -> None:
    packed = bytearray(workbook(("表", [["code", "name"]])))
    directory = packed.index(b"PK\x01\x02")
    packed[directory + 24 : directory + 28] = (401 << 20).to_bytes(4, "little")  # the first entry's size, unpacked
    with pytest.raises(UnreadableFile, match="展开后太大"):
        read(Kind.areas, bytes(packed))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"none\.csv"):
        read_file(Kind.areas, tmp_path / "none.csv")


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_a_template_is_read_back_as_an_empty_table(kind: Kind, ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"template.{ending}"
    write_template(kind, path)
    sheet = read_file(kind, path)
    assert list(sheet.letters) == [column.name for column in COLUMNS[kind]]
    assert not sheet.rows
    with pytest.raises(UnreadableFile, match="已经有了"):
        write_template(kind, path)


def test_templates_end_in_xlsx_or_csv(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="结尾"):
        write_template(Kind.areas, tmp_path / "template.doc")


def test_letters_of_columns() -> None:
    assert [letter(place) for place in (0, 1, 25, 26, 701, 702)] == ["A", "B", "Z", "AA", "ZZ", "AAA"]
