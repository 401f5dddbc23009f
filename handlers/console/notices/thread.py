"""The life of an alert on its page: its thread as a line of time, who let each step out, and what may be done now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.access.guards import Caller
from bot.access.models import Role
from bot.config import Settings
from bot.record.models import Entry
from broadcasts.alerts.listed import Standing, standing, threaded
from broadcasts.alerts.models import OWN, Alert, Status
from broadcasts.dispatch.queries import of_alert
from broadcasts.dispatch.states import Purpose
from broadcasts.dispatch.texts import own_words
from broadcasts.dispatch.texts.alert_text import headline
from broadcasts.dispatch.texts.changed import changed
from broadcasts.life.models import EndQuestion
from broadcasts.life.questions import question_of
from broadcasts.notices.correct import correctable
from broadcasts.notices.queries import of_alert as notice_of
from handlers.console.scope import Scope

MAY = (Role.officer, Role.leader)
CORRECT = (Role.officer, Role.leader, Role.approver)


@dataclass(frozen=True)
class Step:
    """One alert of a thread. `what` says what it changed; `by` let it out, `approver` approved it: actors."""

    alert: Alert
    what: str
    by: str
    approver: str
    sent_at: datetime | None
    standing: Standing


@dataclass(frozen=True)
class Life:
    """What the alert's page shows of it beside its text."""

    steps: Sequence[Step]
    question: EndQuestion | None
    may_end: bool
    may_correct: bool
    own: bool
    approver: str


async def life(
    session: AsyncSession, settings: Settings, mine: Scope, caller: Caller, alert: Alert, now: datetime
) -> Life:
    question = await question_of(session, alert.id)
    live = alert.status is Status.issued and alert.msg_type != "Cancel" and not own_words.corrects(alert)
    decides = mine.decides(alert)
    return Life(
        await steps(session, settings, await threaded(session, alert.thread), now),
        question if live and question is not None and question.due_at is not None else None,
        live and decides and caller.may(*MAY),
        decides and caller.may(*CORRECT) and await correctable(session, alert, now),
        alert.kind in OWN,
        own_words.said(alert).approver,
    )


async def steps(session: AsyncSession, settings: Settings, thread: Sequence[Alert], now: datetime) -> list[Step]:
    """Oldest first."""
    made: list[Step] = []
    before: Alert | None = None
    for alert in thread:
        change = changed(before, alert, now, settings.zone) if before and alert.msg_type == "Update" else None
        purpose = {"Cancel": Purpose.all_clear, "Update": Purpose.update}.get(alert.msg_type, Purpose.first)
        sent = await of_alert(session, alert.id)
        notice = await notice_of(session, alert.id)
        by = await _released_by(session, [one.id for one in sent])
        approver = notice.approver if notice is not None else ""
        what = headline(alert, purpose, change, "").strip()
        made.append(Step(alert, what, by, approver, sent[0].started_at if sent else None, standing(alert, now)))
        before = alert
    return made


async def _released_by(session: AsyncSession, broadcasts: Sequence[str]) -> str:
    """The actor that let it out."""
    wanted = sa.select(col(Entry.actor)).where(
        col(Entry.subject).in_(broadcasts), col(Entry.action) == "broadcast.issued"
    )
    actor = await session.scalar(wanted.order_by(col(Entry.id)).limit(1))
    return str(actor or "")
