"""A feed's first look shows what has passed as well: what a later message of the same look replaces is over, and so is
what has gone on for a day without an end."""

from collections.abc import Iterable
from datetime import datetime

from broadcasts.alerts.models import Alert
from broadcasts.dispatch.alert import NO_END
from broadcasts.intake.fetch import Document
from broadcasts.intake.message import Message, Reference
from broadcasts.intake.readers.read import read

Name = tuple[str, str]  # sender and identifier; a national identifier stands alone


def name(message: Message) -> Name:
    return ("" if message.national else message.sender, message.identifier)


def replaced(documents: Iterable[Document]) -> frozenset[Name]:
    """The messages of these documents that a later update or cancel in them replaces. The national platform names a
    thread's first message alone, so of each thread the last one stands."""
    messages = sorted((m for document in documents for m in _messages(document)), key=lambda m: m.sent)
    threads: dict[Name, Name] = {}  # a message → the first of its thread
    standing: dict[Name, Name] = {}  # a thread → its last message so far
    over = set()
    for message in messages:
        own = name(message)
        firsts = {threads.get(before, before) for before in _before(message)} or {own}
        over |= {standing[first] for first in firsts if first in standing} - {own}
        threads[own] = min(firsts)
        standing |= dict.fromkeys(firsts, own)
    return frozenset(over)


def over(alert: Alert, message: Message, gone: frozenset[Name], at: datetime) -> bool:
    """Whether a message of a first look is over, though it does not say so itself: an all-clear of nothing that is in
    force here is."""
    endless = alert.expires is None and at - alert.sent >= NO_END
    return endless or alert.msg_type == "Cancel" or name(message) in gone


def _messages(document: Document) -> list[Message]:
    """Those that can be planned; what is wrong with a document is said when it is taken."""
    try:
        messages = read(document.raw, document.media_type).messages
    except Exception:  # our own mistakes too: one document stops no other
        return []
    return [m for m in messages if m.status == "Actual" and m.scope == "Public"]


def _before(message: Message) -> list[Name]:
    if message.msg_type not in {"Update", "Cancel"}:
        return []
    return [_referred(message, one) for one in message.references if one.identifier != message.identifier]


def _referred(message: Message, one: Reference) -> Name:
    alone = one.sender is None or message.national
    return ("" if alone else one.sender or "", one.identifier)
