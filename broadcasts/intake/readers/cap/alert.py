"""Reads one OASIS CAP 1.2 alert (or 1.1, converted) into the inner model."""

from datetime import datetime
from itertools import islice
from typing import Final

from lxml import etree

from broadcasts.intake.message import Fault, Form, Info, Message, Reference, Unreadable
from broadcasts.intake.readers import times, xml
from broadcasts.intake.readers.cap import infos, older, rules, validity
from broadcasts.intake.readers.identity import is_national

NAMESPACES: Final = frozenset({older.CAP11, older.CAP12})
TIME = "这个时间无法换算成世界时。请核对年份和时区。"


def read(alert: etree._Element, raw: bytes) -> tuple[Message, tuple[Fault, ...]]:
    """The message, and what is odd in it but not against the schema. Raises Unreadable with every schema fault,
    and for an area that cannot be used. A 1.1 alert is converted in place."""
    if xml.namespace(alert) == older.CAP11:
        older.convert(alert)
    found, sent = validity.faults(alert) or _times(alert) or rules.unusable(alert), times.cap(xml.word(alert, "sent"))
    if found or sent is None:
        raise Unreadable(*found)
    return _message(alert, sent, raw), rules.doubts(alert)


def _message(alert: etree._Element, sent: datetime, raw: bytes) -> Message:
    return Message(
        form=Form.cap,
        identifier=xml.word(alert, "identifier"),
        sender=xml.word(alert, "sender"),
        sent=sent,
        infos=tuple(map(infos.read, xml.children(alert, "info"))) or (_bare(alert),),
        status=xml.word(alert, "status"),
        msg_type=xml.word(alert, "msgType"),
        scope=xml.word(alert, "scope"),
        source=xml.word(alert, "source"),
        note=xml.words(alert, "note"),
        restriction=xml.word(alert, "restriction"),
        addresses=xml.word(alert, "addresses"),
        codes=xml.each(alert, "code"),
        incidents=xml.word(alert, "incidents"),
        references=references(xml.word(alert, "references")),
        national=is_national(xml.word(alert, "identifier")),
        raw=raw,
    )


def references(text: str) -> tuple[Reference, ...]:
    """CAP's triples `sender,identifier,sent`, parted by blanks. A lone identifier, as some feeds have it, is kept."""
    return tuple(map(_reference, text.split()))


def _reference(text: str) -> Reference:
    match text.split(","):
        case [sender, identifier, sent]:
            return Reference(identifier, sender or None, times.cap(sent) or times.china(sent))
        case [sender, identifier]:
            return Reference(identifier, sender or None)
        case _:
            return Reference(text)


def _bare(alert: etree._Element) -> Info:
    """A message without info (a cancel may be one) still has one block for its reader: the note, and no event."""
    return Info(language="", event="", description=xml.words(alert, "note"))


def _times(alert: etree._Element) -> tuple[Fault, ...]:
    """The schema lets the year 0001 pass, which has no time in UTC."""
    named = (one for one in alert.iter("{*}sent", "{*}effective", "{*}onset", "{*}expires"))
    faults = (xml.fault(one, TIME) for one in named if times.cap((one.text or "").strip()) is None)
    return tuple(islice(faults, xml.MOST))
