"""Whom the mass sends of what an alert replaces were for, read off their frozen sets: those followers have no copies of
their own, and yet they hear how it goes on."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.channels.oa_mass.limits import TO_ALL, TO_TAG
from broadcasts.alerts.models import OWN, Alert
from broadcasts.dispatch.masses.idset import decoded
from broadcasts.dispatch.masses.states import Whom
from broadcasts.dispatch.masses.told import AWAY, FROZEN
from broadcasts.dispatch.models import Batch, Broadcast, MassSend, Text
from broadcasts.dispatch.states import State
from broadcasts.dispatch.texts.own_words import corrects
from broadcasts.hazards.grades import Grade
from broadcasts.subscriptions.listeners import everybody, listening

NEVER_LEFT = (State.queued, State.skipped)


async def replaced(session: AsyncSession, alert: Alert) -> Sequence[Alert]:
    """What this alert takes the place of, itself."""
    return (await session.execute(select(Alert).where(col(Alert.replaced_by) == alert.uid))).scalars().all()


def gravest(alert: Alert, olds: Collection[Alert]) -> Grade | None:
    """The graver colour of what is said now and what it replaces."""
    return min((one.grade for one in (alert, *olds) if one.grade), key=lambda grade: grade.rank, default=None)


def widens(alert: Alert) -> bool:
    """Whether it is also for those who are newly concerned: an all-clear and a correction are for those who were told,
    and what the county says to its own people is no resident's."""
    ours = alert.kind in OWN and alert.content.get("scope") != "Public"
    return alert.msg_type != "Cancel" and not corrects(alert) and not ours


async def chain(session: AsyncSession, alert: Alert) -> list[int]:
    """What it replaces, and what that had replaced: a link of which no mass send was made breaks nothing."""
    found: list[int] = []
    uids = [alert.uid]
    while uids:
        wanted = sa.select(col(Alert.id), col(Alert.uid)).where(col(Alert.replaced_by).in_(uids))
        level = [row for row in await session.execute(wanted) if row[0] not in found]
        found += [number for number, _ in level]
        uids = [uid for _, uid in level]
    return found


async def massed(session: AsyncSession, alert: Alert) -> bool:
    """Whether anything that it replaces went to the masses."""
    return (await session.execute((await _before(session, alert)).limit(1))).first() is not None


async def heard_before(session: AsyncSession, alert: Alert) -> set[int]:
    """Followers for whom the earlier mass sends were, whatever became of those."""
    return await _still_there(session, await _before(session, alert))


async def beyond(session: AsyncSession, alert: Alert) -> int:
    """How many had an earlier one by a tag and are in no list of ours: nobody can name them in a call."""
    most: dict[str | None, int] = {}
    for blob, form, tag, size in await session.execute(
        (await _before(session, alert)).add_columns(col(Batch.members), col(Batch.size))
    ):
        if form == TO_TAG:
            most[tag] = max(most.get(tag, 0), size - len(decoded(blob or b"")))
    return sum(most.values())


async def heard_of(session: AsyncSession, alert: Alert) -> set[int]:
    """Followers to whom this alert went by mass, and to whom no correction of it went yet."""
    mine = _frozen().where(col(Broadcast.alert_id) == alert.id, col(Batch.state).not_in((*NEVER_LEFT, State.failed)))
    mended = col(Batch.text_id).in_(sa.select(col(MassSend.text_id)).where(col(MassSend.whom) == Whom.recall))
    told = await _still_there(session, mine.where(sa.func.coalesce(~mended, sa.true())))
    return told - await _still_there(session, mine.where(mended, col(Batch.state).not_in(AWAY)))


async def _before(session: AsyncSession, alert: Alert) -> sa.Select[bytes | None, str]:
    """An all-clear spends none of the four on whom the platform was never asked to tell."""
    wanted = _frozen().where(col(Broadcast.alert_id).in_(await chain(session, alert)))
    if alert.msg_type != "Cancel":
        return wanted
    return wanted.where(sa.or_(col(Batch.state).not_in(NEVER_LEFT), col(Batch.attempts) > 0))


def _frozen() -> sa.Select[bytes | None, str]:
    return (
        sa.select(col(Batch.audience), col(Text.form))
        .join(Broadcast, col(Broadcast.id) == col(Batch.broadcast_id))
        .join(Text, col(Text.id) == col(Batch.text_id))
        .where(FROZEN, col(Broadcast.subject) == "")
    )


async def _still_there(session: AsyncSession, wanted: sa.Select[bytes | None, str]) -> set[int]:
    """Without those who have left; and without those who wanted to hear nothing, unless the send asked nobody: to all,
    or by a tag."""
    rows = [(blob, form) for blob, form in await session.execute(wanted) if blob]
    found: set[int] = set()
    for unasked, those in ((True, everybody), (False, listening)):
        mine = [decoded(blob) for blob, form in rows if (form in (TO_ALL, TO_TAG)) is unasked]
        if mine:
            found |= set(await those(session)).intersection(*[set().union(*mine)])
    return found
