"""What an act is told, as a control call or a page's form gives it."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from bot.simulator.control.answers import Problem

Given = Mapping[str, Any]


def text(given: Given, name: str, default: str | None = None) -> str:
    """A string; without a default it must be there and not be empty."""
    value = given.get(name, default)
    if not isinstance(value, str) or (default is None and not value):
        raise Problem(f"{name}: a string")
    return value


def number(given: Given, name: str, default: float) -> float:
    value = given.get(name, default)
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError as error:
            raise Problem(f"{name}: a number") from error
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise Problem(f"{name}: a number")
    return float(value)


def count(given: Given, name: str, default: int, most: int) -> int:
    value = number(given, name, default)
    if not 0 < value <= most or value != int(value):
        raise Problem(f"{name}: 1 to {most}")
    return int(value)


def body(given: Given, sample: bytes) -> bytes:
    """The bytes under `base64`, or the sample."""
    value = given.get("base64")
    if not value:
        return sample
    try:
        return base64.b64decode(text(given, "base64"), validate=True)
    except binascii.Error as error:
        raise Problem("base64: not base64") from error
