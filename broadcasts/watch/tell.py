"""Telling of findings: what holds up warnings rings like all that waits for a person, the rest is said once by day; and
when it is over, that is said too."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.config import Settings
from bot.directory.tree import tree
from broadcasts.dispatch.states import Purpose
from broadcasts.dispatch.tell import tell
from broadcasts.dispatch.texts.render import render
from broadcasts.dispatch.texts.spoken import spoken
from broadcasts.release.holds import close, open_hold
from broadcasts.release.models import Hold
from broadcasts.release.rings import OnDuty
from broadcasts.release.verdict import Reason
from broadcasts.watch.contract import Level
from broadcasts.watch.models import Finding
from broadcasts.watch.wording import words

SHUT = frozenset({"wecom_refuses", "wecom_silent"})
BY, MENDED = "system", "mended"
DAY = (time(7, 7), time(22))  # local: what can wait is told then
WORTH = timedelta(hours=6)


async def anything_due(session: AsyncSession, at: datetime) -> bool:
    return (await session.execute(_begun(at).limit(1))).first() is not None or (
        await session.execute(_over().limit(1))
    ).first() is not None


async def tell_due(session: AsyncSession, settings: Settings, on_duty: OnDuty, without: OnDuty, at: datetime) -> None:
    """Each finding once at its beginning and once at its end. `without` knows whom to tell where the application itself
    is what is shut: its own messages do not arrive."""
    begun = list((await session.execute(_begun(at))).scalars())
    over = list((await session.execute(_over())).scalars())
    for finding in [one for one in begun if one.level is Level.bad]:
        await _ring(session, finding, at)
        if finding.kind in SHUT:
            await _say(session, settings, without, [finding], (), at)
    for finding in [one for one in over if one.told_at is None]:
        finding.end_told_at = at  # nobody heard that it began
    over = [one for one in over if one.told_at is not None]
    for finding in over:
        await _quiet(session, finding, at)
    mild = [one for one in begun if one.level is not Level.bad]
    if not _by_day(settings, at):
        mild, over = [], [one for one in over if one.level is Level.bad]
    for one in mild:
        one.told_at = at
    for one in over:
        one.end_told_at = at
    if mild or over:
        await _say(session, settings, on_duty, mild, over, at)


def _begun(at: datetime) -> SelectOfScalar[Finding]:
    wanted = select(Finding).where(sa.text("watch_finding.ended_at IS NULL"), col(Finding.told_at).is_(None))
    return wanted.where(col(Finding.due_at) <= at, col(Finding.elsewhere).is_(False)).order_by(col(Finding.id))


def _over() -> SelectOfScalar[Finding]:
    ended = (col(Finding.ended_at).is_not(None), col(Finding.end_told_at).is_(None))
    return select(Finding).where(*ended).order_by(col(Finding.id))


def _by_day(settings: Settings, at: datetime) -> bool:
    return DAY[0] <= at.astimezone(settings.zone).time() < DAY[1]


async def _ring(session: AsyncSession, finding: Finding, at: datetime) -> None:
    """It rings every three minutes until somebody takes it, or it is over."""
    said = words(finding.kind, finding.facts)
    await open_hold(session, Reason.broken, about=_about(finding), said=f"{said.said} {said.mend}", by=BY, at=at)
    finding.told_at = at


async def _quiet(session: AsyncSession, finding: Finding, at: datetime) -> None:
    """Nothing rings any more for what is over."""
    waiting = select(Hold).where(col(Hold.about) == _about(finding), col(Hold.closed_at).is_(None))
    for hold in (await session.execute(waiting)).scalars():
        await close(session, hold, MENDED, by=BY, at=at)


def _about(finding: Finding) -> str:
    return f"watch:{finding.id}"


async def _say(
    session: AsyncSession,
    settings: Settings,
    on_duty: OnDuty,
    begun: Sequence[Finding],
    over: Sequence[Finding],
    at: datetime,
) -> None:
    """One message for all of it."""
    text = render(
        "watch_told.txt",
        begun=[words(one.kind, one.facts) for one in begun],
        over=[(words(one.kind, one.facts).said, spoken(one.since, at, settings.zone)) for one in over],
        link=f"{settings.base_url}/console/watch" if settings.base_url else "",
    )
    targets = await on_duty.to_wake(session, leaders=False, at=at)
    subject = f"watch:{(begun or over)[0].id}:{'begun' if begun else 'over'}"
    areas = await tree(session)
    await tell(session, settings, targets, text, purpose=Purpose.ring, subject=subject, at=at, worth=WORTH, areas=areas)
