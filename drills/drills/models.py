"""A drill with its areas, its named participants and its script; the reminders before it, and what is said of it
afterwards."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from bot.db.base import Table
from bot.db.types import UtcDateTime, words
from broadcasts.dispatch.states import Road
from broadcasts.hazards.grades import Grade


class Stage(StrEnum):
    draft = "draft"  # written; everything may still be changed
    waiting = "waiting"  # handed in: what and who is frozen, and a second person has to approve it
    planned = "planned"  # approved: reminders are rows, and it may begin
    running = "running"
    paused = "paused"  # by hand, or because it became serious
    ended = "ended"
    evaluated = "evaluated"  # closed, with what is to be mended
    cancelled = "cancelled"


class Approval(StrEnum):
    open = "open"  # nobody has approved it
    given = "given"  # by the approver
    spared = "spared"  # a row of the county says that none is needed
    before = "before"  # it was announced before approvals were kept


class Form(StrEnum):
    table = "table"  # 桌面
    field = "field"  # 实战


class Content(StrEnum):
    single = "single"  # 单项
    combined = "combined"  # 综合


class Aim(StrEnum):
    test = "test"  # 检验性
    show = "show"  # 示范性
    research = "research"  # 研究性


class Drill(Table, table=True):
    """`road` and the kind of what it sends are frozen at birth. `blind` is 双盲: nobody is told before. `again`: the
    silent are told once more. `known` are warnings in earnest (alert ids) that the officer knew of when it began or
    went on: any other pauses it. `said` counts what was told of its course, `rings` how often its approval was asked
    for since it was handed in; `ring_at` is when that is said again."""

    id: int = Field(default=None, primary_key=True)
    uid: str = Field(max_length=36, unique=True)
    number: str = Field(max_length=16, unique=True)
    name: str = Field(max_length=64)
    form: Form = Field(sa_type=words(Form, 8))
    content: Content = Field(sa_type=words(Content, 12))
    aim: Aim = Field(sa_type=words(Aim, 12))
    blind: bool = False
    hazard: str = Field(max_length=8)
    grade: Grade | None = Field(default=None, sa_type=words(Grade, 8))
    unit: str = Field(max_length=64)  # who organises
    unit_area_id: int = Field(foreign_key="area.id", index=True)  # whose it is, for how often it is due
    road: Road = Field(sa_type=words(Road, 8))
    starts_at: datetime = Field(sa_type=UtcDateTime, index=True)
    minutes: int
    leader: str = Field(max_length=64)
    scenario: str = Field(sa_type=sa.Text)
    again: bool = True
    state: Stage = Field(default=Stage.draft, sa_type=words(Stage, 12), index=True)
    made_by: str = Field(max_length=64)
    made_at: datetime = Field(sa_type=UtcDateTime)
    announced_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # handed in
    approval: Approval = Field(default=Approval.open, sa_type=words(Approval, 8))
    approver: str = Field(default="", max_length=80)  # an actor
    approved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    rings: int = 0
    ring_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    started_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    started_by: str = Field(default="", max_length=64)
    ends_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # by the plan, pauses added
    paused_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    paused_for: str = Field(default="", max_length=128)
    known: list[int] = Field(default_factory=list, sa_type=sa.JSON)
    said: int = 0
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_by: str = Field(default="", max_length=64)
    note: str = Field(default="", max_length=255)  # why it was cancelled


class DrillArea(Table, table=True):
    __tablename__ = "drill_area"
    drill_id: int = Field(primary_key=True, foreign_key="drill.id")
    area_id: int = Field(primary_key=True, foreign_key="area.id")


class Participant(Table, table=True):
    """A person or a group by name. Nobody else ever hears of the drill."""

    __tablename__ = "drill_participant"
    drill_id: int = Field(primary_key=True, foreign_key="drill.id")
    kind: str = Field(primary_key=True, max_length=8)  # person or group
    target_id: int = Field(primary_key=True)


class InjectState(StrEnum):
    waiting = "waiting"  # its drill has not begun
    due = "due"  # at due_at
    sent = "sent"
    nobody = "nobody"  # nobody of those it was for is there any more
    dropped = "dropped"  # the drill ended first


class Inject(Table, table=True):
    """One line of the script. `minute` counts from the beginning; `whom` is a role, a group's kind, or empty for all.
    A row, not a timer: a sweep finds what is due."""

    __tablename__ = "drill_inject"
    __table_args__ = (
        sa.UniqueConstraint("drill_id", "number", name="uq_drill_inject_number"),
        sa.Index(
            "ix_drill_inject_due",
            "due_at",
            sqlite_where=sa.text("state = 'due'"),
            postgresql_where=sa.text("state = 'due'"),
        ),
    )
    id: int = Field(default=None, primary_key=True)
    drill_id: int = Field(foreign_key="drill.id")
    number: int
    minute: int
    whom: str = Field(default="", max_length=24)
    text: str = Field(sa_type=sa.Text)
    expected: str = Field(default="", max_length=255)
    asks: bool = True
    state: InjectState = Field(default=InjectState.waiting, sa_type=words(InjectState, 8))
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    alert_id: int | None = Field(default=None, foreign_key="alert.id")
    broadcast_id: str = Field(default="", max_length=36)


class NoticeState(StrEnum):
    due = "due"
    sent = "sent"
    missed = "missed"  # found when it had begun
    passed = "passed"  # nothing ran when it was due, and the next one, due as well, says it
    dropped = "dropped"  # cancelled, or taken back, first


class DrillNotice(Table, table=True):
    """A reminder before: `which` is day or hour."""

    __tablename__ = "drill_notice"
    __table_args__ = (
        sa.Index(
            "ix_drill_notice_due",
            "due_at",
            sqlite_where=sa.text("state = 'due'"),
            postgresql_where=sa.text("state = 'due'"),
        ),
    )
    id: int = Field(default=None, primary_key=True)
    drill_id: int = Field(foreign_key="drill.id", index=True)
    which: str = Field(max_length=8)
    due_at: datetime = Field(sa_type=UtcDateTime)
    state: NoticeState = Field(default=NoticeState.due, sa_type=words(NoticeState, 8))
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Evaluation(Table, table=True):
    """What is said afterwards, by the headings of the rule. `figures` are frozen when it is closed."""

    __tablename__ = "drill_evaluation"
    drill_id: int = Field(primary_key=True, foreign_key="drill.id")
    execution: str = Field(default="", sa_type=sa.Text)
    soundness: str = Field(default="", sa_type=sa.Text)
    command: str = Field(default="", sa_type=sa.Text)
    responders: str = Field(default="", sa_type=sa.Text)
    equipment: str = Field(default="", sa_type=sa.Text)
    suggestions: str = Field(default="", sa_type=sa.Text)
    figures: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    by: str = Field(default="", max_length=64)
    at: datetime = Field(sa_type=UtcDateTime)


class Revision(Table, table=True):
    """What is to be changed in the plan, by whom, until when."""

    __tablename__ = "drill_revision"
    id: int = Field(default=None, primary_key=True)
    uid: str = Field(max_length=36, unique=True)
    drill_id: int = Field(foreign_key="drill.id", index=True)
    what: str = Field(max_length=255)
    owner: str = Field(max_length=64)
    due_on: date
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    done_by: str = Field(default="", max_length=64)


class DrillFrequency(Table, table=True):
    """How often a unit of these levels (by comma) has to drill, and by which paper. The county ends rows and adds its
    own; of several that match, the shortest counts."""

    __tablename__ = "drill_frequency"
    id: int = Field(default=None, primary_key=True)
    levels: str = Field(max_length=64)
    months: int
    what: str = Field(max_length=64)
    basis: str = Field(max_length=128)
    source: str = Field(max_length=255)
    valid_from: date | None = None
    valid_to: date | None = None
