from pathlib import Path

import pytest

from bot.commands.imports import run_template
from bot.deps import Deps
from bot.directory.imports.columns import Kind
from bot.directory.imports.run import Changed, carry_out, plan
from bot.directory.imports.sheets import read
from tests.directory.bringing import bring, command, everything, look
from tests.directory.test_sheets import workbook

GOOD = "编号;姓名;区划代码;角色;手机号\nP8;王建国;柳湾村;网格员;10000000009\n"
MIXED = GOOD + "P9;王小石;柳弯村;网格员;10000000008\n"


async def test_without_a_terminal_a_good_file_is_written_and_the_second_time_changes_nothing(
    county: Deps, tmp_path: Path
) -> None:
    path = tmp_path / "people.csv"
    path.write_text(GOOD, encoding="gb18030")
    status, said = await command(county, Kind.people, path)
    assert status == 0
    assert said.endswith("已写入：新增 1 行，更新 0 行。")
    before = await everything(county)
    status, said = await command(county, Kind.people, path)
    assert (status, said.splitlines()[-1]) == (0, "文件与目录一致，不用写入。")
    assert await everything(county) == before


async def test_without_a_terminal_a_file_with_errors_is_not_written(county: Deps, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(MIXED, encoding="utf-8")
    before = await everything(county)
    status, said = await command(county, Kind.people, path)
    assert status == 1
    assert "第 3 行 C3 区划代码：没有“柳弯村”这个区划。请先导入区划，或改正代码。" in said
    assert "人员共 2 行：新增 1，更新 0，不变 0，不能导入 1。" in said
    assert await everything(county) == before


async def test_partial_writes_the_good_rows(county: Deps, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(MIXED, encoding="utf-8")
    status, said = await command(county, Kind.people, path, partial=True)
    assert (status, said.splitlines()[-1]) == (0, "已写入：新增 1 行，更新 0 行。有 1 行没有导入，原因见上。")
    assert (await look(county, Kind.people, MIXED)).unchanged == 1


async def test_on_a_terminal_the_errors_are_shown_and_writing_is_asked_for(county: Deps, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(MIXED, encoding="utf-8")
    asked: list[str] = []

    def no(question: str) -> bool:
        asked.append(question)
        return False

    before = await everything(county)
    status, said = await command(county, Kind.people, path, confirm=no)
    assert (status, asked, said.splitlines()[-1]) == (1, ["跳过有错的 1 行，写入其余 1 行？"], "好，什么也没有写入。")
    assert await everything(county) == before
    status, _ = await command(county, Kind.people, path, confirm=lambda _: True)
    assert status == 0
    assert (await look(county, Kind.people, MIXED)).unchanged == 1


async def test_a_workbook_is_read_too(county: Deps, tmp_path: Path) -> None:
    path = tmp_path / "areas.xlsx"
    path.write_bytes(workbook(("表", [["code", "name", "parent", "level"], [990103, "下河村", 9901, "村"]])))
    assert (await command(county, Kind.areas, path))[0] == 0


async def test_an_unreadable_file_and_an_empty_one(county: Deps, tmp_path: Path) -> None:
    status, said = await command(county, Kind.people, tmp_path / "none.csv")
    assert status == 1
    assert "none.csv" in said.splitlines()[-1]
    empty = tmp_path / "empty.csv"
    empty.write_text("id,name,area,roles\n", encoding="utf-8")
    status, said = await command(county, Kind.people, empty)
    assert (status, said.splitlines()[-1]) == (1, "没有能写入的行。")


async def test_what_somebody_else_changed_meanwhile_is_not_overwritten(county: Deps) -> None:
    sheet = read(Kind.people, GOOD.encode())
    async with county.read() as session:
        seen = await plan(session, county.vault, sheet)
    await bring(county, Kind.people, GOOD.replace("网格员", "值班员"))
    with pytest.raises(Changed):
        async with county.begin() as session:
            await carry_out(session, county.vault, sheet, seen, by="user:lin", at=county.clock.now())
    assert (await look(county, Kind.people, GOOD.replace("网格员", "值班员"))).unchanged == 1


def test_the_template_says_what_its_columns_are(tmp_path: Path) -> None:
    said: list[str] = []
    assert run_template(Kind.groups, tmp_path / "groups.xlsx", said.append) == 0
    assert "robot_key 机器人地址" in said[0]
    assert run_template(Kind.groups, tmp_path / "groups.xlsx", said.append) == 1
    assert "没有改动它" in said[1]
