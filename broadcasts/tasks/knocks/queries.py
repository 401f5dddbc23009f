"""Who is on the way to whom, since when, and what was found: for whoever was sent, and for the desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from bot.db.types import UtcDateTime
from bot.directory.models import Area, Person
from broadcasts.dispatch.states import Road, State
from broadcasts.tasks.copies import furthest
from broadcasts.tasks.knocks.models import WAITS, Knock
from broadcasts.tasks.knocks.models import State as Knocked
from broadcasts.tasks.knocks.states import OPEN, Why
from broadcasts.tasks.pictures import DOORS, counted

CLOSED = sa.select(
    sa.exists().where(
        col(Knock.knocker_id) == sa.bindparam("me", type_=sa.Integer),
        col(Knock.done_at) >= sa.bindparam("since", type_=UtcDateTime),
    )
).execution_options(autoflush=False)


@dataclass(frozen=True)
class Seen:
    """A knock with the names of both. `sealed` is the knocker's phone as kept, `copy` what became of the message that
    sends them; None: it was not written yet. `pictures` and `videos` count those that are here."""

    knock: Knock
    name: str
    ab: str
    uid: str
    area_id: int
    village: str
    by: str
    by_uid: str
    by_ab: str
    by_village: str
    sealed: bytes | None
    copy: State | None = None
    pictures: int = 0
    videos: int = 0

    @property
    def open(self) -> bool:
        return self.knock.state in OPEN

    def late(self, at: datetime) -> bool:
        return self.open and self.knock.due_at <= at

    def called_back(self, since: datetime) -> bool:
        """Whether somebody else closed it, after whoever was sent had been told to go."""
        done, told = self.knock.done_at, self.knock.told_id and self.copy is not State.skipped
        off = self.knock.state is Knocked.off and self.knock.reason not in {Why.refused, Why.left}
        return bool(off and told and done is not None and done >= since)

    @property
    def unreached(self) -> bool:
        """Whether the message that should send them has not come through."""
        return self.open and self.copy in {State.failed, State.unknown, State.skipped}


def asks(me: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Whether this person is on the way to a door."""
    return sa.exists().where(col(Knock.knocker_id) == me, WAITS)


async def doors_of(session: AsyncSession, knocker_id: int, road: Road) -> list[Seen]:
    """To which doors this person is on the way, the oldest first."""
    mine = (col(Knock.knocker_id) == knocker_id, col(Knock.state).in_(OPEN), col(Knock.road) == road)
    return await _seen(session, mine)


async def any_closed(session: AsyncSession, knocker_id: int, *, since: datetime) -> bool:
    """Whether this person was sent to a door that is over since then: nearly always nobody was, and all digits ask."""
    return bool(await session.scalar(CLOSED, {"me": knocker_id, "since": since}))


async def closed_of(session: AsyncSession, knocker_id: int, road: Road, *, since: datetime) -> list[Seen]:
    """The doors of this person that are over since then, the oldest first."""
    over = (col(Knock.state).not_in(OPEN), col(Knock.done_at) >= since)
    return await _seen(session, (col(Knock.knocker_id) == knocker_id, col(Knock.road) == road, *over))


async def last_told(session: AsyncSession, knocker_id: int, road: Road) -> Seen | None:
    """What this person said last of a door."""
    mine = (col(Knock.knocker_id) == knocker_id, col(Knock.road) == road, col(Knock.how).is_not(None))
    found = await _seen(session, mine)
    return max(found, key=lambda one: one.knock.done_at or one.knock.sent_at, default=None)


async def of_broadcasts(session: AsyncSession, broadcasts: Sequence[str], *, inside: int | None = None) -> list[Seen]:
    """Every knock for these sendings, the oldest first; of doors inside an area, where one is given."""
    return await _seen(session, (col(Knock.broadcast_id).in_(broadcasts),), inside=inside)


async def of_uid(session: AsyncSession, uid: str) -> Seen | None:
    return next(iter(await _seen(session, (col(Knock.uid) == uid,))), None)


async def on_the_way(session: AsyncSession, *, inside: int | None = None) -> list[Seen]:
    """All that are open, in earnest."""
    return await _seen(session, (WAITS, col(Knock.drill).is_(False)), inside=inside)


async def _seen(session: AsyncSession, where: Sequence[Any], *, inside: int | None = None) -> list[Seen]:
    knocker, home = aliased(Person), aliased(Area)
    copy = furthest(col(Knock.told_id))
    columns: list[Any] = [
        Knock, col(Person.name), col(Person.ab), col(Person.uid), col(Area.id), col(Area.name), knocker.name,
        knocker.uid, knocker.ab, home.name, knocker.phone_sealed, copy, *counted(DOORS, col(Knock.id)),
    ]  # fmt: skip
    wanted = (
        sa.select(*columns)
        .join(Person, col(Person.id) == col(Knock.person_id))
        .join(Area, col(Area.id) == col(Person.area_id))
        .join(knocker, col(knocker.id) == col(Knock.knocker_id))
        .join(home, col(home.id) == col(knocker.area_id))
        .where(*where)
        .order_by(col(Knock.id))
    )
    if inside is not None:
        wanted = wanted.where(col(Area.path).contains(f"/{int(inside)}/"))
    return [_row(row) for row in await session.execute(wanted)]


def _row(row: Any) -> Seen:
    *facts, copy, pictures, videos = row
    told: list[Any] = [*facts, State(copy) if copy else None, pictures, videos]
    return Seen(*told)
