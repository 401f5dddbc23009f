"""A template that the account refuses as we send (40037): told by what became of our own copies, since the account's
list may still show it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from broadcasts.dispatch.cut_off import CutOff, cut_off, live
from broadcasts.dispatch.models import Batch
from broadcasts.dispatch.sending.roads import NOTICE, TEMPLATE
from broadcasts.watch.contract import Found, Ground, Seen
from broadcasts.watch.models import Looked

REASON = "template"  # what the table of codes calls 40037
CHECK = "template"  # the look that asks the account for its list: it, too, says that all is well again


async def refused(ground: Ground) -> Found | None:
    """Until the next copy is taken, or the account's list has been looked at since and was as it should be."""
    if "oa" not in ground.tokens:
        return None
    async with ground.deps.read() as session:
        down = [one for one in live(await cut_off(session, ground.at)) if _of_a_template(one)]
        checked = await session.get(Looked, CHECK) if down else None
        good = checked.good_at if checked is not None and not checked.problems else None
        seen = [_seen(one) for one in down if not _mended(one, good, await _last(session, one.outage.channel))]
    return Found(tuple(seen))


def _of_a_template(one: CutOff) -> bool:
    return one.outage.channel in {TEMPLATE, NOTICE} and one.outage.reason == REASON


def _mended(one: CutOff, good: datetime | None, last: datetime | None) -> bool:
    """The check speaks of the warning's template alone."""
    failed = max(one.outage.since, last or one.outage.since)
    return one.outage.channel == TEMPLATE and good is not None and good > failed


def _seen(one: CutOff) -> Seen:
    facts = {"channel": one.outage.channel, "copies": str(one.copies)}
    return Seen("template_refused", subject=one.outage.channel, facts=facts)


async def _last(session: AsyncSession, channel: str) -> datetime | None:
    """When a copy was refused last, of those that still wait."""
    waits = sa.text("batch.state = 'queued' AND batch.reason <> ''")  # as the partial index has it
    wanted = sa.select(sa.func.max(col(Batch.attempted_at))).where(
        waits, col(Batch.reason) == REASON, col(Batch.channel) == channel
    )
    return await session.scalar(wanted)
