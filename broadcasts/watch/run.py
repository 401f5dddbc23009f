"""Looking: each look at its own pace, side by side, none of them longer than its time; then what was seen is noted."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col

from bot.deps import Deps
from bot.probes.asking import asking
from bot.wechat.http import Calls
from bot.wechat.shared_tokens import account_tokens, application_tokens
from broadcasts.watch.contract import Found, Ground, Level, Look, Seen
from broadcasts.watch.models import Looked
from broadcasts.watch.note import note

log = logging.getLogger(__name__)
LONGEST = 30.0  # seconds that a look may take, all its questions together
LIVE = "live"


@asynccontextmanager
async def standing(deps: Deps, at: datetime) -> AsyncIterator[Ground]:
    """The ground for a round of looks."""
    settings, clock = deps.settings, deps.clock
    async with asking() as http, Calls(timeout=settings.call_timeout, connections=4, by_hand=False) as calls:
        found = {
            "wecom": application_tokens(settings, calls, clock, LIVE),
            "oa": account_tokens(settings, calls, clock, LIVE),
        }
        yield Ground(deps, http, {name: tokens for name, tokens in found.items() if tokens}, at)


async def look_due(deps: Deps, looks: Sequence[Look], at: datetime) -> list[str]:
    """Look where it is time. The names of the looks that were taken."""
    async with deps.read() as session:
        last = {name: seen_at for name, seen_at in await session.execute(sa.select(col(Looked.name), col(Looked.at)))}
    due = [look for look in looks if look.name not in last or at - last[look.name] >= look.every]
    await look_at(deps, due, at)
    return [look.name for look in due]


async def look_at(deps: Deps, looks: Sequence[Look], at: datetime) -> dict[str, Found | None]:
    """Take these looks now, and note what they see."""
    found = await seen(deps, looks, at)
    async with deps.read() as session:
        kept = {*(await session.execute(sa.select(col(Looked.name)))).scalars()}
    for name, one in found.items():
        if one is None and name not in kept:
            continue  # there is nothing to look at, nor was there
        async with deps.begin() as session:
            await note(session, name, one, at)
    return found


async def seen(deps: Deps, looks: Sequence[Look], at: datetime) -> dict[str, Found | None]:
    """What these looks see, and nothing kept."""
    if not looks:
        return {}
    async with standing(deps, at) as ground:
        found = await asyncio.gather(*(_looked(look, ground) for look in looks))
    return {look.name: one for look, one in zip(looks, found, strict=True)}


async def _looked(look: Look, ground: Ground) -> Found | None:
    """A look that breaks is a finding itself, after an hour: a Watch that is blind must not look calm."""
    try:
        async with asyncio.timeout(LONGEST):
            return await look.function(ground)
    except Exception:
        log.exception("look %s failed", look.name)
        blind = Seen("blind", Level.mind, look.name, {"look": look.name}, patience=timedelta(hours=1))
        return Found((blind,), unsure=True)
