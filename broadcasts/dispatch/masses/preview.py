"""Before many get it one looks at it: the mass send's text to a named person's own phone, by the platform's preview."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.access.models import User
from bot.channels.oa_mass.limits import PREVIEW
from bot.directory.models import Address, Area, Person
from broadcasts.audience.select import ACCOUNT, Target
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.planning.plan import Plan, PlannedBatch, PlannedText
from broadcasts.dispatch.planning.write import Sending, write
from broadcasts.dispatch.recompute import text_digest
from broadcasts.dispatch.sending.roads import MASS
from broadcasts.dispatch.states import Mode, Purpose

LASTS = timedelta(minutes=10)
RANK = 1


@dataclass(frozen=True)
class Looker:
    """Somebody who has an account here and follows the county's."""

    person_id: int
    name: str
    area_id: int
    town_id: int | None
    openid: str


async def lookers(session: AsyncSession) -> Sequence[Looker]:
    rows = await session.execute(
        sa.select(col(Person.id), col(Person.name), col(Person.area_id), col(Area.town_id), col(Address.value))
        .join(User, col(User.person_id) == col(Person.id))
        .join(Address, (col(Address.person_id) == col(Person.id)) & (col(Address.channel) == ACCOUNT))
        .join(Area, col(Area.id) == col(Person.area_id))
        .where(col(User.disabled_at).is_(None), col(Address.gone_at).is_(None))
        .order_by(col(Person.name), col(Person.id))
        .distinct()
    )
    return [Looker(*row) for row in rows]


async def show_to(
    session: AsyncSession, broadcast: Broadcast, who: Looker, words: str, *, by: str, at: datetime
) -> Broadcast:
    """A sending of its own, which is no copy of the alert's."""
    target = Target("person", who.person_id, who.area_id, who.town_id, "", "zh-CN", Mode.quiet, {MASS: who.openid})
    made = Plan([PlannedText(MASS, [words], [], text_digest([words]), PREVIEW)])
    made.batches.append(PlannedBatch(0, MASS, Mode.quiet, [target]))
    subject, due = f"mass-preview:{broadcast.id}", dict.fromkeys(Mode, at)
    return await write(session, made, Sending(Purpose.test, RANK, due, at + LASTS, subject=subject), by=by, at=at)
