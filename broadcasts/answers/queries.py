"""What a person may answer, what she said last, and whether she was asked at all."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.models import Area, Person
from broadcasts.alerts.models import Alert, Status
from broadcasts.answers.counted import Figures, Place, Silent, answered, figures, silent
from broadcasts.answers.latest import latest
from broadcasts.answers.models import NOT_HERS, Answer, Said
from broadcasts.dispatch.models import Broadcast, Delivery
from broadcasts.dispatch.states import Purpose, Road
from broadcasts.dispatch.texts.marks import MARK
from broadcasts.hazards.grades import Grade

__all__ = ["Figures", "OpenAlert", "Place", "Silent", "answered", "figures", "open_for", "silent"]


@dataclass(frozen=True)
class OpenAlert:
    """An alert that waits for a person's answer, or took it, and is not over. `place` is where that person stands."""

    broadcast_id: str
    alert_id: int
    alert_uid: str
    code: str
    event: str
    grade: Grade | None
    place: str
    started_at: datetime
    expires: datetime | None
    said: Said | None = None
    answered_at: datetime | None = None
    drill: bool = False

    @property
    def name(self) -> str:
        """红色暴雨"""
        return f"{MARK if self.drill else ''}{self.grade.zh if self.grade else ''}{self.event}"

    @property
    def first_line(self) -> str:
        return f"{self.name} {self.place}"


async def open_for(session: AsyncSession, person_id: int, road: Road, at: datetime) -> list[OpenAlert]:
    """The alerts and drills to which this person was asked to answer on this road, oldest first."""
    rows = await session.execute(_open(), {"person": person_id, "on": road, "now": at})
    return [OpenAlert(*row) for row in rows]


@cache
def _open() -> "sa.Select[*tuple[Any, ...]]":
    """Put together once: every word of every village asks it."""
    person: sa.BindParameter[int] = sa.bindparam("person", type_=sa.Integer)
    last = latest(col(Answer.person_id) == person, col(Answer.said).not_in(NOT_HERS))
    columns = (
        *(col(Broadcast.id), col(Alert.id), col(Alert.uid), col(Broadcast.code), col(Alert.event), col(Alert.grade)),
        *(col(Area.name), col(Broadcast.started_at), col(Alert.expires), col(Answer.said), col(Answer.at)),
        col(Broadcast.drill),
    )
    return (
        sa.select(*columns)
        .select_from(Broadcast)
        .join(Alert, col(Alert.id) == col(Broadcast.alert_id))
        .join(Person, col(Person.id) == person)
        .join(Area, col(Area.id) == col(Person.area_id))
        .join(last, last.c.broadcast_id == col(Broadcast.id), isouter=True)
        .join(Answer, col(Answer.id) == last.c.id, isouter=True)
        .where(col(Broadcast.road) == sa.bindparam("on"), lives(sa.bindparam("now")), asked_of(person))
        .order_by(col(Broadcast.id))
        .execution_options(autoflush=False)  # nothing of it is ever pending when a word is read
    )


def lives(at: "datetime | sa.BindParameter[datetime]") -> sa.ColumnElement[bool]:
    """Of a Broadcast joined with its Alert: it asks for answers still."""
    return sa.and_(
        col(Alert.status) == Status.issued,
        col(Alert.msg_type) != "Cancel",
        sa.or_(col(Alert.expires).is_(None), col(Alert.expires) > at),
        col(Broadcast.subject) == "",
        col(Broadcast.purpose).in_([Purpose.first, Purpose.update, Purpose.drill]),
    )


def asked_of(person_id: "int | sa.BindParameter[int]") -> sa.ColumnElement[bool]:
    """Of a Broadcast: this person was asked by it, whether or not a copy reached her."""
    return sa.exists().where(
        col(Delivery.broadcast_id) == col(Broadcast.id),
        col(Delivery.target_kind) == "person",
        col(Delivery.target_id) == person_id,
        col(Delivery.asked),
    )
