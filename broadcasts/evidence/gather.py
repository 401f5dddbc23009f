"""Gathering a pack: everything that the tables know of one alert's thread, in a handful of queries."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.access.names import names
from bot.config import Settings
from bot.directory.tree import Tree
from bot.record.anchors import code
from bot.record.models import Anchor, Entry
from bot.record.seals import newest
from bot.vault import Vault
from broadcasts.alerts.listed import threaded
from broadcasts.alerts.models import Alert, AlertSource, Kind
from broadcasts.audience.models import AudienceRule
from broadcasts.audience.rules import ALERT, ALL_CLEAR, Occasion, matching
from broadcasts.coverage.queries import covered
from broadcasts.dispatch.differences import differences
from broadcasts.dispatch.models import Broadcast, Delivery, Text
from broadcasts.dispatch.queries import of_alert
from broadcasts.dispatch.states import Purpose, Road
from broadcasts.evidence.approvals import approvals
from broadcasts.evidence.handed import handed
from broadcasts.evidence.lines import groups, people
from broadcasts.evidence.pack import Noted, Pack, Remark, Sealed, Sent, Spoken
from broadcasts.ladder.models import Rung
from broadcasts.release.models import Hold
from broadcasts.tasks.evacuation.queries import of_thread as villages_of
from broadcasts.tasks.knocks.moved import of_thread

SETTLED = "batches.settled"
MOST = 1000  # entries that are listed


async def gather(
    session: AsyncSession, settings: Settings, vault: Vault, areas: Tree, alert: Alert, remarks: Iterable[Remark] = (),
    spoken: Spoken | None = None, *, inside: int | None = None, by: str, at: datetime,
) -> Pack:  # fmt: skip
    """The pack of the alert's whole thread: what was replaced belongs to it, and what replaced it. Of people and groups
    inside an area, where one is given."""
    versions = await threaded(session, alert.thread)
    sent = [(b, v) for v in versions for b in await of_alert(session, v.id)]
    ids = [b.id for b, _ in sent]
    sendings = [await _sent(session, settings, areas, b, v, inside) for b, v in sent]
    holds = [hold for hold in await _holds(session, versions, ids) if _within(areas, hold.area_id, inside)]
    approved = await approvals(session, versions)
    knocks = await of_thread(session, versions, ids, inside=inside)
    moved = await villages_of(session, alert.thread, inside=inside)
    doors = [*(one.seen.knock.uid for one in knocks), *(one.task.uid for one in moved)]
    subjects = [*ids, *doors, *(one.uid for kept in (versions, holds, approved) for one in kept)]
    entries, settled = await _entries(session, subjects)
    return Pack(
        alert,
        areas.roots[0].name if areas.roots else "",
        areas.nodes[inside].name if inside else "",
        alert.kind is Kind.drill or any(b.drill or b.road is not Road.live for b, _ in sent),
        at,
        by,
        versions,
        await _sources(session, versions),
        holds,
        approved,
        sendings,
        await people(session, vault, areas, ids, spoken, knocks, inside=inside),
        await groups(session, areas, ids, inside=inside),
        entries,
        settled,
        await _sealed(session),
        [line for remark in remarks for line in await remark.lines(session, alert)],
        await _followers(session, ids),
        await handed(session, areas, ids, inside=inside),
        await names(session, {by, *(e.actor for e in entries), *(h.closed_by for h in holds)}),
        moved,
    )


async def _sent(
    session: AsyncSession, settings: Settings, areas: Tree, broadcast: Broadcast, alert: Alert, inside: int | None
) -> Sent:
    texts = select(Text).where(col(Text.broadcast_id) == broadcast.id).order_by(col(Text.id))
    rungs = select(Rung).where(col(Rung.broadcast_id) == broadcast.id).order_by(col(Rung.number))
    return Sent(
        broadcast,
        alert,
        (await session.execute(texts)).scalars().all(),
        await _rules(session, settings, broadcast, alert),
        (await session.execute(rungs)).scalars().all(),
        await covered(session, areas, broadcast.id, inside=inside),
        await differences(session, broadcast, inside=inside),
    )


async def _rules(
    session: AsyncSession, settings: Settings, broadcast: Broadcast, alert: Alert
) -> Sequence[AudienceRule]:
    """Rows of the present table that match the hazard, the colour, the hour and the day of the sending."""
    local = broadcast.started_at.astimezone(settings.zone)
    what = ALL_CLEAR if broadcast.purpose is Purpose.all_clear else ALERT
    rows = (await session.execute(select(AudienceRule).order_by(col(AudienceRule.id)))).scalars().all()
    return matching(rows, Occasion(what, alert.event_code, alert.grade, local.hour, local.date()))


async def _sources(session: AsyncSession, versions: Sequence[Alert]) -> Sequence[AlertSource]:
    wanted = select(AlertSource).where(col(AlertSource.alert_id).in_([v.id for v in versions]))
    return (await session.execute(wanted.order_by(col(AlertSource.id)))).scalars().all()


async def _holds(session: AsyncSession, versions: Sequence[Alert], broadcasts: Sequence[str]) -> Sequence[Hold]:
    """What waited for a person because of this alert; calls for help stand in their people's lines."""
    about = [f"broadcast:{one}" for one in broadcasts]
    mine = sa.or_(col(Hold.alert_id).in_([v.id for v in versions]), col(Hold.about).in_(about))
    return (await session.execute(select(Hold).where(mine).order_by(col(Hold.id)))).scalars().all()


def _within(areas: Tree, area_id: int | None, inside: int | None) -> bool:
    """Whether a hold about somebody is of this part; one about the alert itself is everybody's."""
    return inside is None or area_id is None or inside in {node.id for node in areas.up(area_id)}


async def _entries(session: AsyncSession, subjects: Sequence[str]) -> tuple[list[Noted], int]:
    about = col(Entry.subject).in_(subjects)
    settled = sa.select(sa.func.count()).where(about, col(Entry.action) == SETTLED)
    columns = (col(Entry.id), col(Entry.at), col(Entry.actor), col(Entry.action), col(Entry.digest))
    wanted = sa.select(*columns).where(about, col(Entry.action) != SETTLED).order_by(col(Entry.id)).limit(MOST)
    rows = [Noted(*row) for row in await session.execute(wanted)]
    return rows, await session.scalar(settled) or 0


async def _sealed(session: AsyncSession) -> Sealed | None:
    last = await newest(session)
    if last is None:
        return None
    open_ = await session.scalar(sa.select(sa.func.count()).where(col(Entry.seal_id).is_(None))) or 0
    anchor = Anchor(at=last.at, seal_id=last.id, entries=0, mac=last.mac)
    return Sealed(last.id, last.at, code(anchor), last.mac, last.last, open_)


async def _followers(session: AsyncSession, broadcasts: Sequence[str]) -> int:
    told = sa.select(sa.func.count(sa.distinct(col(Delivery.target_id)))).where(
        col(Delivery.broadcast_id).in_(broadcasts), col(Delivery.target_kind) == "follower"
    )
    return await session.scalar(told) or 0
