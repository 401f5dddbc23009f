"""`signaltree import`: on a terminal it shows and asks; elsewhere it writes what has no errors."""

import sys
from pathlib import Path

import typer

from bot.commands.imports import run_import, run_template
from bot.commands.opened import run
from bot.directory.imports.columns import Kind
from bot.errors import SignalTreeError


class NoSuchTable(SignalTreeError):
    """没有这种表，可以导入的是："""


class NoFile(SignalTreeError):
    """缺少 FILE：要导入的 xlsx 或 csv 文件。"""


def table(kind: str, file: Path | None, *, partial: bool, template: bool) -> int:
    """The exit status: 0 only when everything, or with `partial` all that is good, is in the directory."""
    if kind not in set(Kind):
        raise NoSuchTable("、".join(Kind))
    if template:
        return run_template(Kind(kind), file, typer.echo)
    if file is None:
        raise NoFile
    confirm = typer.confirm if sys.stdin.isatty() and sys.stdout.isatty() else None
    return run(lambda deps: run_import(deps, Kind(kind), file, partial=partial, confirm=confirm, echo=typer.echo))
