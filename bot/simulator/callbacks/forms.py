"""A callback's fields as XML or JSON, and the passive reply that may come back."""

from collections.abc import Callable, Mapping
from typing import Any
from xml.etree import ElementTree

import orjson

Fields = Mapping[str, Any]
Writer = Callable[[Fields], bytes]


def to_xml(fields: Fields) -> bytes:
    """Words in CDATA, numbers bare. Control characters stay in, as the platforms leave them."""
    return f"<xml>{_elements(fields)}</xml>".encode()


def to_json(fields: Fields) -> bytes:
    return orjson.dumps(fields)


def _elements(fields: Fields) -> str:
    return "\n".join(_element(name, value) for name, value in fields.items())


def _element(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "".join(_element(name, one) for one in value)
    if isinstance(value, Mapping):
        return f"<{name}>{_elements(value)}</{name}>"
    if isinstance(value, int | float):
        return f"<{name}>{value}</{name}>"
    return f"<{name}><![CDATA[{str(value).replace(']]>', ']]]]><![CDATA[>')}]]></{name}>"


def read(raw: bytes) -> dict[str, Any]:
    """A reply's fields, nested ones as dicts; empty where it is neither XML nor JSON."""
    text = raw.strip()
    if text.startswith(b"{"):
        try:
            document = orjson.loads(text)
        except orjson.JSONDecodeError:
            return {}
        return document if isinstance(document, dict) else {}
    if not text.startswith(b"<"):
        return {}
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 (what our own product answered)
    except ElementTree.ParseError:
        return {}
    return _nested(root)


def _nested(element: ElementTree.Element) -> dict[str, Any]:
    """What repeats is a list."""
    made: dict[str, Any] = {}
    for child in element:
        value = _nested(child) if len(child) else (child.text or "")
        if child.tag in made:
            before = made[child.tag]
            made[child.tag] = [*(before if isinstance(before, list) else [before]), value]
        else:
            made[child.tag] = value
    return made
