"""仍有效？解除？: an alert without an end is asked about every few hours. The moment is a row: what fell due while
nothing ran is asked once, and the next time counts from then."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.deps import Deps
from bot.directory.tree import tree
from bot.record.entries import record
from bot.sweeps.each import each
from broadcasts.alerts.content import message
from broadcasts.alerts.models import OWN, Alert, Kind, Status
from broadcasts.audience.places import hit
from broadcasts.dispatch.alert import place
from broadcasts.dispatch.states import Purpose
from broadcasts.dispatch.tell import tell
from broadcasts.dispatch.texts.alert_text import headline
from broadcasts.dispatch.texts.render import render
from broadcasts.dispatch.texts.spoken import spoken
from broadcasts.life.models import EndQuestion, EndRule
from broadcasts.release.rings import OnDuty

BY = "system"
SUBJECT = "end:"  # of a question, before the alert's uid
HOURS = 3  # where no rule says otherwise
ABOUT = (Kind.signal, Kind.warning, *OWN)
WORTH = timedelta(hours=1)


async def anything_due(session: AsyncSession, at: datetime) -> bool:
    """Whether an alert has no question yet, or one that is due."""
    unasked = (await session.execute(_endless().limit(1))).first()
    due = select(EndQuestion.alert_id).where(col(EndQuestion.due_at) <= at).limit(1)
    return unasked is not None or (await session.execute(due)).first() is not None


async def ask_due(deps: Deps, on_duty: OnDuty, at: datetime) -> int:
    """Write the questions that are lacking, close those whose alert is over, and ask what is due, each alert by
    itself. How many were asked."""
    wanted = select(EndQuestion.alert_id).where(col(EndQuestion.due_at) <= at)
    async with deps.read() as session:
        unasked = [alert.id for alert in (await session.execute(_endless())).scalars()]
        due = (await session.execute(wanted)).scalars().all()
    one = partial(_look_at, settings=deps.settings, on_duty=on_duty, at=at)
    return await each(deps, "life.ask", sorted({*unasked, *due}), one, at)


async def _look_at(session: AsyncSession, alert_id: int, *, settings: Settings, on_duty: OnDuty, at: datetime) -> int:
    alert, rules = await session.get(Alert, alert_id), await end_rules(session)
    question = await session.get(EndQuestion, alert_id, with_for_update=True)
    if alert is None:
        return 0
    if question is None:
        every = hours(rules, alert, at.astimezone(settings.zone).date())
        question = EndQuestion(alert_id=alert.id, due_at=alert.received_at + timedelta(hours=every))
        session.add(question)
        await session.flush()
    if question.due_at is None or question.due_at > at:
        return 0
    if alert.status is not Status.issued:
        question.due_at = None
        session.add(question)
        return 0
    await _ask(session, settings, on_duty, rules, question, alert, at)
    return 1


async def still_valid(session: AsyncSession, settings: Settings, alert: Alert, *, by: str, at: datetime) -> bool:
    """仍有效: it is asked again after the next few hours. False where there is no open question."""
    question = await session.get(EndQuestion, alert.id)
    if question is None or question.due_at is None or alert.status is not Status.issued:
        return False
    every = hours(await end_rules(session), alert, at.astimezone(settings.zone).date())
    question.valid_at, question.valid_by, question.due_at = at, by, at + timedelta(hours=every)
    session.add(question)
    record(session, by, "alert.still_valid", alert.uid, at, hours=every)
    return True


async def question_of(session: AsyncSession, alert_id: int) -> EndQuestion | None:
    return await session.get(EndQuestion, alert_id)


async def end_rules(session: AsyncSession) -> list[EndRule]:
    return list((await session.execute(select(EndRule).order_by(col(EndRule.id)))).scalars())


def hours(rules: Iterable[EndRule], alert: Alert, day: date) -> int:
    """Of the rows that match, the fewest."""
    mine = [
        rule.hours
        for rule in rules
        if (not rule.hazard or (alert.event_code or "").startswith(rule.hazard))
        and (not rule.grade or rule.grade == alert.grade)
        and (rule.valid_from is None or rule.valid_from <= day)
        and (rule.valid_to is None or day <= rule.valid_to)
    ]
    return min(mine, default=HOURS)


async def _ask(
    session: AsyncSession,
    settings: Settings,
    on_duty: OnDuty,
    rules: Iterable[EndRule],
    question: EndQuestion,
    alert: Alert,
    at: datetime,
) -> None:
    every = hours(rules, alert, at.astimezone(settings.zone).date())
    question.asked, question.asked_at, question.due_at = question.asked + 1, at, at + timedelta(hours=every)
    session.add(question)
    areas = await tree(session)
    text = render(
        "life.txt",
        what=headline(alert, Purpose.first, None, place(areas, hit(message(alert.content), areas))),
        sent=spoken(alert.sent, at, settings.zone),
        own=alert.kind in OWN,
        number=question.asked,
        at=spoken(at, at, settings.zone),
        hours=every,
        heard=settings.hears_wecom or settings.hears_oa,
        link=f"{settings.base_url}/console/alerts/{alert.uid}" if settings.base_url else "",
    )
    targets = await on_duty.to_wake(session, leaders=False, at=at)
    subject = f"{SUBJECT}{alert.uid}"
    await tell(
        session, settings, targets, text, purpose=Purpose.ring, subject=subject, at=at, worth=WORTH,
        ordinal=question.asked, areas=areas,
    )  # fmt: skip
    record(session, BY, "alert.end_asked", alert.uid, at, number=question.asked)


def _endless() -> sa.Select[Alert]:
    """Alerts in force that have no end and no question."""
    return (
        sa.select(Alert)
        .join(EndQuestion, col(EndQuestion.alert_id) == col(Alert.id), isouter=True)
        .where(
            col(Alert.status) == Status.issued,
            col(Alert.expires).is_(None),
            col(Alert.msg_type) != "Cancel",
            col(Alert.kind).in_(ABOUT),
            col(EndQuestion.alert_id).is_(None),
        )
        .order_by(col(Alert.id))
    )
