"""The one door of the readers: bytes of any form that we know in, messages out. No file and no network is touched."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Final

from lxml import etree

from broadcasts.intake.message import Fault, Message, Unreadable
from broadcasts.intake.readers import documents, encodings, envelopes, markup, xml
from broadcasts.intake.readers.cap import alert as cap
from broadcasts.intake.readers.national import alert as national

Found = tuple[Message, tuple[Fault, ...]]
NEITHER = "既不是 XML，也不是 JSON。如果是一段文字，请用“粘贴”录入。"
EMPTY = "内容是空的。请重新传送完整的文件。"
NO_NAMESPACE = '缺少 CAP 的命名空间。请在 <alert> 上写明 xmlns="urn:oasis:names:tc:emergency:cap:1.2"。'
OLD = "这是 CAP 1.0，我们只读 1.1 和 1.2。请让发来方改用 1.2。"
STRANGE = "不认得的 XML：<{}> 里没有预警。能读 CAP 1.1、1.2，国突平台 XML，以及含有它们的 Atom、RSS、EDXL-DE。"
STATUS = "外层信封标明 {}，这条消息按 {} 处理，不会当作实际预警发出。"
BLANKS: Final = " \t\r\n\ufeff"


@dataclass(frozen=True, slots=True)
class Refused:
    """One entry of an envelope that could not be read, beside others that could; its bytes are to be kept."""

    raw: bytes
    errors: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """What was in the bytes. `faults` are entries of an envelope that were refused; `doubts` are oddities of messages
    that were taken all the same, for the officer to see."""

    messages: tuple[Message, ...]
    envelope: bool = False
    faults: tuple[Refused, ...] = ()
    doubts: tuple[Fault, ...] = ()


def read(raw: bytes, media_type: str = "") -> Read:
    """Read one message or an envelope of many. What the bytes look like goes before `media_type`, which only settles
    what is said of bytes that look like nothing. Raises Unreadable where there is no message to be had; an envelope
    with nothing in it (a feed on a calm day) is none."""
    if len(raw) > encodings.LIMIT:
        raise Unreadable(Fault("/", None, encodings.TOO_LARGE))
    head = _head(raw)
    if head.startswith("<") or (head and "xml" in media_type.lower() and not documents.fits(head)):
        return _xml(raw)
    if documents.fits(head) or (head and "json" in media_type.lower()):
        return _json(raw)
    raise Unreadable(Fault("/", 1, NEITHER if head else EMPTY))


def _xml(raw: bytes) -> Read:
    root = xml.parse(raw)
    if xml.local(root) == "alert":
        message, doubts = _doubted(_alert(root, raw))
        return Read((message,), doubts=doubts)
    inside, status = envelopes.entries(root), envelopes.status(root)
    if not inside and not envelopes.is_feed(root):
        raise Unreadable(xml.fault(root, STRANGE.format(xml.local(root))))
    return _gather((entry.raw, partial(_entry, entry, status)) for entry in inside)


def _json(raw: bytes) -> Read:
    value = documents.parse(raw)
    items = documents.items(value)
    if items is None:
        message, doubts = _doubted((documents.message(value, "", raw), ()))
        return Read((message,), doubts=doubts)
    if len(items) > documents.MOST:
        raise Unreadable(Fault("", None, documents.MANY))
    return _gather([(documents.text(item), partial(_item, item, pointer)) for pointer, item in items])


def _item(value: object, pointer: str) -> Found:
    return documents.message(value, pointer, documents.text(value)), ()


def _entry(entry: envelopes.Entry, status: str) -> Found:
    if entry.errors:
        raise Unreadable(*entry.errors)
    return _alert(entry.element, entry.raw, status)


def _alert(element: etree._Element, raw: bytes, status: str = "") -> Found:
    if xml.namespace(element) in cap.NAMESPACES:
        message, doubts = cap.read(element, raw)
    elif national.fits(element):
        message, doubts = national.read(element, raw), ()
    else:
        raise Unreadable(xml.fault(element, OLD if xml.namespace(element).endswith("1.0") else NO_NAMESPACE))
    if status and message.status == "Actual":
        doubt = xml.fault(element, STATUS.format(status, status))
        return replace(message, status=status), (*doubts, doubt)
    return message, doubts


def _doubted(found: Found) -> Found:
    """The message carries what is odd in it, so that the officer sees it beside the alert."""
    message, doubts = found
    doubts = (*doubts, *markup.doubts(message))
    return replace(message, doubts=doubts), doubts


def _gather(entries: Iterable[tuple[bytes, Callable[[], Found]]]) -> Read:
    """Read each entry by itself: one that is spoilt takes no other with it. Raises only if none could be read."""
    taken: list[Found] = []
    spoilt: list[Refused] = []
    for raw, one in entries:
        try:
            taken.append(_doubted(one()))
        except Unreadable as error:
            spoilt.append(Refused(raw, error.errors))
    if spoilt and not taken:
        raise Unreadable(*islice((error for refused in spoilt for error in refused.errors), xml.MOST))
    doubts = tuple(doubt for _, found in taken for doubt in found)
    return Read(tuple(message for message, _ in taken), True, tuple(spoilt), doubts)


def _head(raw: bytes) -> str:
    """The first letters, past marks and blanks: enough to tell XML from JSON in any encoding we read."""
    wide = raw[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\x00" in raw[:4]
    text = raw[:800].decode("utf-16", "replace") if wide else raw[:800].decode("utf-8", "replace")
    return text.lstrip(BLANKS)
