"""Telling the approvers that something waits for them, or that one person has sent something without them."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.access.names import name
from bot.config import Settings
from bot.deps import Deps
from bot.directory.tree import Tree, tree
from bot.sweeps.each import each
from broadcasts.alerts.models import Kind
from broadcasts.audience.select import Target
from broadcasts.dispatch.states import Purpose
from broadcasts.dispatch.tell import tell
from broadcasts.dispatch.texts.render import render
from broadcasts.dispatch.texts.spoken import spoken
from broadcasts.notices.approvers import approvers, reached, writers
from broadcasts.notices.models import Notice, State
from broadcasts.notices.writing.content import Content, called
from broadcasts.notices.writing.write import current
from broadcasts.release.rings import OnDuty

EVERY = timedelta(minutes=3)  # a local warning: somebody's life may wait for it
SLOWLY = timedelta(minutes=30)  # a notice
MOST = {Kind.local: 20, Kind.notice: 4}  # rings
ALONE = 3  # rings after which the desk's leaders are told too
WORTH = timedelta(minutes=15)


async def tell_due(deps: Deps, on_duty: OnDuty, at: datetime) -> int:
    """Tell whoever is due to be told, of each notice by itself. However long nothing ran, each is told once, and the
    next time counts from now. How many notices."""
    wanted = select(Notice.id).where(col(Notice.ring_at) <= at).order_by(col(Notice.id))
    async with deps.read() as session:
        waiting = (await session.execute(wanted)).scalars().all()
    one = partial(_tell_of, settings=deps.settings, on_duty=on_duty, at=at)
    return await each(deps, "notices.tell", waiting, one, at)


async def _tell_of(session: AsyncSession, notice_id: int, *, settings: Settings, on_duty: OnDuty, at: datetime) -> int:
    mine = select(Notice).where(col(Notice.id) == notice_id, col(Notice.ring_at) <= at).with_for_update()
    notice = (await session.execute(mine)).scalar_one_or_none()
    if notice is None:
        return 0
    await _tell(session, settings, on_duty, await tree(session), notice, at)
    return 1


async def anything_due(session: AsyncSession, at: datetime) -> bool:
    return (await session.execute(select(Notice.id).where(col(Notice.ring_at) <= at).limit(1))).first() is not None


async def _tell(
    session: AsyncSession, settings: Settings, on_duty: OnDuty, areas: Tree, notice: Notice, at: datetime
) -> None:
    content = await current(session, notice)
    notice.rings += 1
    again = notice.state is State.submitted and notice.rings < MOST[notice.kind]
    notice.ring_at = at + (EVERY if notice.kind is Kind.local else SLOWLY) if again else None
    session.add(notice)
    targets = await _targets(session, on_duty, areas, notice, content, at)
    text = render(
        "notice.txt",
        waits=notice.state is State.submitted,
        kind=notice.kind.value,
        title=title(notice, content),
        author=await name(session, notice.author),
        number=notice.rings,
        at=spoken(at, at, settings.zone),
        link=f"{settings.base_url}/console/notices/{notice.uid}" if settings.base_url else "",
    )
    subject, ordinal = f"notice:{notice.uid}", notice.version * 100 + notice.rings
    await tell(
        session, settings, targets, text, purpose=Purpose.ring, subject=subject, at=at, worth=WORTH, ordinal=ordinal,
        areas=areas,
    )  # fmt: skip


def title(notice: Notice, content: Content) -> str:
    """What people call it: 红色山洪, or the title of a notice."""
    if notice.kind is Kind.notice:
        return content.title or content.form.value
    return f"{content.grade.zh if content.grade else ''}{called(content.hazard) or '本级预警'}"


async def _targets(
    session: AsyncSession, on_duty: OnDuty, areas: Tree, notice: Notice, content: Content, at: datetime
) -> list[Target]:
    """The one who was asked by name, then all who may; where none of them can be reached, or nobody came, the desk."""
    able = await approvers(session, areas, content, beside=await writers(session, notice))
    named = [one for one in able if one.account == notice.asked]
    targets = await reached(session, named if named and notice.rings == 1 else able)
    if targets and (notice.rings <= ALONE or notice.kind is Kind.notice):
        return targets
    found = {(one.kind, one.id): one for one in targets}
    desk = await on_duty.to_wake(session, leaders=True, at=at)
    return [*(found | {(one.kind, one.id): one for one in desk}).values()]
