"""Who has consented to the account's notices, and may so be reached by one: counted as people say it, used up by what
was sent (the worker does that, as it settles)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.config import Settings
from bot.record.entries import record
from broadcasts.audience.select import Target
from broadcasts.dispatch.models import Batch, Delivery
from broadcasts.dispatch.sending.roads import NOTICE, TEMPLATE
from broadcasts.dispatch.states import Road
from broadcasts.subscriptions.models import Consent, Follower

ACCEPT, REJECT = "accept", "reject"
LASTING = "lasting"
MOST = 50  # one-time consents that we count for one person
OPEN = sa.text("batch.state IN ('queued', 'sending')")


@dataclass(frozen=True)
class Word:
    """What somebody pressed about one template."""

    template_id: str
    accepted: bool


async def consented(
    session: AsyncSession, settings: Settings, targets: Sequence[Target], road: Road = Road.live
) -> list[Target]:
    """The targets again: whom the account may write to has the notice's road too, where a consent is left."""
    if not settings.oa_notice_template_id:
        return list(targets)
    able = await _able(session, road, settings.oa_notice_template_id)
    return [
        replace(t, roads={**t.roads, NOTICE: t.roads[TEMPLATE]}) if t.roads.get(TEMPLATE) in able else t
        for t in targets
    ]


async def _able(session: AsyncSession, road: Road, template_id: str) -> set[str | None]:
    """Openids with a consent that no notice on its way will use."""
    waiting = (
        sa.select(col(Delivery.address).label("address"), sa.func.count().label("copies"))
        .join(Batch, col(Batch.id) == col(Delivery.batch_id))
        .where(OPEN, col(Batch.channel) == NOTICE, col(Batch.road) == road)
        .group_by(col(Delivery.address))
        .subquery()
    )
    left = col(Consent.unused) - sa.func.coalesce(waiting.c.copies, 0)
    wanted = (
        sa.select(col(Consent.openid))
        .join(waiting, waiting.c.address == col(Consent.openid), isouter=True)
        .where(col(Consent.road) == road, col(Consent.template_id) == template_id, sa.or_(lasting(), left > 0))
    )
    return set((await session.execute(wanted)).scalars())


def lasting() -> sa.ColumnElement[bool]:
    return col(Consent.lasting) & col(Consent.refused_at).is_(None)


async def said(
    session: AsyncSession, settings: Settings, road: Road, openid: str, words: Iterable[Word], *, at: datetime
) -> None:
    """Somebody consented or refused, in a window of the platform's or in its settings. A consent that is lasting is not
    counted; each of the other kind is one notice."""
    for word in words:
        found = await session.get(Consent, (road, openid, word.template_id))
        row = found or Consent(road=road, openid=openid, template_id=word.template_id, said_at=at)
        row.said_at = at
        if word.accepted:
            row.lasting = settings.oa_notice_consent == LASTING
            row.unused, row.refused_at = min(row.unused + 1, MOST), None
        else:
            row.unused, row.refused_at = 0, at
        session.add(row)
        await session.flush()
        action = "consent.given" if word.accepted else "consent.refused"
        record(session, await _actor(session, road, openid), action, word.template_id, at)


async def left(session: AsyncSession, road: Road, openid: str, template_id: str) -> Consent | None:
    return await session.get(Consent, (road, openid, template_id))


async def standing(session: AsyncSession, template_id: str) -> Mapping[str, int]:
    """For whoever looks after the county: how many may be written to, and how many have refused."""
    may = sa.or_(lasting(), col(Consent.unused) > 0)
    columns = (sa.func.count().filter(may), sa.func.count().filter(col(Consent.refused_at).is_not(None)))
    wanted = sa.select(*columns).where(col(Consent.template_id) == template_id, col(Consent.road) == Road.live)
    can, refused = (await session.execute(wanted)).one()
    return {"can": can, "refused": refused}


async def _actor(session: AsyncSession, road: Road, openid: str) -> str:
    uid = await session.scalar(
        sa.select(col(Follower.uid)).where(col(Follower.road) == road, col(Follower.openid) == openid)
    )
    return f"follower:{uid}" if uid else "system"
