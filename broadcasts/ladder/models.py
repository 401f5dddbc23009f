"""叫应: who is told again after how long (LadderRule), what is due (Rung), whom a gateway called (RungCall), whom an
officer telephoned (PhoneCall)."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from bot.db.base import Table
from bot.db.types import UtcDateTime, words
from broadcasts.dispatch.states import Road


class Whom(StrEnum):
    silent = "silent"  # who has not answered, once more, and the B role of a silent A
    desk = "desk"  # the duty desk, which telephones
    knock = "knock"  # somebody is sent to the doors of those who are silent still
    instead = "instead"  # of somebody who cannot go: whoever else could


class RungState(StrEnum):
    due = "due"
    told = "told"
    answered = "answered"  # nobody was silent any more
    over = "over"  # the alert ended, was replaced or expired first


class LadderRule(Table, table=True):
    """Empty means any. The rung numbered 1 is the first sending itself, so that rows begin with 2."""

    __tablename__ = "ladder_rule"
    id: int = Field(default=None, primary_key=True)
    hazard: str = Field(default="", max_length=8)  # a code or its beginning
    grade: str = Field(default="", max_length=8)
    number: int
    after_seconds: int
    whom: Whom = Field(sa_type=words(Whom, 8))
    channel: str = Field(default="", max_length=24)  # voice or pstncc: they are called; empty: by message
    # of a knock: until when a word from the door should come; 0: as the house has it
    within_seconds: int = Field(default=0, sa_column_kwargs={"server_default": sa.text("0")})
    basis: str = Field(max_length=128)
    valid_from: date | None = None
    valid_to: date | None = None


class Rung(Table, table=True):
    """One step of one broadcast. A row, not a timer: a sweep finds what is due. `answer_id` is who cannot go, where
    somebody else is woken instead; such a step is none of the ladder's, and its number stands far above them."""

    __table_args__ = (
        sa.UniqueConstraint("broadcast_id", "number", name="uq_rung_step"),
        sa.Index(
            "ix_rung_due",
            "due_at",
            sqlite_where=sa.text("state = 'due'"),
            postgresql_where=sa.text("state = 'due'"),
        ),
    )
    id: int = Field(default=None, primary_key=True)
    broadcast_id: str = Field(max_length=36, foreign_key="broadcast.id")
    number: int
    whom: Whom = Field(sa_type=words(Whom, 8))
    channel: str = Field(default="", max_length=24)
    within_seconds: int = Field(default=0, sa_column_kwargs={"server_default": sa.text("0")})
    due_at: datetime = Field(sa_type=UtcDateTime)
    state: RungState = Field(default=RungState.due, sa_type=words(RungState, 10))
    answer_id: int | None = Field(default=None, foreign_key="answer.id")
    silent: int = 0  # people who had not answered when it was done
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class CallState(StrEnum):
    """How a call by a gateway or by the platform goes. 接通 is what that road says, never an answer."""

    ringing = "ringing"
    connected = "connected"  # picked up: for how many seconds stands beside it
    missed = "missed"
    busy = "busy"
    refused = "refused"  # rung off before anything was said
    failed = "failed"  # switched off, no such number, a fault on the line


ENDED = frozenset(CallState) - {CallState.ringing, CallState.connected}


class RungCall(Table, table=True):
    """One call that a rung made, as its road told of it. `call_id` is our id at the gateway, the platform's own of an
    emergency call. Seconds are those that were listened to, and those that the whole text takes; 0: not told."""

    __tablename__ = "rung_call"
    __table_args__ = (
        sa.UniqueConstraint("road", "channel", "call_id", name="uq_rung_call_call"),
        sa.Index("ix_rung_call_broadcast_person", "broadcast_id", "person_id"),
    )
    id: int = Field(default=None, primary_key=True)
    road: Road = Field(sa_type=words(Road, 8))
    channel: str = Field(max_length=24)
    call_id: str = Field(max_length=255)
    broadcast_id: str = Field(max_length=36, foreign_key="broadcast.id")
    person_id: int = Field(foreign_key="person.id")
    state: CallState = Field(sa_type=words(CallState, 12))
    heard: int = 0
    whole: int = 0
    key: str = Field(default="", max_length=1)  # that was pressed, whatever it is
    reason: str = Field(default="", max_length=24)
    told_at: datetime = Field(sa_type=UtcDateTime)  # when the last thing happened that we know of


class Reached(StrEnum):
    """How a telephone call ended. 接通 is not 收到: what was said is an Answer."""

    connected = "connected"  # 接通
    missed = "missed"  # 未接
    wrong = "wrong"  # 号码不对


class PhoneCall(Table, table=True):
    __tablename__ = "phone_call"
    __table_args__ = (sa.Index("ix_phone_call_broadcast_person", "broadcast_id", "person_id"),)
    id: int = Field(default=None, primary_key=True)
    uid: str = Field(max_length=36, unique=True)
    broadcast_id: str = Field(max_length=36, foreign_key="broadcast.id")
    person_id: int = Field(foreign_key="person.id")
    reached: Reached = Field(sa_type=words(Reached, 12))
    note: str = Field(default="", max_length=255)
    by: str = Field(max_length=64)
    at: datetime = Field(sa_type=UtcDateTime)
