"""What replaces a mass send is owed to whoever had it: the same form as the officer's is put at once, and waits for a
word; where a row of the county says so, red goes by itself."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.channels.oa_mass.limits import LEAST
from bot.config import Settings
from bot.directory.tree import Tree
from bot.record.entries import record
from broadcasts.alerts.models import Alert
from broadcasts.audience.places import Hit
from broadcasts.dispatch.masses.decide import allowed, go, put, supersede_asks
from broadcasts.dispatch.masses.following.before import gravest, massed
from broadcasts.dispatch.masses.following.models import MassRule
from broadcasts.dispatch.masses.following.rules import Following, following
from broadcasts.dispatch.masses.plan import MassPlan, NoMass, mass_plan
from broadcasts.dispatch.masses.states import Asked, Whom
from broadcasts.dispatch.masses.tagged import Tagged
from broadcasts.dispatch.masses.waits import BY, wait
from broadcasts.dispatch.models import Broadcast, MassSend


async def follow(
    session: AsyncSession, settings: Settings, areas: Tree, alert: Alert, hit: Hit, broadcast: Broadcast,
    olds: Sequence[Alert], *, at: datetime,
) -> MassSend | None:  # fmt: skip
    """`alert` has been issued in place of `olds`. What of those waits for a word waits no longer. None where nobody is
    owed anything by mass: none had one, or all have a copy of their own now."""
    mine = sa.select(col(Broadcast.id)).where(col(Broadcast.alert_id).in_([old.id for old in olds]))
    waited = await supersede_asks(session, [*(await session.execute(mine)).scalars()], at) if olds else []
    plan = await _plan(session, settings, areas, alert, hit, waited, at) if olds else None
    if plan is None or not (plan.size or plan.full):
        return None
    asked = await put(session, broadcast, plan, by=BY, at=at)
    if plan.whom is Whom.follow and (plan.full or len(plan.ids) < LEAST):
        asked.words_due_at = at
    rule = following(
        await _rules(session), gravest(alert, olds), broadcast.purpose, at.astimezone(settings.zone).date()
    )
    if not await _by_itself(session, settings, areas, alert, broadcast, asked, plan, rule, at):
        await wait(session, alert, broadcast, asked, plan)
    return asked


async def _plan(
    session: AsyncSession, settings: Settings, areas: Tree, alert: Alert, hit: Hit, waited: Sequence[MassSend],
    at: datetime,
) -> MassPlan | None:  # fmt: skip
    """To whoever had the earlier one; where none had left yet, to those for whom it waited. Of whom nobody was told
    yet, nobody is told that it is over."""
    if await massed(session, alert):
        return await mass_plan(session, settings, areas, alert, hit, Whom.follow, at)
    before = next(iter(waited), None)
    if before is None or alert.msg_type == "Cancel":
        return None
    tag = Tagged(before.tag_id, before.tag_name, before.size) if before.tag_id is not None else None
    return await mass_plan(session, settings, areas, alert, hit, before.whom, at, tag)


async def _by_itself(
    session: AsyncSession, settings: Settings, areas: Tree, alert: Alert, broadcast: Broadcast, asked: MassSend,
    plan: MassPlan, rule: Following, at: datetime,
) -> bool:  # fmt: skip
    """Whether it left without a person's word. What it lacks is for a person to see."""
    if not rule.alone or plan.lacks or plan.whom is Whom.tag:
        return False
    try:
        await allowed(session, settings, alert, broadcast, plan.whom, at)
        await go(session, settings, areas, alert, broadcast, asked, plan, by=BY, at=at)
    except NoMass:
        return False
    record(session, BY, "mass.by_rule", asked.uid, at, basis=rule.basis)
    return asked.state is Asked.sent


async def mend(
    session: AsyncSession, settings: Settings, areas: Tree, alert: Alert, hit: Hit, broadcast: Broadcast, *, by: str,
    at: datetime,
) -> MassSend | None:  # fmt: skip
    """`broadcast` was taken back: a text that was massed stays on people's phones, since the platform deletes articles
    and videos alone, so that a correction by mass is asked for. None where none had left."""
    await supersede_asks(session, [broadcast.id], at)
    plan = await mass_plan(session, settings, areas, alert, hit, Whom.recall, at)
    if not (plan.size or plan.full):
        return None
    asked = await put(session, broadcast, plan, by=by, at=at)
    await wait(session, alert, broadcast, asked, plan)
    return asked


async def _rules(session: AsyncSession) -> Sequence[MassRule]:
    return (await session.execute(select(MassRule))).scalars().all()
