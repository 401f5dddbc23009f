"""Bytes in, whatever they are: every message taken, every contradiction and unreadable text kept and rung for."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.config import Settings
from broadcasts.intake.identity import Contradiction
from broadcasts.intake.message import Message, Unreadable
from broadcasts.intake.readers.read import read
from broadcasts.intake.take import Taken, Way, contradicted, take
from broadcasts.release.holds import keep_unread


@dataclass
class Received:
    """What became of one document. `unread` is set where all or part of it could not be read; its bytes are kept."""

    taken: list[Taken] = field(default_factory=list)
    contradictions: list[Contradiction] = field(default_factory=list)
    unread: Unreadable | None = None
    envelope: bool = False


async def receive(
    session: AsyncSession, settings: Settings, raw: bytes, media_type: str, way: Way, *, at: datetime
) -> Received:
    """Read and take a whole document in the caller's transaction. Raises nothing that the input could cause."""
    made = Received()
    try:
        document = read(raw, media_type)
    except Unreadable as error:
        made.unread = error
        await keep_unread(session, raw, error, origin=way.origin, at=at)
        return made
    made.envelope = document.envelope
    for message in document.messages:
        await _one(session, settings, message, way, made, at)
    for refused in document.faults:
        spoilt = Unreadable(*refused.errors)
        made.unread = made.unread or spoilt
        await keep_unread(session, refused.raw, spoilt, origin=way.origin, at=at)
    return made


async def take_one(session: AsyncSession, settings: Settings, message: Message, way: Way, *, at: datetime) -> Received:
    """The same for a message that was read already: a paste that an officer has checked."""
    made = Received()
    await _one(session, settings, message, way, made, at)
    return made


async def _one(
    session: AsyncSession, settings: Settings, message: Message, way: Way, made: Received, at: datetime
) -> None:
    try:
        made.taken.append(await take(session, settings, message, way, at=at))
    except Unreadable as error:
        made.unread = error
        await keep_unread(session, message.raw, error, origin=way.origin, at=at)
    except Contradiction as error:
        made.contradictions.append(error)
        await contradicted(session, error, message, way, at=at)
