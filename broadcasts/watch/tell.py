"""Telling of findings: what holds up warnings rings like all that waits for a person, the rest is said once by day; and
when it is over, that is said too. One that breaks keeps no other from being told."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.config import Settings
from bot.deps import Deps
from bot.directory.tree import tree
from bot.sweeps.each import each
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


async def tell_due(deps: Deps, on_duty: OnDuty, without: OnDuty, at: datetime) -> None:
    """Each finding once at its beginning and once at its end, each by itself but for the one message of the day.
    `without` knows whom to tell where the application itself is what is shut: its own messages do not arrive."""
    async with deps.glance() as session:
        due = [*(await session.execute(_begun(at))).scalars(), *(await session.execute(_over())).scalars()]
    by_day, found = _by_day(deps.settings, at), list[int]()
    now = [one.id for one in due if by_day or _by_night(one)]
    await each(deps, "watch.tell", now, partial(_deal, settings=deps.settings, without=without, at=at, found=found), at)
    said = partial(_one_message, settings=deps.settings, on_duty=on_duty, at=at, finding_ids=found)
    await each(deps, "watch.message", ["all"] if found else [], said, at)


async def _deal(
    session: AsyncSession, finding_id: int, *, settings: Settings, without: OnDuty, at: datetime, found: list[int]
) -> int:
    """Ring for what is bad, and let nothing ring for what is over. What goes into the one message is `found`, once it
    has its words."""
    finding = await session.get(Finding, finding_id, with_for_update=True)
    if finding is None:
        return 0
    if finding.ended_at is None and finding.told_at is None and finding.level is Level.bad:
        await _ring(session, finding, at)
        if finding.kind in SHUT:
            await _say(session, settings, without, [finding], (), at)
        return 1
    if finding.ended_at is not None and finding.end_told_at is None:
        await _quiet(session, finding, at)
        if finding.told_at is None and _passed(finding):
            finding.end_told_at = at
            return 1
    words(finding.kind, finding.facts)
    found.append(finding.id)
    return 0


async def _one_message(
    session: AsyncSession, _: str, *, settings: Settings, on_duty: OnDuty, at: datetime, finding_ids: Sequence[int]
) -> int:
    """Of all that has begun and all that is over."""
    wanted = select(Finding).where(col(Finding.id).in_(finding_ids)).order_by(col(Finding.id)).with_for_update()
    rows = (await session.execute(wanted)).scalars().all()
    begun = [one for one in rows if one.ended_at is None and one.told_at is None]
    over = [one for one in rows if one.ended_at is not None and one.end_told_at is None]
    for one in begun:
        one.told_at = at
    for one in over:
        one.told_at, one.end_told_at = one.told_at or at, at
    if begun or over:
        await _say(session, settings, on_duty, begun, over, at)
    return len(begun) + len(over)


def _by_night(finding: Finding) -> bool:
    """What rings, and the end of what has rung."""
    return finding.level is Level.bad and (finding.ended_at is None or finding.told_at is not None)


def _passed(finding: Finding) -> bool:
    """Whether it was over before anybody was to hear of it; what was there in the night, and what grew in it, was to be
    told in the morning."""
    return finding.elsewhere or (finding.ended_at is not None and finding.ended_at < finding.due_at)


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


def _ended(finding: Finding, at: datetime, settings: Settings) -> tuple[str, str, str]:
    """What is over, since when it was, and until when where that was some time ago."""
    until = spoken(finding.ended_at, at, settings.zone) if finding.ended_at and finding.ended_at < at else ""
    return words(finding.kind, finding.facts).said, spoken(finding.since, at, settings.zone), until


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
        over=[_ended(one, at, settings) for one in over],
        link=f"{settings.base_url}/console/watch" if settings.base_url else "",
    )
    targets = await on_duty.to_wake(session, leaders=False, at=at)
    subject = f"watch:{(begun or over)[0].id}:{'begun' if begun else 'over'}"
    areas = await tree(session)
    await tell(session, settings, targets, text, purpose=Purpose.ring, subject=subject, at=at, worth=WORTH, areas=areas)
