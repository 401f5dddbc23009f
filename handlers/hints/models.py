"""What somebody saw before it happened (Hint, 隐患), how it stood at each step, what hangs on it, by when it is mended.

The seven rings of a hint: 排查, it is filed; 评估 and 登记, an officer accepts it with domain and severity; 预警 and
治理, it is assigned with measures and a time; 验收, it is done and looked at; 销号, it is closed."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from bot.db.base import Table
from bot.db.types import UtcDateTime, words
from broadcasts.dispatch.states import Road

REPORTER, ANONYMOUS = "reporter", "anonymous"  # the actors of whoever told: the record never says who that is


class State(StrEnum):
    filed = "filed"  # 待受理
    returned = "returned"  # with a question; waits for the reporter
    accepted = "accepted"  # 已受理: it is one; waits for somebody who mends it
    assigned = "assigned"  # 已派人
    done = "done"  # 待验收: whoever mends it says that it is mended
    closed = "closed"  # 销号
    declined = "declined"  # 不受理, with a word
    joined = "joined"  # the same as another


class Domain(StrEnum):
    safety = "safety"  # 安全生产
    fire = "fire"  # 消防
    nature = "nature"  # 自然灾害


class Severity(StrEnum):
    minor = "minor"  # 一般
    serious = "serious"  # 较大
    grave = "grave"  # 重大


class Part(StrEnum):
    """Of what a picture is."""

    found = "found"  # as it was found
    mended = "mended"  # 整改后


class Hint(Table, table=True):
    """One hint as it stands. Of an anonymous one no column says who told it: that lies in `sealed`."""

    __table_args__ = (sa.Index("ix_hint_listed", "state", "id"),)
    id: int = Field(default=None, primary_key=True)
    uid: str = Field(max_length=36, unique=True)
    number: str = Field(max_length=20, unique=True)  # QY0711-H03, what people quote
    state: State = Field(sa_type=words(State, 12))
    road: Road = Field(default=Road.live, sa_type=words(Road, 8))
    source: str = Field(max_length=12)  # chat, h5, console or api
    by: str = Field(max_length=64)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    follower_id: int | None = Field(default=None, foreign_key="follower.id", index=True)
    conversation_id: int | None = Field(default=None, foreign_key="conversation.id", index=True)
    anonymous: bool = False
    sealed: bytes | None = Field(default=None, sa_type=sa.LargeBinary)  # who told it
    finder: str | None = Field(default=None, max_length=32, index=True)  # keyed: finds it for whoever told it, alone
    area_id: int = Field(foreign_key="area.id", index=True)
    group: str = Field(default="", max_length=24)
    place: str = Field(default="", max_length=120)
    lon: float | None = None
    lat: float | None = None
    words: str = Field(default="", sa_type=sa.Text)  # verbatim, sentence by sentence
    proposed: str = Field(default="", max_length=12)  # the domain that the words speak of
    proposed_by: str = Field(default="", max_length=64)  # those words
    domain: str = Field(default="", max_length=12, index=True)  # an officer's; empty until accepted
    severity: str = Field(default="", max_length=12)
    comment: str = Field(default="", max_length=255)  # the officer's last word to the reporter
    joined: str = Field(default="", max_length=36, index=True)  # the uid of the same one that goes on
    assignee_id: int | None = Field(default=None, foreign_key="person.id", index=True)  # 责任
    measures: str = Field(default="", max_length=500)  # 措施
    funds: str = Field(default="", max_length=120)  # 资金
    plan: str = Field(default="", max_length=255)  # 预案: what keeps people safe until then
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)  # 时限
    basis: str = Field(default="", max_length=128)  # of the time
    result: str = Field(default="", sa_type=sa.Text)  # what was done, in the assignee's words
    reward: bool = False
    reward_word: str = Field(default="", max_length=255)
    version: int = 1
    filed_at: datetime = Field(sa_type=UtcDateTime, index=True)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_by: str = Field(default="", max_length=64)
    key: str | None = Field(default=None, max_length=80, unique=True)  # what a second press or call has in common


class HintVersion(Table, table=True):
    """How a hint stood after each step, and each look at who told it. Never changed itself."""

    __tablename__ = "hint_version"
    __table_args__ = (sa.UniqueConstraint("hint_id", "number", name="uq_hint_version_number"),)
    id: int = Field(default=None, primary_key=True)
    hint_id: int = Field(foreign_key="hint.id", index=True)
    number: int
    action: str = Field(max_length=16)
    state: State = Field(sa_type=words(State, 12))
    by: str = Field(max_length=64)
    at: datetime = Field(sa_type=UtcDateTime)
    words: str = Field(default="", sa_type=sa.Text)
    comment: str = Field(default="", max_length=255)
    values: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)  # the five items, domain and severity


class HintWord(Table, table=True):
    """Which inbound words (sentences, pictures, places) a hint is made of."""

    __tablename__ = "hint_word"
    hint_id: int = Field(primary_key=True, foreign_key="hint.id")
    inbound_id: int = Field(primary_key=True, foreign_key="inbound.id", index=True)
    part: Part = Field(default=Part.found, sa_type=words(Part, 8))


class HintPicture(Table, table=True):
    """A picture that was sent by a form, drawn anew. The file lies in DATA_DIR beside those of chats."""

    __tablename__ = "hint_picture"
    id: int = Field(default=None, primary_key=True)
    uid: str = Field(max_length=36, unique=True)
    hint_id: int = Field(foreign_key="hint.id", index=True)
    part: Part = Field(default=Part.found, sa_type=words(Part, 8))
    mime: str = Field(max_length=48)
    size: int
    sha256: str = Field(max_length=64)
    at: datetime = Field(sa_type=UtcDateTime)
    erased_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # who sent it was forgotten


class HintNumber(Table, table=True):
    """The last number given out under a prefix."""

    __tablename__ = "hint_number"
    prefix: str = Field(primary_key=True, max_length=16)
    last: int = 0


class HintDeadline(Table, table=True):
    """Within how many days a hint of a severity is mended. Every row names its paper; a county ends and replaces it."""

    __tablename__ = "hint_deadline"
    id: int = Field(default=None, primary_key=True)
    severity: Severity = Field(sa_type=words(Severity, 12))
    domain: str = Field(default="", max_length=12)  # empty: any
    days: int
    basis: str = Field(max_length=128)
    active: bool = True
    valid_from: date | None = None
    valid_to: date | None = None


class Due(StrEnum):
    today = "today"  # the day on which it has to be mended has come
    late = "late"  # it has passed


class HintDue(Table, table=True):
    """A word to whoever mends a hint, when its time comes and after it has passed. A row, not a timer."""

    __tablename__ = "hint_due"
    __table_args__ = (
        sa.Index(
            "ix_hint_due_open",
            "due_at",
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        ),
    )
    id: int = Field(default=None, primary_key=True)
    hint_id: int = Field(foreign_key="hint.id", index=True)
    kind: Due = Field(sa_type=words(Due, 8))
    ordinal: int = 1
    due_at: datetime = Field(sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reason: str = Field(default="", max_length=24)  # sent, or why nobody was told
