"""Reads the national platform's own XML (http://com.icss.amp): near to CAP, and not CAP."""

from typing import Final

from lxml import etree

from broadcasts.intake.message import Form, Message, Reference, Unreadable
from broadcasts.intake.readers import places, times, xml
from broadcasts.intake.readers.identity import is_national
from broadcasts.intake.readers.national import infos, rules

NAMESPACE: Final = "http://com.icss.amp"


def fits(root: etree._Element) -> bool:
    """Whether it is the platform's: by namespace, or by field names that CAP lacks where there is none."""
    if xml.local(root) != "alert" or xml.namespace(root) not in {"", NAMESPACE}:
        return False
    own = ("sendTime", "senderCode", "info/eventType")
    return xml.namespace(root) == NAMESPACE or any(root.find(name) is not None for name in own)


def read(alert: etree._Element, raw: bytes) -> Message:
    """The message. Raises Unreadable with every mandatory field that is missing or says nothing that we know.
    `references` names the thread's first message alone; a message that names itself names none."""
    found, sent = rules.faults(alert), times.china(xml.word(alert, "sendTime"))
    if found or sent is None:
        raise Unreadable(*found)
    identifier = xml.word(alert, "identifier")
    return Message(
        form=Form.national,
        identifier=identifier,
        sender=xml.word(alert, "sender"),
        sent=sent,
        infos=infos.read(alert),
        status=rules.known(alert, "status"),
        msg_type=rules.known(alert, "msgType"),
        scope=rules.known(alert, "scope"),
        source=xml.word(alert, "senderCode"),
        note=xml.words(alert, "note"),
        restriction=_restriction(alert),
        codes=tuple(name for one in infos.methods(alert) if (name := xml.word(one, "methodName"))),
        references=references(xml.word(alert, "references"), identifier),
        national=is_national(identifier),
        raw=raw,
    )


def references(text: str, own: str) -> tuple[Reference, ...]:
    """The identifiers named, without the message's own."""
    return tuple(Reference(one) for one in places.BETWEEN.split(text.strip()) if one and one != own)


def _restriction(alert: etree._Element) -> str:
    """secClassification Inner: not for the public, whatever `scope` says."""
    classified = xml.word(alert, "secClassification")
    return "" if classified.lower() == "none" else classified
