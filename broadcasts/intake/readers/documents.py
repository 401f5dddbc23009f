"""Reads JSON strictly, and finds the warnings in it: our own, and those of the public feeds."""

import json
import math
import re
from collections.abc import Iterable
from typing import Any, Final

from broadcasts.intake.message import Fault, Message, Unreadable
from broadcasts.intake.readers import own
from broadcasts.intake.readers.encodings import LIMIT, TOO_LARGE, decode
from broadcasts.intake.readers.feeds.item import Item
from broadcasts.intake.readers.feeds.readers import READERS

DEPTH: Final = 64
MOST: Final = 10_000
MANY = f"一次超过 {MOST} 条预警。请分几次发来。"
UNDECLARED = re.compile(r"(?!)")
JSONP = re.compile(r"\s*(?:var\s+[\w$]+\s*=|[\w$.]+\s*\()\s*(?=[{\[])")
BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\Z)|[\[\]{}]')
LISTS = (("data", "page", "list"), ("page", "list"), ("data",), ("list",), ("alerts",))
DEEP = f"括号嵌套超过 {DEPTH} 层，不是预警的样子。请核对是否发错了文件。"
SYNTAX = "JSON 写法有误（第 {} 行第 {} 列：{}）。请让发来方重新导出。"
TWICE = "“{}”在同一层写了两次。请只留一个。"
NO_NUMBER = "“{}”不是 JSON 的数。请改成普通的数。"
LETTERS = "含有不成字的字符（单独的代理码或 \\u0000）。请让发来方重新导出。"


def fits(head: str) -> bool:
    """Whether text that begins so is JSON, or a script around it as weather.com.cn sends it."""
    return head[:1] in {"{", "["} or JSONP.match(head) is not None


def parse(raw: bytes) -> object:
    """The value. Raises Unreadable for a key twice in one object, NaN, more than 1.5 MiB or 64 levels."""
    if len(raw) > LIMIT:
        raise Unreadable(Fault("", None, TOO_LARGE))
    whole = decode(raw, UNDECLARED)
    wrap = JSONP.match(whole)
    start = wrap.end() if wrap else 0
    text = whole[start:].rstrip().removesuffix(";").rstrip() if wrap else whole
    _shallow(text)
    try:
        value = json.loads(
            text.removesuffix(")") if wrap and "(" in wrap[0] else text,
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_float=_float,
        )
    except json.JSONDecodeError as error:
        line = whole.count("\n", 0, start) + error.lineno
        raise Unreadable(Fault("", line, SYNTAX.format(line, error.colno, error.msg))) from None
    except ValueError as error:
        raise Unreadable(Fault("", None, NO_NUMBER.format(str(error)[:40]))) from None
    _spelt(text, value)
    return value


def items(value: object) -> list[tuple[str, object]] | None:
    """(JSON pointer, item) of a list or of a feed's page; None where the value is one warning by itself."""
    if isinstance(value, list):
        return [(f"/{at}", item) for at, item in enumerate(value)]
    for path in () if _reader(value) else LISTS:
        found = value
        for key in path:
            found = found.get(key) if isinstance(found, dict) else None
        if isinstance(found, list):
            pointer = "/".join(("", *path))
            return [(f"{pointer}/{at}", item) for at, item in enumerate(found)]
    return None


def message(value: object, pointer: str, raw: bytes) -> Message:
    """One warning, by the first reader that knows its shape; what none knows must be our own."""
    reader = _reader(value)
    return (
        reader.read(Item(value, pointer), raw) if reader and isinstance(value, dict) else own.read(value, pointer, raw)
    )


def text(value: object) -> bytes:
    """The bytes of one item by itself."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _reader(value: object) -> Any:
    return next((one for one in READERS if isinstance(value, dict) and one.fits(value)), None)


def _object(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise Unreadable(Fault("", None, TWICE.format(key[:60])))
        found[key] = value
    return found


def _constant(name: str) -> None:
    raise Unreadable(Fault("", None, NO_NUMBER.format(name)))


def _float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        _constant(text[:40])
    return value


def _shallow(text: str) -> None:
    """Counted before parsing, because the parser would recurse."""
    depth = 0
    for match in BRACKETS.finditer(text):
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(match[0], 0)
        if depth > DEPTH:
            raise Unreadable(Fault("", text.count("\n", 0, match.start()) + 1, DEEP))


def _spelt(text: str, value: object) -> None:
    """Escapes can spell what is no text: half a surrogate pair, or NUL, which a database refuses."""
    lowered = text.lower()
    if "\\ud" not in lowered and "\\u0000" not in lowered:
        return
    try:
        spelt = json.dumps(value, ensure_ascii=False)
        spelt.encode()
    except UnicodeEncodeError:
        raise Unreadable(Fault("", None, LETTERS)) from None
    if "\\u0000" in spelt:
        raise Unreadable(Fault("", None, LETTERS))
