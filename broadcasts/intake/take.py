"""Taking a warning in: read, known or new, for us or not, out by itself or held; its bytes are kept in any case."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.db.turns import turn
from bot.directory.tree import tree
from bot.record.entries import record
from broadcasts.alerts import queries
from broadcasts.alerts.models import Alert, AlertSource
from broadcasts.alerts.recompute import alert_digest
from broadcasts.intake.adopt import adopt
from broadcasts.intake.first import Name, over
from broadcasts.intake.identity import Contradiction, contradictions
from broadcasts.intake.joined import Joined, joined
from broadcasts.intake.message import Message
from broadcasts.intake.twins import twin
from broadcasts.release.holds import ask_about_twin, hold
from broadcasts.release.late import not_sent
from broadcasts.release.models import ReleaseRule
from broadcasts.release.send_out import planned, send_out
from broadcasts.release.verdict import Question, Reason, verdict


@dataclass(frozen=True)
class Taken:
    """What became of one message. `new` is False for what was known already."""

    alert: Alert
    new: bool


@dataclass(frozen=True)
class Way:
    """How a message came. `confirmed` says that an officer has just checked what was typed in,
    `first` that a feed is polled for the first time: what is over by then rings nobody, and `gone` names what the same
    look shows to be replaced."""

    origin: str
    confirmed: bool = False
    first: bool = False
    gone: frozenset[Name] = frozenset()


async def take(session: AsyncSession, settings: Settings, message: Message, way: Way, *, at: datetime) -> Taken:
    """Let one message in. Raises Contradiction; the caller keeps it (see `contradicted`)."""
    come = adopt(message, at)
    await turn(session, "intake")  # a message and its update, or two feeds with the same, come at one moment
    known = await queries.by_identity(session, message.sender, message.identifier, national=message.national)
    if known is None:
        known = await queries.by_source(session, message.sender, message.identifier)
    if known is None and not come.typed_in:
        known = await queries.typed_in_like(session, come)
    if known is not None:
        return await _another_form(session, known, come, message, way, at)
    other = await twin(session, come, message, way.origin)
    if other is not None and other.sure:
        return await _under_another_name(session, other.alert, come, message, way, at)
    areas = await tree(session)
    one = await joined(session, message, come, areas, confirmed=way.confirmed, at=at)
    come, place, found = one.alert, one.place, one.found
    if not come.note and way.first and not one.clear and over(come, message, way.gone, at):
        come.note = "over"
    why = None if come.note else await _why(session, settings, one, [r.code for r in areas.roots], way, at)
    # Planned before anything is written: on SQLite nobody who writes waits for it.
    made = None if come.note or why else await planned(session, settings, come, place, found, at=at)
    session.add(come)
    await session.flush()
    _keep(session, come, message, way, at)
    record(session, way.origin, "alert.taken", come.uid, at, sha256=alert_digest(come.content), form=message.form.value)
    if other is not None and not come.note:
        await ask_about_twin(session, come, other.alert, by=way.origin, at=at)
    if why is not None:
        await hold(session, come, why, by=way.origin, at=at)
    elif not come.note:
        await send_out(session, settings, come, place, found, by=way.origin, at=at, made=made)
    elif found and come.note in {"expired", "elsewhere"}:
        await not_sent(session, settings, come, found, by=way.origin, at=at)
    return Taken(come, new=True)


async def contradicted(
    session: AsyncSession, error: Contradiction, message: Message, way: Way, *, at: datetime
) -> None:
    """Keep the form that says otherwise, and show it to the officer; the same bytes again are shown already."""
    if await _is_new_form(session, message, hashlib.sha256(message.raw).hexdigest()):
        _keep(session, error.alert, message, way, at)
        await hold(session, error.alert, Reason.contradiction, by=way.origin, at=at)


async def _why(
    session: AsyncSession,
    settings: Settings,
    one: Joined,
    regions: Sequence[str],
    way: Way,
    at: datetime,
) -> Reason | None:
    """Why it is held; None where it goes out by itself."""
    day = at.astimezone(settings.zone).date()
    in_force = await queries.same_in_force(session, one.alert, at)
    rules = (await session.execute(select(ReleaseRule))).scalars().all()
    return verdict(Question(one.alert, one.found, in_force, regions, at, day, way.confirmed, one.newer), rules)


async def _another_form(
    session: AsyncSession, known: Alert, come: Alert, message: Message, way: Way, at: datetime
) -> Taken:
    fields = contradictions(known, come)
    if fields:
        raise Contradiction(known, fields)
    if known.typed_in and not come.typed_in:
        known.typed_in, known.identifier, known.sender = False, come.identifier, come.sender
        known.national = come.national
        record(session, way.origin, "alert.proved", known.uid, at)
    if await _is_new_form(session, message):
        _keep(session, known, message, way, at)
        record(session, way.origin, "alert.source", known.uid, at, form=message.form.value)
    return Taken(known, new=False)


async def _under_another_name(
    session: AsyncSession, known: Alert, come: Alert, message: Message, way: Way, at: datetime
) -> Taken:
    """The same warning by another number. The national one, once it is there, is the alert's."""
    if message.national and not known.national:
        known.identifier, known.sender, known.national = come.identifier, come.sender, True
    _keep(session, known, message, way, at)
    record(session, way.origin, "alert.source", known.uid, at, form=message.form.value, twin=True)
    return Taken(known, new=False)


async def _is_new_form(session: AsyncSession, message: Message, sha256: str = "") -> bool:
    """Whether this form of the message is not kept yet, these very bytes of it where they are given."""
    wanted = select(AlertSource.id).where(
        col(AlertSource.sender) == message.sender,
        col(AlertSource.identifier) == message.identifier,
        col(AlertSource.form) == message.form.value,
    )
    if sha256:
        wanted = wanted.where(col(AlertSource.sha256) == sha256)
    return (await session.execute(wanted)).first() is None


def _keep(session: AsyncSession, alert: Alert, message: Message, way: Way, at: datetime) -> None:
    session.add(
        AlertSource(
            alert_id=alert.id,
            sender=message.sender,
            identifier=message.identifier,
            form=message.form.value,
            origin=way.origin,
            raw=message.raw,
            sha256=hashlib.sha256(message.raw).hexdigest(),
            received_at=at,
        )
    )
