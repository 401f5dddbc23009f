"""Letting an approved notice out: from here on it is an alert like any other, of its own kind."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.config import Settings
from bot.errors import SignalTreeError
from bot.ids import uuid7
from bot.record.entries import record
from broadcasts.alerts import queries
from broadcasts.alerts.content import content as frozen
from broadcasts.alerts.models import Alert, AlertSource, Kind, Status
from broadcasts.alerts.recompute import alert_digest
from broadcasts.audience.choice import Choice
from broadcasts.audience.places import hit
from broadcasts.dispatch.draft import Draft, draft
from broadcasts.dispatch.issue import issue
from broadcasts.dispatch.states import Mode
from broadcasts.hazards.grades import Grade
from broadcasts.intake.message import Message
from broadcasts.notices.approvers import approver, approvers, writers
from broadcasts.notices.compose import compose
from broadcasts.notices.models import Notice, State
from broadcasts.notices.states import move
from broadcasts.notices.writing.checks import Ground
from broadcasts.notices.writing.content import Content, kept
from broadcasts.notices.writing.items import complete
from broadcasts.notices.writing.write import Moved, current, fit, target


class NotApproved(SignalTreeError):
    """没有发出：还没有另一个人批准。请先提交，等审批人批准。"""


class NotAlone(SignalTreeError):
    """没有发出：只有红色的本级预警可以先发后批。别的请提交审批。"""


@dataclass(frozen=True)
class Outgoing:
    """A notice as the alert that it would be, with what it replaces."""

    alert: Alert
    message: Message
    replaces: Sequence[Alert]


async def send(
    session: AsyncSession, settings: Settings, notice: Notice, ground: Ground, *, by: str, at: datetime
) -> Alert:
    """Issue what was approved, if whoever approved it may still do so. Raises NotApproved, MissingItems, Unfit,
    OwnWords, NotApprover, Moved."""
    content = await current(session, notice)
    if notice.state is not State.approved or not notice.approver:
        raise NotApproved
    name = (await approver(session, ground.areas, notice, content, notice.approver)).name
    return await _out(session, settings, notice, content, ground, name, by=by, at=at)


async def send_alone(
    session: AsyncSession, settings: Settings, notice: Notice, ground: Ground, *, by: str, at: datetime
) -> Alert:
    """绿色通道: a red local warning goes out by one person; the approvers are told at once, and any of them can stop
    it. Raises NotAlone, MissingItems, Unfit, Moved."""
    content = await current(session, notice)
    if notice.kind is not Kind.local or content.grade is not Grade.red or notice.msg_type != "Alert":
        raise NotAlone
    record(session, by, "notice.alone", notice.uid, at, version=notice.version)
    return await _out(session, settings, notice, content, ground, "", by=by, at=at, alone=True)


async def _out(
    session: AsyncSession,
    settings: Settings,
    notice: Notice,
    content: Content,
    ground: Ground,
    name: str,
    *,
    by: str,
    at: datetime,
    alone: bool = False,
) -> Alert:
    if notice.kind is Kind.local:
        complete(content, at)
    if notice.refers:
        await queries.hold_thread(session, notice.refers)
    await fit(session, settings, notice, content, ground, at)
    made = await outgoing(session, notice, content, ground, approver=name, at=at)
    rings = {"ring_at": at if alone else None, "rings": 0}
    if not await move(session, notice, State.issued, changed_at=at, alone=alone, **rings):
        raise Moved
    session.add(made.alert)
    await session.flush()
    keep(session, made.alert, made.message, kept(content), by=notice.author, at=at)
    notice.alert_id = made.alert.id
    session.add(notice)
    where = hit(made.message, ground.areas)
    await issue(
        session, settings, made.alert, where, by=by, at=at, replaces=made.replaces, choice=choice(notice.kind, content)
    )
    record(session, by, "notice.issued", notice.uid, at, version=notice.version, alert=made.alert.uid)
    return made.alert


async def preview(session: AsyncSession, settings: Settings, notice: Notice, ground: Ground, at: datetime) -> Draft:
    """What sending it at this moment would do, with its texts; nothing is written."""
    return (await drawn(session, settings, notice, ground, at))[1]


async def drawn(
    session: AsyncSession, settings: Settings, notice: Notice, ground: Ground, at: datetime
) -> tuple[Alert, Draft]:
    """The alert that would be born of it at this moment, and its sending. Raises NothingToEnd."""
    content = await current(session, notice)
    able = await approvers(session, ground.areas, content, beside=await writers(session, notice))
    name = next((one.name for one in able if not notice.approver or one.actor == notice.approver), "")
    made = await outgoing(session, notice, content, ground, approver=name, at=at)
    where, whom = hit(made.message, ground.areas), choice(notice.kind, content)
    return made.alert, await draft(session, settings, made.alert, where, at=at, replaces=made.replaces, choice=whom)


async def outgoing(
    session: AsyncSession, notice: Notice, content: Content, ground: Ground, *, approver: str, at: datetime
) -> Outgoing:
    """The alert as it would be born now. Raises NothingToEnd."""
    first = await target(session, notice.refers, notice.kind, ground) if notice.refers else None
    found = await queries.in_force(session, [first.thread]) if first else []
    replaces = [one for one in found if one.status is Status.issued]
    uid, sent = uuid7(at), at.replace(microsecond=0)
    message = compose(
        notice.kind, content, ground.areas, msg_type=notice.msg_type, identifier=uid, sent=sent, approver=approver,
        refers=[first] if first else [],
    )  # fmt: skip
    return Outgoing(born(notice.kind, message, uid, first, at), message, replaces)


def born(kind: Kind, message: Message, uid: str, first: Alert | None, at: datetime) -> Alert:
    """Its kind is decided here and never again; an update and an all-clear stand in the thread of what they replace."""
    info = message.main
    return Alert(
        uid=uid,
        thread=first.thread if first else uid,
        kind=kind,
        status=Status.stored,
        msg_type=message.msg_type,
        identifier=message.identifier,
        sender=message.sender,
        sender_name=info.sender_name,
        sent=message.sent,
        expires=info.expires if message.msg_type != "Cancel" else None,
        event=info.event[:64],
        event_code=info.event_code,
        grade=info.colour,
        headline=info.headline,
        content=frozen(message),
        received_at=at,
    )


def keep(
    session: AsyncSession, alert: Alert, message: Message, form: dict[str, object], *, by: str, at: datetime
) -> None:
    """The form that was approved, as the alert's source, and the entry that verify-audit recomputes."""
    raw = json.dumps(form, ensure_ascii=False, sort_keys=True).encode()
    session.add(
        AlertSource(
            alert_id=alert.id, sender=message.sender, identifier=message.identifier, form=message.form.value,
            origin=by[:64], raw=raw, sha256=hashlib.sha256(raw).hexdigest(), received_at=at,
        )
    )  # fmt: skip
    record(session, by, "alert.taken", alert.uid, at, sha256=alert_digest(alert.content), form=message.form.value)


def choice(kind: Kind, content: Content) -> Choice:
    """A local warning goes by the county's rules and to whoever was chosen beside them, a notice to the chosen
    alone."""
    return Choice(content.roles, Mode.wake if content.loud else Mode.quiet, only=kind is Kind.notice)
