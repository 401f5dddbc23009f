"""What the Watch looks at, and what a look gives back. All looks are listed in bot/commands/watched.py; rooms above add
their own."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

import aiohttp

from bot.deps import Deps
from bot.wechat.tokens import Tokens


class Level(StrEnum):
    """How it is told."""

    bad = "bad"  # warnings are held up or lost: rings like what waits for a person
    mind = "mind"  # told by day, once
    note = "note"  # told to nobody: the guide and the doctor show it


@dataclass(frozen=True)
class Seen:
    """One thing that is not as it should be. `kind` names its words (watch.txt), `facts` fill them. `subject` tells two
    of a kind apart. `patience`: so long it must last before anybody is told. `elsewhere`: another room tells of it.
    `grows` names the fact that counts: when it has grown, it is told anew."""

    kind: str
    level: Level = Level.bad
    subject: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    patience: timedelta = timedelta(0)
    elsewhere: bool = False
    grows: str = ""


class Found(NamedTuple):
    """What one look saw; `facts` are shown where all is well. `unsure`: nobody could look, and what was wrong is not
    over."""

    seen: tuple[Seen, ...] = ()
    facts: Mapping[str, str] = {}
    unsure: bool = False


@dataclass(frozen=True)
class Ground:
    """What a look stands on. `tokens` are the live road's, by platform; a platform that is not set up has none."""

    deps: Deps
    http: aiohttp.ClientSession
    tokens: Mapping[str, Tokens]
    at: datetime


@dataclass(frozen=True)
class Look:
    """`function` gives None where there is nothing to look at: that road is not set up. `doctor`: whether `doctor`
    asks it too, or has a check of its own."""

    name: str
    every: timedelta
    function: Callable[[Ground], Awaitable[Found | None]]
    doctor: bool = True
