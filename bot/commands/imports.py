"""`signaltree import`: a file is read and checked, its errors are shown, and then it is written or not."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.deps import Deps
from bot.directory.imports.columns import COLUMNS, Kind
from bot.directory.imports.files import UnreadableFile
from bot.directory.imports.run import AnyPlan, Changed, carry_out, plan
from bot.directory.imports.sheets import read_file
from bot.directory.imports.template import write_template

Echo = Callable[[str], None]
Confirm = Callable[[str], bool]
SHOWN = 10  # of keys, changes and missing ones; errors are shown one and all
BY = "cli"


async def run_import(deps: Deps, kind: Kind, path: Path, *, partial: bool, confirm: Confirm | None, echo: Echo) -> int:
    """Import one file and return the exit status. `confirm` asks on a terminal; without one a file without errors is
    written, one with errors only if `partial`."""
    echo(f"正在读 {path.name} …")
    try:
        sheet = await asyncio.to_thread(read_file, kind, path)
    except UnreadableFile as error:
        echo(str(error))
        return 1
    echo(f"读到 {len(sheet.rows):,} 行，正在核对 …")
    async with deps.read() as session:
        seen = await plan(session, deps.vault, sheet)
    for line in told(seen):
        echo(line)
    if not _wanted(seen, partial, confirm, echo):
        return 0 if _is_nothing_left(seen, partial) else 1
    try:
        async with deps.begin() as session:
            at = deps.clock.now()
            await carry_out(session, deps.vault, sheet, seen, partial=True, by=BY, at=at)
    except Changed as error:
        echo(str(error))
        return 1
    echo(f"已写入：新增 {len(seen.adds):,} 行，更新 {len(seen.updates):,} 行。{_left_out(seen)}")
    return 0


def run_template(kind: Kind, path: Path | None, echo: Echo) -> int:
    """Write the headings of a table, as xlsx or csv by the file's ending, and return the exit status. Without a file
    they are said."""
    if path is None:
        echo(",".join(column.name for column in COLUMNS[kind]))
        return 0
    try:
        write_template(kind, path)
    except UnreadableFile as error:
        echo(str(error))
        return 1
    columns = "，".join(f"{column.name} {column.zh}" for column in COLUMNS[kind])
    echo(f"已写好模板 {path}。各列：{columns}。")
    return 0


def told(seen: AnyPlan) -> list[str]:
    """What a person reads before anything is written."""
    lines = [str(fault) for fault in seen.faults]
    lines += [f"注意：{note}" for note in seen.notes]
    lines += _some("编号为空、按下面认的", seen.keys, "行")
    changes = [f"第 {item.row} 行 {item.label}：改 {'、'.join(item.changed)}" for item in seen.updates]
    lines += _some("要更新的", changes, "行")
    lines += _some("文件里没有、目录里保留的", seen.missing, "个")
    sums = f"新增 {len(seen.adds):,}，更新 {len(seen.updates):,}，不变 {seen.unchanged:,}，不能导入 {seen.rejected:,}"
    return [*lines, f"{seen.kind.zh}共 {seen.rows:,} 行：{sums}。"]


def _some(heading: str, items: Sequence[str], unit: str) -> list[str]:
    if not items:
        return []
    rest = [f"  …… 还有 {len(items) - SHOWN:,} {unit}"] if len(items) > SHOWN else []
    return [f"{heading} {len(items):,} {unit}：", *(f"  {item}" for item in items[:SHOWN]), *rest]


def _wanted(seen: AnyPlan, partial: bool, confirm: Confirm | None, echo: Echo) -> bool:
    """Whether to write. Says why not."""
    count = len(seen.adds) + len(seen.updates)
    if not count:
        echo(
            "没有能写入的行。"
            if not seen.unchanged
            else f"{'其余的行' if seen.rejects else '文件'}与目录一致，不用写入。"
        )
        return False
    if seen.rejects and not partial and confirm is None:
        echo("有错误，什么也没有写入。请改正后再导入，或加 --partial 只写入没有错的行。")
        return False
    if partial or confirm is None:
        return True
    question = f"跳过有错的 {seen.rejected:,} 行，写入其余 {count:,} 行？" if seen.rejects else f"写入这 {count:,} 行？"
    if confirm(question):
        return True
    echo("好，什么也没有写入。")
    return False


def _is_nothing_left(seen: AnyPlan, partial: bool) -> bool:
    """Whether the directory already says all that the file can say."""
    return not seen.adds and not seen.updates and bool(seen.unchanged) and (partial or not seen.rejects)


def _left_out(seen: AnyPlan) -> str:
    return f"有 {seen.rejected:,} 行没有导入，原因见上。" if seen.rejects else ""
