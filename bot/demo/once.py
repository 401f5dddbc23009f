"""`demo --once`: plays one story to its end on fresh data, prints what people saw, and judges itself."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from bot.demo.stage import Stage, stage
from bot.demo.stories import warning
from bot.demo.telling import Telling
from bot.errors import SignalTreeError

STORIES: dict[str, Callable[[Stage, Telling], Awaitable[None]]] = {"warning": warning.play}


class NoStory(SignalTreeError):
    """没有这个故事。"""


def once(name: str) -> int:
    """The exit status: 0 when every check holds, 1 when one fails."""
    if name not in STORIES:
        raise NoStory(f"可选：{'、'.join(STORIES)}")
    told = Telling(name)
    with tempfile.TemporaryDirectory(prefix="signaltree-") as folder:
        asyncio.run(_play(Path(folder), STORIES[name], told))
    return told.end()


async def _play(folder: Path, story: Callable[[Stage, Telling], Awaitable[None]], told: Telling) -> None:
    async with stage(folder) as ready:
        await story(ready, told)
