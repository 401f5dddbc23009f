"""The nightly copy: made once a night by a process of its own, so that nobody who answers at that hour waits for it."""

import asyncio
import logging
import os
import sys
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from pathlib import Path

from bot.commands.backup.take import take_here
from bot.config import Settings, environment
from bot.deps import Deps

log = logging.getLogger(__name__)
AT = time(3, 17)  # local, away from :00 and :30
NIGHT_ENDS = time(5)
KEPT = 14  # days
OVERDUE = timedelta(hours=26)
AGAIN = timedelta(hours=1)  # after one that failed: each try fills the disk that may be full
NICER = 15


def folder(settings: Settings) -> Path:
    return settings.data_dir / "backups"


def newest(settings: Settings) -> datetime | None:
    """When the newest copy was made, by its file."""
    made = [path.stat().st_mtime for path in folder(settings).glob("nightly-*.backup")]
    return datetime.fromtimestamp(max(made), settings.zone) if made else None


async def copy_due(deps: Deps) -> None:
    """Make last night's copy where it is missing, and let go of what is older than two weeks. A new installation's
    first is made in its first night."""
    local = deps.clock.now().astimezone(deps.settings.zone)
    night = local.date() if local.time() >= AT else local.date() - timedelta(days=1)
    first = newest(deps.settings) is None and not AT <= local.time() < NIGHT_ENDS
    if deps.settings.demo or first or _path(deps.settings, night).exists() or _failed_lately(deps):
        return
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.commands.backup.nightly",
        night.isoformat(),
        env={**os.environ, **environment(deps.settings)},
    )
    if await process.wait():
        log.error("the nightly copy of %s failed; it is tried again in an hour", night)
        with suppress(OSError):  # then it is tried again in a minute
            folder(deps.settings).mkdir(mode=0o700, exist_ok=True)
            _failure(deps.settings).touch(mode=0o600)
            os.utime(_failure(deps.settings), (deps.clock.now().timestamp(),) * 2)
        return
    _failure(deps.settings).unlink(missing_ok=True)
    let_go(deps.settings, night)


def let_go(settings: Settings, night: date) -> None:
    last = _path(settings, night - timedelta(days=KEPT)).name
    for path in folder(settings).glob("nightly-*.backup"):
        if path.name <= last:
            path.unlink()


def _failed_lately(deps: Deps) -> bool:
    """By the file's own time: nothing can be written into it while the disk is full."""
    file = _failure(deps.settings)
    last = datetime.fromtimestamp(file.stat().st_mtime, deps.settings.zone) if file.exists() else None
    return last is not None and timedelta(0) <= deps.clock.now() - last < AGAIN


def _failure(settings: Settings) -> Path:
    return folder(settings) / "failed"


def _path(settings: Settings, night: date) -> Path:
    return folder(settings) / f"nightly-{night:%Y-%m-%d}.backup"


def main() -> int:
    """The process: `python -m bot.commands.backup.nightly 2026-07-12`."""
    from bot.clock import SystemClock
    from bot.config import load

    os.nice(NICER)
    settings = load(env_file=None)
    asyncio.run(take_here(settings, _path(settings, date.fromisoformat(sys.argv[1])), SystemClock().now()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
