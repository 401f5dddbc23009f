"""What replaces a mass send is owed to whoever had it: the same form as the officer's is put at once, and waits for a
word; where a row of the county says so, red goes by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import select

from bot.channels.oa_mass.limits import LEAST
from bot.config import Settings
from bot.directory.tree import Tree, tree
from bot.record.entries import record
from broadcasts.alerts.content import message
from broadcasts.alerts.models import Alert, Status
from broadcasts.audience.places import Hit, hit
from broadcasts.dispatch.masses.decide import allowed, go, put, supersede_asks
from broadcasts.dispatch.masses.following.before import gravest, massed, replaced
from broadcasts.dispatch.masses.following.models import MassRule
from broadcasts.dispatch.masses.following.rules import Following, following
from broadcasts.dispatch.masses.plan import MassPlan, NoMass, mass_plan
from broadcasts.dispatch.masses.states import Asked, Whom
from broadcasts.dispatch.masses.tagged import Tagged
from broadcasts.dispatch.masses.waits import BY, wait
from broadcasts.dispatch.models import Broadcast, MassSend


@dataclass(frozen=True)
class Owed:
    """What `broadcast` of `alert`, which replaced `olds`, owes to whoever had a mass send, as it was counted."""

    areas: Tree
    alert: Alert
    broadcast: Broadcast
    olds: Sequence[Alert]
    plan: MassPlan


async def planned(
    session: AsyncSession, settings: Settings, alert: Alert, broadcast: Broadcast, waited: Sequence[MassSend],
    at: datetime,
) -> Owed | None:  # fmt: skip
    """None where nobody is owed anything by mass: none had one, or all have a copy of their own now."""
    areas = await tree(session)
    plan = await _plan(session, settings, areas, alert, hit(message(alert.content), areas), waited, at)
    if plan is None or not (plan.size or plan.full):
        return None
    return Owed(areas, alert, broadcast, await replaced(session, alert), plan)


async def follow(session: AsyncSession, settings: Settings, owed: Owed, *, at: datetime) -> MassSend | None:
    """Ask for it, or send it where the county's row lets it go by itself. None where that has been replaced or is over
    meanwhile: what came after it owes the same."""
    alert = await session.get_one(Alert, owed.alert.id, with_for_update=True)
    broadcast = await session.get_one(Broadcast, owed.broadcast.id)
    plan = owed.plan
    if alert.status is not Status.issued:
        return None
    asked = await put(session, broadcast, plan, by=BY, at=at)
    if plan.whom is Whom.follow and (plan.full or len(plan.ids) < LEAST):
        asked.words_due_at = at
    rule = following(
        await _rules(session), gravest(alert, owed.olds), broadcast.purpose, at.astimezone(settings.zone).date()
    )
    if not await _by_itself(session, settings, owed.areas, alert, broadcast, asked, plan, rule, at):
        await wait(session, alert, broadcast, asked, plan)
    return asked


async def _plan(
    session: AsyncSession, settings: Settings, areas: Tree, alert: Alert, place: Hit, waited: Sequence[MassSend],
    at: datetime,
) -> MassPlan | None:  # fmt: skip
    """To whoever had the earlier one; where none had left yet, to those for whom it waited. Of whom nobody was told
    yet, nobody is told that it is over."""
    if await massed(session, alert):
        return await mass_plan(session, settings, areas, alert, place, Whom.follow, at)
    before = next(iter(waited), None)
    if before is None or alert.msg_type == "Cancel":
        return None
    tag = Tagged(before.tag_id, before.tag_name, before.size) if before.tag_id is not None else None
    return await mass_plan(session, settings, areas, alert, place, before.whom, at, tag)


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
    session: AsyncSession, settings: Settings, areas: Tree, alert: Alert, place: Hit, broadcast: Broadcast, *, by: str,
    at: datetime,
) -> MassSend | None:  # fmt: skip
    """`broadcast` was taken back: a text that was massed stays on people's phones, since the platform deletes articles
    and videos alone, so that a correction by mass is asked for. None where none had left."""
    await supersede_asks(session, [broadcast.id], at)
    plan = await mass_plan(session, settings, areas, alert, place, Whom.recall, at)
    if not (plan.size or plan.full):
        return None
    asked = await put(session, broadcast, plan, by=by, at=at)
    await wait(session, alert, broadcast, asked, plan)
    return asked


async def _rules(session: AsyncSession) -> Sequence[MassRule]:
    return (await session.execute(select(MassRule))).scalars().all()
