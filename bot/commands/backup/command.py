"""`signaltree backup FILE` and `restore FILE`."""

import asyncio
import sys
from pathlib import Path

import typer

from bot.clock import SystemClock
from bot.commands.backup.frames import head_of
from bot.commands.backup.restore import restore as restored
from bot.commands.backup.take import take
from bot.config import Settings, load
from bot.errors import SignalTreeError
from bot.logs import set_up
from handlers.wechat.keeping.store import open_store

LEAST = 8  # characters of a passphrase


class NoPassphrase(SignalTreeError):
    """要有一个口令，至少 8 个字符。没有终端时用 --passphrase-stdin 从标准输入给。"""


class FileThere(SignalTreeError):
    """文件已经有了，没有覆盖。请换一个名字："""


class NoFile(SignalTreeError):
    """读不了备份文件："""


def backup(path: Path, *, passphrase_stdin: bool) -> None:
    """Everything into one file, sealed with a passphrase."""
    settings = load()
    set_up("WARNING")
    if path.exists():
        raise FileThere(str(path))
    passphrase = _passphrase(passphrase_stdin, twice=True)
    typer.echo("正在备份……", err=True)
    size = asyncio.run(_whole(settings, path, passphrase))
    typer.echo(f"备份好了：{path}，{size / 1024 / 1024:.1f} MB。口令和文件分开放，丢了口令谁也打不开。")


async def _whole(settings: Settings, path: Path, passphrase: str) -> int:
    """With what a killed process may have left beside the database; a service that runs brings its own in."""
    await open_store(settings, visits=True).close()
    return await take(settings, path, passphrase, SystemClock().now())


def restore(path: Path, *, passphrase_stdin: bool) -> None:
    """Everything out of one file, into an empty database."""
    settings = load()
    set_up("WARNING")
    try:
        with path.open("rb") as file:
            made = head_of(file)
    except OSError as error:
        raise NoFile(f"{path}（{error.strerror}）") from error
    passphrase = _passphrase(passphrase_stdin, twice=False) if made.salt else ""
    typer.echo("正在恢复……", err=True)
    rows = asyncio.run(restored(settings, path, passphrase, SystemClock().now()))
    when = made.made_at.astimezone(settings.zone)
    typer.echo(f"恢复好了：{rows:,} 行，备份于 {when:%Y-%m-%d %H:%M}。请运行 signaltree doctor 看一遍。")


def _passphrase(from_stdin: bool, *, twice: bool) -> str:
    if from_stdin:
        given = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        given = typer.prompt("口令", hide_input=True, confirmation_prompt="再输一次" if twice else False, err=True)
    else:
        raise NoPassphrase
    if twice and len(given) < LEAST:
        raise NoPassphrase
    return str(given)
