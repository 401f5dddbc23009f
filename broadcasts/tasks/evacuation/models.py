"""转移: which villages an officer orders to be moved under a warning, who answers for each, and what they have said."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from bot.db.base import Table
from bot.db.types import UtcDateTime, words
from broadcasts.answers.models import How
from broadcasts.dispatch.states import Road
from broadcasts.tasks.pictured import Picture

LIVE = sa.text("closed_at IS NULL")  # as text: a bound parameter would keep SQLite from its partial index
UNTOLD = sa.text("tell <> ''")


class State(StrEnum):
    asked = "asked"  # ordered, and nothing heard yet
    heard = "heard"  # a word has come, and none that it is finished
    done = "done"  # 都转完了, as they say
    needless = "needless"  # 不用转, with their reason
    off = "off"  # over before it was finished, with a reason


class Tell(StrEnum):
    """What whoever answers for the village has still to hear."""

    nothing = ""
    go = "go"
    second = "second"  # who stands in is told, since the first cannot go
    off = "off"


class EvacuationOrder(Table, table=True):
    """One order of one officer. `until` is by when it should be finished, `basis` whose decision it rests on."""

    __tablename__ = "evacuation_order"
    id: int = Field(default=None, primary_key=True)
    uid: str = Field(max_length=36, unique=True)
    alert_id: int = Field(foreign_key="alert.id", index=True)
    basis: str = Field(max_length=128)
    until: datetime = Field(sa_type=UtcDateTime)
    at: datetime = Field(sa_type=UtcDateTime)
    by: str = Field(max_length=64)


class Evacuation(Table, table=True):
    """One village of an order. `expected` is 应转, None where nobody knows; `person_id` answers for the village,
    `second_id` stands in. `step` is the ladder's step that was done last, `due_at` when the next is; None: nothing is
    due any more. A warning that is updated keeps its villages, so that `alert_id` moves on within the `thread`."""

    __table_args__ = (
        sa.Index("uq_evacuation_live", "area_id", "drill", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
        sa.Index("ix_evacuation_live", "due_at", sqlite_where=LIVE, postgresql_where=LIVE),
        sa.Index("ix_evacuation_untold", "id", sqlite_where=UNTOLD, postgresql_where=UNTOLD),
        sa.Index("ix_evacuation_person", "person_id", "second_id"),
        sa.Index("ix_evacuation_thread", "thread"),
    )
    id: int = Field(default=None, primary_key=True)
    uid: str = Field(max_length=36, unique=True)
    order_id: int = Field(foreign_key="evacuation_order.id", index=True)
    alert_id: int = Field(foreign_key="alert.id")
    broadcast_id: str = Field(max_length=36, foreign_key="broadcast.id")
    thread: str = Field(max_length=36)
    area_id: int = Field(foreign_key="area.id")
    person_id: int = Field(foreign_key="person.id")
    second_id: int | None = Field(default=None, foreign_key="person.id")
    shelter_id: int | None = Field(default=None, foreign_key="shelter.id")
    expected: int | None = None
    road: Road = Field(sa_type=words(Road, 8))
    drill: bool = False
    state: State = Field(default=State.asked, sa_type=words(State, 8))
    tell: Tell = Field(default=Tell.go, sa_type=words(Tell, 8))
    told_id: str = Field(default="", max_length=36)  # the sending that told the first
    second_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # when who stands in was told
    step: int = 1
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    alarm_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # from when on the desk is to telephone
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reason: str = Field(default="", max_length=16)


class EvacuationWord(Table, table=True):
    """One thing that was said of a village. Nothing is overwritten: what was taken back keeps `undone_at`, and of what
    came after the end that is its own moment. A figure is None where the word does not name it; `words` are as they
    were said."""

    __tablename__ = "evacuation_word"
    id: int = Field(default=None, primary_key=True)
    uid: str = Field(max_length=36, unique=True)
    evacuation_id: int = Field(foreign_key="evacuation.id", index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    how: How = Field(sa_type=words(How, 8))
    by: str = Field(max_length=64)  # person:UID, or the officer who heard it
    source: str = Field(max_length=80, unique=True)  # what it came by; the same has one effect
    words: str = Field(default="", max_length=255)
    homes: int | None = None  # 已转
    people: int | None = None
    left_homes: int | None = None  # 未转
    left_people: int | None = None
    refusing: int | None = None  # 拒转, people
    refuses: bool = False  # somebody does not want to go, however many
    everybody: bool = False  # 都转完了
    needless: bool = False  # 不用转
    cannot: bool = False  # whoever answers cannot go there
    help: bool = False
    place: str = Field(default="", max_length=64)  # where the people are, as they say
    undone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    @property
    def late(self) -> bool:
        """Whether the moving was over when it came."""
        return self.undone_at is not None and self.undone_at <= self.at

    @property
    def taken_back(self) -> bool:
        return self.undone_at is not None and not self.late


class EvacuationPicture(Picture, table=True):
    """A picture or a video that came with a word, or by chat."""

    __tablename__ = "evacuation_picture"
    evacuation_id: int = Field(foreign_key="evacuation.id", index=True)
