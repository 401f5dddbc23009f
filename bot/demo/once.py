"""`demo --once`: plays one story to its end on fresh data, prints what people saw, and judges itself."""

import asyncio
import logging
import tempfile
import traceback
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import typer

from bot.demo.telling import Telling
from bot.errors import SignalTreeError

NOT_RUN = 2
Story = Callable[[Path, Telling], Awaitable[None]]


async def warning(folder: Path, told: Telling) -> None:
    """In one process on a clock that the story turns."""
    from bot.demo.stage import stage
    from bot.demo.stories.warning import play

    async with stage(folder) as ready:
        await play(ready, told)


async def wechat(folder: Path, told: Telling) -> None:
    """With processes of their own, in real time."""
    from bot.demo.processes import running
    from bot.demo.stories.wechat import play

    async with running(folder) as ready:
        await play(ready, told)


async def _on_a_day(name: str, folder: Path, told: Telling) -> None:
    """With processes of their own, on a clock that the story sets forward."""
    from bot.demo.day.county import dawn
    from bot.demo.stories.days import PLAYS
    from bot.demo.stories.perform import perform

    async with dawn(folder, PLAYS[name].dawn) as ready:
        await perform(PLAYS[name], ready, told)


DAYS = ("whole", "desk", "call", "report", "drill", "duty")
STORIES: dict[str, Story] = {
    "warning": warning,
    "wechat": wechat,
    **{name: partial(_on_a_day, name) for name in DAYS},
}


class NoStory(SignalTreeError):
    """没有这个故事："""


def once(name: str) -> int:
    """The exit status: 0 when every check holds, 1 when one fails, 2 where the story could not be played."""
    told = Telling(name)
    try:
        asyncio.run(_play(name, told))
    except SignalTreeError as error:
        typer.echo(str(error), err=True)
        return NOT_RUN
    except Exception:
        traceback.print_exc()
        return NOT_RUN
    return told.end()


async def _play(name: str, told: Telling) -> None:
    if name not in STORIES:
        raise NoStory(f"{name}。有的是：{'、'.join(STORIES)}")
    logging.getLogger("broadcasts.intake.poll").setLevel(logging.ERROR)  # a source that breaks is part of a story
    told.begin()
    with tempfile.TemporaryDirectory(prefix="signaltree-", ignore_cleanup_errors=True) as folder:
        await STORIES[name](Path(folder), told)
