"""敲门叫应: who is sent to whose door, until when, and what was found there."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from bot.db.base import Table
from bot.db.types import UtcDateTime, words
from broadcasts.answers.models import How
from broadcasts.dispatch.states import Road
from broadcasts.tasks.pictured import Picture

WAITS = sa.text("state IN ('going', 'help')")  # as text: a bound parameter would keep SQLite from its partial index
UNTOLD = sa.text("tell <> ''")


class State(StrEnum):
    going = "going"  # sent, and nothing heard yet
    help = "help"  # is there, and needs support
    knows = "knows"  # 已敲开，本人已知道
    nobody = "nobody"  # 没人在
    off = "off"  # nobody need go any more, with a reason


class Tell(StrEnum):
    """What whoever was sent has still to hear."""

    nothing = ""
    go = "go"
    off = "off"


class Knock(Table, table=True):
    """One person sent to the door of somebody who is silent. `number` counts those who were sent there, `due_at` is
    when a word should have come, `late_at` when the desk was rung because none had; `told_id` is the sending that
    tells whoever goes. A row, not a timer: a sweep finds what has to be told and what is late."""

    __table_args__ = (
        sa.Index("uq_knock_open", "broadcast_id", "person_id", unique=True, sqlite_where=WAITS, postgresql_where=WAITS),
        sa.Index("ix_knock_open", "due_at", sqlite_where=WAITS, postgresql_where=WAITS),
        sa.Index("ix_knock_untold", "id", sqlite_where=UNTOLD, postgresql_where=UNTOLD),
        sa.Index("ix_knock_broadcast_person", "broadcast_id", "person_id"),
        sa.Index("ix_knock_knocker", "knocker_id"),
    )
    id: int = Field(default=None, primary_key=True)
    uid: str = Field(max_length=36, unique=True)
    broadcast_id: str = Field(max_length=36, foreign_key="broadcast.id")
    alert_id: int | None = Field(default=None, foreign_key="alert.id")
    person_id: int = Field(foreign_key="person.id")  # whose door it is
    knocker_id: int = Field(foreign_key="person.id")
    number: int = 1
    road: Road = Field(sa_type=words(Road, 8))
    drill: bool = False
    state: State = Field(default=State.going, sa_type=words(State, 8))
    tell: Tell = Field(default=Tell.go, sa_type=words(Tell, 4))
    told_id: str = Field(default="", max_length=36)
    sent_at: datetime = Field(sa_type=UtcDateTime)
    sent_by: str = Field(max_length=64)
    due_at: datetime = Field(sa_type=UtcDateTime)
    late_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    found_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # when they knocked, as they say
    word: str = Field(default="", max_length=255)
    how: How | None = Field(default=None, sa_type=words(How, 8))
    answer_id: int | None = Field(default=None, foreign_key="answer.id")
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    done_by: str = Field(default="", max_length=64)
    reason: str = Field(default="", max_length=16)


class KnockPicture(Picture, table=True):
    """A picture or a video from the door."""

    __tablename__ = "knock_picture"
    knock_id: int = Field(foreign_key="knock.id", index=True)
