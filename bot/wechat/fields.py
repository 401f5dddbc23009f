"""A push's fields out of XML or JSON, as the platforms write them: one form for both, every value a text. Pure."""

import re
from typing import Any

import orjson
from lxml import etree

LIMIT = 128 * 1024  # bytes of a push; the longest text is 2 KB, and the compatible mode brings it three times
DEEPEST = 8
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # what XML forbids, and PostgreSQL in part

Fields = dict[str, Any]


class Malformed(Exception):
    """Neither XML nor JSON of the platforms' kind. Its text holds nothing of what was said."""


def read(raw: bytes) -> Fields:
    """The fields by name; what is nested is a dict, what repeats is a list. Raises Malformed."""
    if len(raw) > LIMIT:
        raise Malformed("too long")
    text = CONTROL.sub("", raw.decode("utf-8-sig", "replace")).strip()
    return _json(text) if text.startswith("{") else _xml(text)


def _json(text: str) -> Fields:
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Malformed("no JSON") from error
    return {CONTROL.sub("", name): _plain(value, 1) for name, value in document.items()}


def _plain(value: Any, depth: int) -> Any:
    """Numbers as texts: XML knows no others, and whoever reads the fields should not have to ask."""
    if depth > DEEPEST:
        raise Malformed("too deep")
    if isinstance(value, dict):
        return {CONTROL.sub("", name): _plain(one, depth + 1) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one, depth + 1) for one in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return CONTROL.sub("", "" if value is None else str(value))


def _xml(text: str) -> Fields:
    try:
        root = etree.fromstring(text.encode(), _parser())
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
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )


def _element(element: Any, depth: int) -> Any:
    """A leaf's text, or its children by name."""
    if not len(element):
        return element.text or ""
    if depth > DEEPEST:
        raise Malformed("too deep")
    made: Fields = {}
    for child in element:
        name, value = child.tag, _element(child, depth + 1) if len(child) else child.text or ""
        if name not in made:
            made[name] = value
        elif isinstance(made[name], list):
            made[name].append(value)
        else:
            made[name] = [made[name], value]
    return made
