"""`signaltree issue FILE`: the machine's door for official warnings, from the command line and by the same rules."""

import sys
from pathlib import Path

import typer

from bot.commands.opened import run
from bot.deps import Deps
from bot.errors import SignalTreeError
from broadcasts.intake.receive import receive
from broadcasts.intake.take import Way
from handlers.api.warnings import INTAKE_LIMIT, said

ACTOR = "cli"


class Unreachable(SignalTreeError):
    """读不了这个文件："""


class TooLong(SignalTreeError):
    """文件太大，没有收："""


def issue(file: Path) -> int:
    """Print what the API would answer; 0 where it would say 200 or 201."""
    raw = _read(file)
    return run(lambda deps: _issue(deps, raw))


async def _issue(deps: Deps, raw: bytes) -> int:
    async with deps.begin() as session:
        got = await receive(session, deps.settings, raw, media_type(raw), Way(ACTOR), at=deps.clock.now())
    answer = said(got)
    typer.echo(answer.text)
    return 0 if answer.status < 400 else 1


def media_type(raw: bytes) -> str:
    """By the first sign: a file has no Content-Type."""
    head = raw[:64].decode("utf-8-sig", errors="ignore").lstrip()
    return "application/json" if head.startswith(("{", "[")) else "application/xml"


def _read(file: Path) -> bytes:
    try:
        raw = sys.stdin.buffer.read(INTAKE_LIMIT + 1) if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise Unreachable(f"{file}（{error.strerror}）") from None
    if len(raw) > INTAKE_LIMIT:
        raise TooLong(f"{file}，最多 {INTAKE_LIMIT} 字节")
    return raw
