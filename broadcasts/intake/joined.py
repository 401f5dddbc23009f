"""A message among what is known here: its thread, what it takes the place of, where it holds, why it is not for us."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.directory.tree import Tree
from broadcasts.alerts import queries
from broadcasts.alerts.models import OWN, Alert, Status
from broadcasts.alerts.order import gives_way
from broadcasts.audience.places import Hit, hit
from broadcasts.intake import clears
from broadcasts.intake.adopt import adopt, not_for_us
from broadcasts.intake.message import Message


@dataclass(frozen=True)
class Joined:
    """`alert` has its thread and its note; `found` is what it takes the place of, oldest first. `clear`: it is an
    all-clear of that. `newer`: of what it does not take the place of, something has gone out."""

    alert: Alert
    place: Hit
    found: Sequence[Alert]
    clear: bool = False
    newer: bool = False


async def joined(
    session: AsyncSession, message: Message, come: Alert, areas: Tree, *, confirmed: bool, at: datetime
) -> Joined:
    """Nothing is written. A person who has just checked a text has also decided what it replaces."""
    threads = await _threads(session, message)
    there = await queries.in_force(session, threads)
    thread = (there[0].thread if there else threads[0]) if threads else come.thread
    come.thread = thread
    found = list(there) if confirmed else gives_way(come, there)
    if clears.clears(message, found):
        clear = _clearing(message, found, areas, at)
        clear.alert.thread = thread
        return clear
    place = hit(message, areas)
    come.note = not_for_us(message, at, elsewhere=place.elsewhere)
    newer = [one for one in there if one not in found]
    if not come.note and not come.typed_in and not confirmed:
        await _look_for_newer(session, come, newer)
    return Joined(come, place, found, newer=any(one.status is Status.issued for one in newer))


def _clearing(message: Message, found: Sequence[Alert], areas: Tree, at: datetime) -> Joined:
    said = message.main
    message = clears.filled(message, found, areas)
    come = adopt(message, at)
    clears.inherit(come, found, says_colour=said.colour is not None, says_sender=bool(said.sender_name))
    return Joined(come, clears.place(message, found, areas), found, clear=True)


async def _look_for_newer(session: AsyncSession, come: Alert, newer: Sequence[Alert]) -> None:
    """What was said before something that has gone out is old by now, though it comes after it: nobody is told. An
    all-clear is for a person to decide."""
    if (after := await queries.overtaken_by(session, come)) is not None:
        come.thread = after.thread
    elif come.msg_type == "Cancel" or all(one.status is Status.held for one in newer):
        return
    come.note = "overtaken"


async def _threads(session: AsyncSession, message: Message) -> list[str]:
    """The threads that the message refers to, also those of which nothing is in force: the national platform names the
    first alone. Nobody else replaces or ends what we say ourselves."""
    threads = []
    for reference in message.references:
        known = await queries.by_identity(
            session,
            reference.sender or message.sender,
            reference.identifier,
            national=reference.sender is None or message.national,
        )
        if known is None:  # a name that only one of its forms has
            known = await queries.by_source(session, reference.sender or message.sender, reference.identifier)
        if known is not None and known.identifier != message.identifier and known.kind not in OWN:
            threads.append(known.thread)
    return threads
