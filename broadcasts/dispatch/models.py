"""What goes out: Broadcast (one sending), Text (each distinct text once), Batch (one request), Delivery (one copy)."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from bot.db.base import Table
from bot.db.types import UtcDateTime, words
from broadcasts.dispatch.masses.states import Asked, Whom
from broadcasts.dispatch.states import Mode, Purpose, Road, State

CODED = sa.text("broadcast.code <> ''")  # as text: a bound parameter would keep SQLite from its partial index
NAMED = sa.text("batch.message_id <> ''")


class Broadcast(Table, table=True):
    """One sending: of an alert, or of a service `subject` (a ring, a robot's test). `calls` is the number of requests
    planned, `plan` the sum that gives it."""

    __table_args__ = (
        sa.Index(
            "uq_broadcast_code",
            "code",
            unique=True,
            sqlite_where=sa.text("code <> ''"),
            postgresql_where=sa.text("code <> ''"),
        ),
    )
    id: str = Field(primary_key=True, max_length=36)
    alert_id: int | None = Field(default=None, foreign_key="alert.id", index=True)
    subject: str = Field(default="", max_length=64)
    road: Road = Field(default=Road.live, sa_type=words(Road, 8))
    purpose: Purpose = Field(sa_type=words(Purpose, 12))
    drill: bool = False
    mode: Mode = Field(sa_type=words(Mode, 8))
    targets: int
    people: int
    calls: int
    plan: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    code: str = Field(default="", max_length=12)  # names its page, and proves a forwarded picture of it
    asks: str = Field(default="", max_length=64)  # what the officer is asked afterwards: no end, area without geometry
    started_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # failed copies among which another road was looked for
    failed_seen: int = Field(default=0, sa_column_kwargs={"server_default": sa.text("0")})
    # of a service message whose first road holds a pointer alone: all of it, and where another pointer leads
    said: str = Field(default="", sa_type=sa.Text, sa_column_kwargs={"server_default": ""})
    link: str = Field(default="", sa_type=sa.Text, sa_column_kwargs={"server_default": ""})


class Recall(Table, table=True):
    """A person takes a broadcast back. `calls_id` is the sending that asks the platform to, `copies` how many of its
    copies that may reach, `let_go` how many batches had not left yet."""

    id: int = Field(default=None, primary_key=True)
    uid: str = Field(max_length=36, unique=True)
    broadcast_id: str = Field(max_length=36, foreign_key="broadcast.id", index=True)
    calls_id: str = Field(default="", max_length=36)
    copies: int
    let_go: int
    word: str = Field(max_length=255)
    by: str = Field(max_length=64)
    at: datetime = Field(sa_type=UtcDateTime)


class MassSend(Table, table=True):
    """A mass send as people decide about it, of one broadcast. `size` followers, `full` more have had the month's four:
    of those `worded` were answered in their open windows and `pointed` got a template, from `words_due_at` on. Until it
    is sent the numbers are those that the asking person saw."""

    __tablename__ = "mass_send"
    id: int = Field(default=None, primary_key=True)
    uid: str = Field(max_length=36, unique=True)
    broadcast_id: str = Field(max_length=36, foreign_key="broadcast.id", index=True)
    whom: Whom = Field(sa_type=words(Whom, 8))
    state: Asked = Field(default=Asked.asked, sa_type=words(Asked, 10))
    size: int
    full: int
    calls: int
    text_id: int | None = Field(default=None, foreign_key="message_text.id")  # from when it is sent
    asked_by: str = Field(max_length=64)
    asked_at: datetime = Field(sa_type=UtcDateTime)
    decided_by: str = Field(default="", max_length=64)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    word: str = Field(default="", max_length=255)  # why it was declined
    tag_id: int | None = None  # of the account, where it goes to one
    tag_name: str = Field(default="", max_length=64, sa_column_kwargs={"server_default": ""})
    words_due_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    worded: int = Field(default=0, sa_column_kwargs={"server_default": sa.text("0")})
    pointed: int = Field(default=0, sa_column_kwargs={"server_default": sa.text("0")})


class Text(Table, table=True):
    """A text as one channel takes it, cut into parts; each is frozen before the first attempt."""

    __tablename__ = "message_text"
    id: int = Field(default=None, primary_key=True)
    broadcast_id: str = Field(max_length=36, foreign_key="broadcast.id", index=True)
    channel: str = Field(max_length=24)
    form: str = Field(
        default="text", max_length=12
    )  # text, textcard, card, template, notice, card-update, recall, mass …
    label: str = Field(max_length=96)  # the roles that read it, for people
    parts: list[str] = Field(sa_type=sa.JSON)
    sha256: str = Field(max_length=64)


class Batch(Table, table=True):
    """The queue. One row is one request, or the parts of one text in order. A retry is byte-identical."""

    __table_args__ = (
        sa.Index(
            "ix_batch_due",
            "rank",
            "due_at",
            "id",
            sqlite_where=sa.text("state = 'queued'"),
            postgresql_where=sa.text("state = 'queued'"),
        ),
        sa.Index(
            "ix_batch_sending",
            "owner",
            sqlite_where=sa.text("state = 'sending'"),
            postgresql_where=sa.text("state = 'sending'"),
        ),
        sa.Index("ix_batch_broadcast_id", "broadcast_id"),
        sa.Index(  # what waits for a road or for room
            "ix_batch_waiting",
            "reason",
            sqlite_where=sa.text("state = 'queued' AND reason <> ''"),
            postgresql_where=sa.text("state = 'queued' AND reason <> ''"),
        ),
        sa.Index(  # what counts in windows and quotas after a restart
            "ix_batch_attempted_at",
            "attempted_at",
            sqlite_where=sa.text("attempted_at IS NOT NULL"),
            postgresql_where=sa.text("attempted_at IS NOT NULL"),
        ),
        sa.Index("ix_batch_message_id", "message_id", sqlite_where=NAMED, postgresql_where=NAMED),
        sa.Index(
            "ix_batch_mass",
            "due_at",
            sqlite_where=sa.text("audience IS NOT NULL"),
            postgresql_where=sa.text("audience IS NOT NULL"),
        ),
    )
    id: int = Field(default=None, primary_key=True)
    broadcast_id: str = Field(max_length=36, foreign_key="broadcast.id")
    road: Road = Field(sa_type=words(Road, 8))
    channel: str = Field(max_length=24)
    rank: int  # red 0, rings and receipts 1, orange 2, the rest 3
    state: State = Field(default=State.queued, sa_type=words(State, 10))
    reason: str = Field(default="", max_length=24)
    wake: bool = False
    text_id: int = Field(foreign_key="message_text.id")
    tail: str = Field(default="", max_length=160)  # a group's own line, joined by the worker
    robot_id: int | None = Field(default=None, foreign_key="robot.id")
    members: str | None = Field(default=None, sa_type=sa.Text)  # addresses, joined by |
    size: int = 1  # copies
    towns: str = Field(default="{}", sa_type=sa.Text)  # {town id: copies}, so that settling asks nothing
    due_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    owner: str = Field(default="", max_length=32)
    epoch: int = 0
    attempts: int = 0
    unsent: int = Field(default=0, sa_column_kwargs={"server_default": sa.text("0")})  # … that surely reached nobody
    parts_done: int = 0
    attempted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    message_id: str = Field(default="", max_length=255)  # the platform's name for it, by which events speak of it
    response_code: str = Field(default="", max_length=255)  # lets a card be changed, once, within 72 hours
    audience: bytes | None = Field(default=None, sa_type=sa.LargeBinary)  # a mass send's followers: see masses.idset
    counts: str | None = Field(default=None, sa_type=sa.Text)  # and what the platform said became of them, by state
    asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # when it was last asked, having said nothing


class EarlyReport(Table, table=True):
    """What a platform reported of a message before its name for it was written down; or of another system's."""

    __tablename__ = "early_report"
    id: int = Field(default=None, primary_key=True)
    road: Road = Field(sa_type=words(Road, 8))
    channel: str = Field(max_length=24)
    message_id: str = Field(max_length=255)
    state: State = Field(sa_type=words(State, 10))
    reason: str = Field(default="", max_length=24)
    at: datetime = Field(sa_type=UtcDateTime, index=True)


class Delivery(Table, table=True):
    """One copy for one target by one channel. `state` is None while it is its batch's."""

    __table_args__ = (
        sa.UniqueConstraint(
            "broadcast_id", "target_kind", "target_id", "channel", "purpose", "ordinal", name="uq_delivery_copy"
        ),
        sa.Index(
            "ix_delivery_passed",
            "broadcast_id",
            sqlite_where=sa.text("passed_at IS NOT NULL"),
            postgresql_where=sa.text("passed_at IS NOT NULL"),
        ),
    )
    id: int = Field(default=None, primary_key=True)
    broadcast_id: str = Field(max_length=36, foreign_key="broadcast.id")
    batch_id: int | None = Field(default=None, foreign_key="batch.id", index=True)  # None: no road leads there
    target_kind: str = Field(max_length=8)  # person, group, follower or chat
    target_id: int
    town_id: int | None = None
    channel: str = Field(max_length=24)
    purpose: Purpose = Field(sa_type=words(Purpose, 12))
    ordinal: int = 1
    address: str = Field(default="", max_length=128)
    asked: bool = False  # whoever must act and so must answer
    state: State | None = Field(default=None, sa_type=words(State, 10))
    reason: str = Field(default="", max_length=24)
    passed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # when another road was looked for


class Tally(Table, table=True):
    """Copies by channel, town and state, kept when batches settle; pages read this and count nothing."""

    __table_args__ = (
        sa.Index(  # among whose failed copies another road may be looked for
            "ix_tally_failed",
            "broadcast_id",
            sqlite_where=sa.text("state = 'failed'"),
            postgresql_where=sa.text("state = 'failed'"),
        ),
    )
    broadcast_id: str = Field(primary_key=True, max_length=36, foreign_key="broadcast.id")
    channel: str = Field(primary_key=True, max_length=24)
    town_id: int = Field(primary_key=True)  # 0 is the root's own
    state: State = Field(primary_key=True, sa_type=words(State, 10))
    copies: int
