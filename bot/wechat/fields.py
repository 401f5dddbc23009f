"""A push's fields out of XML or JSON, as the platforms write them: one form for both, every value a text. Pure."""

import re
from typing import Any

import orjson
from lxml import etree

LIMIT = 128 * 1024  # bytes of a push; the longest text is 2 KB, and the compatible mode brings it three times
DEEPEST = 8
# What XML forbids, and PostgreSQL in part: control characters, and two letters that are none. Beside them what is
# everybody's own, and shows nothing on another's page (U+E000 to U+F8FF).
CONTROL = bytes({*range(0x20)} - {0x09, 0x0A, 0x0D})
NO_LETTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")
ESCAPED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ue000-\uf8ff\ufffe\uffff]")
BOM = b"\xef\xbb\xbf"
ROOT, END = b"<xml>", b"</xml>"
# One field of a flat push: its name, and its text in CDATA or plain. Nothing of it could be read in two ways.
FIELD = re.compile(rb"\s*+<([A-Za-z]\w*+)>(?:<!\[CDATA\[((?:[^\]]++|\](?!\]>))*+)\]\]>|([^<&\]]*+))</\1>\s*+")

Fields = dict[str, Any]


class Malformed(Exception):
    """Neither XML nor JSON of the platforms' kind. Its text holds nothing of what was said."""


def read(raw: bytes) -> Fields:
    """The fields by name; what is nested is a dict, what repeats is a list. Raises Malformed."""
    if len(raw) > LIMIT:
        raise Malformed("too long")
    text = raw.translate(None, CONTROL).removeprefix(BOM).strip()
    if any(letter in text for letter in NO_LETTERS) or not _unbroken(text):
        text = text.decode("utf-8", "replace").translate({0xFFFE: None, 0xFFFF: None}).encode()
    return _json(text) if text.startswith(b"{") else _xml(text)


def _unbroken(text: bytes) -> bool:
    """A push that was cut in the middle of a letter is read all the same."""
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _json(text: bytes) -> Fields:
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Malformed("no JSON") from error
    return {clean(name): _plain(value, 1) for name, value in document.items()}


def _plain(value: Any, depth: int) -> Any:
    """Numbers as texts: XML knows no others, and whoever reads the fields should not have to ask."""
    if depth > DEEPEST:
        raise Malformed("too deep")
    if isinstance(value, dict):
        return {clean(name): _plain(one, depth + 1) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one, depth + 1) for one in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return clean("" if value is None else str(value))


def clean(text: str) -> str:
    """Letters that anybody can read. An escape may hide what stands nowhere else."""
    return ESCAPED.sub("", text)


def _xml(text: bytes) -> Fields:
    flat = _flat(text)
    return _parsed(text) if flat is None else flat


def _flat(text: bytes) -> Fields | None:
    """The usual push, which is names and texts alone, without the parser, which takes a sixth of a callback's time.
    None where there is anything else in it: that is the parser's to judge."""
    if not text.startswith(ROOT) or not text.endswith(END) or b"\r" in text:
        return None
    made: Fields = {}
    at, end = len(ROOT), len(text) - len(END)
    while at < end:
        found = FIELD.match(text, at, end)
        if found is None or (name := found[1].decode()) in made:
            return None
        made[name] = clean((found[2] or found[3] or b"").decode())
        at = found.end()
    return made or None


def _parsed(text: bytes) -> Fields:
    try:
        root = etree.fromstring(text, _parser())
    except etree.XMLSyntaxError as error:
        raise Malformed("no XML") from error
    if root.getroottree().docinfo.doctype:
        raise Malformed("a DTD")
    fields = _element(root, 1)
    if not isinstance(fields, dict):
        raise Malformed("no fields")
    return fields


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )


def _element(element: Any, depth: int) -> Any:
    """A leaf's text, or its children by name."""
    if not len(element):
        return clean(element.text or "")
    if depth > DEEPEST:
        raise Malformed("too deep")
    made: Fields = {}
    for child in element:
        name, value = child.tag, _element(child, depth + 1) if len(child) else clean(child.text or "")
        if name not in made:
            made[name] = value
        elif isinstance(made[name], list):
            made[name].append(value)
        else:
            made[name] = [made[name], value]
    return made
