"""Warnings that came while the clock was ahead, and were kept as over by it: by the right clock they go out, or wait
for a person, as they would have."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.db.turns import turn
from bot.directory.tree import tree
from bot.ids import earliest
from bot.record.entries import record
from broadcasts.alerts import queries
from broadcasts.alerts.content import message
from broadcasts.alerts.models import Alert, Status
from broadcasts.audience.places import hit
from broadcasts.dispatch.set_back import AHEAD
from broadcasts.release.holds import hold
from broadcasts.release.models import ReleaseRule
from broadcasts.release.send_out import send_out
from broadcasts.release.verdict import Question, verdict

BY = "system"


async def looked_over(session: AsyncSession, at: datetime) -> Sequence[int]:
    """Which alerts came so, oldest first."""
    wanted = select(Alert.id).where(
        col(Alert.uid) > earliest(at + AHEAD),
        col(Alert.status) == Status.stored,
        col(Alert.note) == "expired",
        col(Alert.expires) > at,
    )
    return (await session.execute(wanted.order_by(col(Alert.sent), col(Alert.id)))).scalars().all()


async def take_again(session: AsyncSession, alert_id: int, *, settings: Settings, at: datetime) -> int:
    """Let it out, or hold it, unless something newer of it has come. Whoever was told of what it ended hears of it."""
    await turn(session, "intake")  # as broadcasts.intake.take
    alert = await session.get(Alert, alert_id, with_for_update=True, populate_existing=True)
    if alert is None or alert.status is not Status.stored or alert.note != "expired":
        return 0
    alert.note = "overtaken" if await queries.overtaken_by(session, alert) else ""
    session.add(alert)
    record(session, BY, "alert.taken_again", alert.uid, at)
    if alert.note:
        return 1
    areas, day = await tree(session), at.astimezone(settings.zone).date()
    ended = select(Alert).where(col(Alert.replaced_by) == alert.uid).order_by(col(Alert.sent), col(Alert.id))
    found = (await session.execute(ended)).scalars().all()
    in_force = await queries.same_in_force(session, alert, at)
    rules = (await session.execute(select(ReleaseRule))).scalars().all()
    why = verdict(Question(alert, found, in_force, [root.code for root in areas.roots], at, day), rules)
    if why is not None:
        await hold(session, alert, why, by=BY, at=at)
    else:
        await send_out(session, settings, alert, hit(message(alert.content), areas), found, by=BY, at=at)
    return 1
