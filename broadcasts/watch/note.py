"""From what a look saw to rows: a finding begins, goes on, ends. Nothing here sends, and no sending waits for it."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.record.entries import record
from broadcasts.watch.contract import Found, Level, Seen
from broadcasts.watch.models import Finding, Looked

BY = "system"


async def note(session: AsyncSession, name: str, found: Found | None, at: datetime) -> None:
    """Keep what the look `name` saw. What it no longer sees has ended; nothing to look at ends everything of it."""
    await _keep(session, name, found, at)
    seen = found.seen if found else ()
    told = {(one.kind, one.subject): one for one in seen if one.level is not Level.note}
    for finding in await open_findings(session, name):
        one = told.pop((finding.kind, finding.subject), None)
        if one is None and found is not None and found.unsure:
            continue
        if one is None:
            finding.ended_at = at
            record(session, BY, "watch.ended", f"finding:{finding.id}", at, kind=finding.kind, about=finding.subject)
        else:
            _still(finding, one, at)
        session.add(finding)
    for one in told.values():
        await _begin(session, name, one, at)


async def open_findings(session: AsyncSession, name: str | None = None) -> list[Finding]:
    """What is wrong now, the worst and oldest first; of one look where named."""
    wanted = sa.select(Finding).where(sa.text("watch_finding.ended_at IS NULL")).order_by(col(Finding.id))
    if name is not None:
        wanted = wanted.where(col(Finding.look) == name)
    found: Iterable[Finding] = (await session.execute(wanted)).scalars()
    return sorted(found, key=lambda f: (f.level is not Level.bad, f.id))


async def _keep(session: AsyncSession, name: str, found: Found | None, at: datetime) -> None:
    row = await session.get(Looked, name)
    if found is None:
        if row is not None:
            await session.delete(row)
        return
    row = row or Looked(name=name, at=at, problems=[], facts={}, first_at=at)
    row.at, row.facts = at, dict(found.facts)
    row.problems = [{"kind": one.kind, "level": one.level.value, "facts": dict(one.facts)} for one in found.seen]
    row.good_at = row.good_at if found.seen else at
    session.add(row)


def _still(finding: Finding, one: Seen, at: datetime) -> None:
    """It goes on; what has become worse is told anew."""
    if one.level is Level.bad and finding.level is not Level.bad:
        finding.level, finding.told_at, finding.due_at = Level.bad, None, at + one.patience
    elif one.grows and int(one.facts[one.grows]) > int(finding.facts.get(one.grows, 0)):
        finding.told_at, finding.due_at = None, at + one.patience
    finding.seen_at, finding.facts, finding.elsewhere = at, dict(one.facts), one.elsewhere


async def _begin(session: AsyncSession, name: str, one: Seen, at: datetime) -> None:
    finding = Finding(
        look=name,
        kind=one.kind,
        subject=one.subject[:64],
        level=one.level,
        facts=dict(one.facts),
        elsewhere=one.elsewhere,
        since=at,
        seen_at=at,
        due_at=at + one.patience,
    )
    session.add(finding)
    await session.flush()
    record(session, BY, "watch.began", f"finding:{finding.id}", at, kind=one.kind, about=one.subject[:64])
