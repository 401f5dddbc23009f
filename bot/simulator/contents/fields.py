"""Reading the parts of a message: what is missing, too long or not of its kind is refused, some of it cut."""

import re
from typing import Any

from bot.simulator.tables import codes, limits
from bot.simulator.tables.codes import Refused

JsonObject = dict[str, Any]

MARKUP = re.compile(r"</?(?:font|div)\b[^>]*>")
BREAK = re.compile(r"<br\s*/?>")


def part(document: JsonObject, name: str) -> JsonObject:
    """The object under `name`."""
    value = document.get(name)
    if not isinstance(value, dict):
        raise Refused(codes.BAD_PARAMETER, f"{name} missing.")
    return value


def parts(document: JsonObject, name: str) -> list[JsonObject]:
    """The list of objects under `name`; empty where there is none."""
    value = document.get(name) or []
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise Refused(codes.BAD_PARAMETER, f"{name} is not a list of objects.")
    return value


def text(document: JsonObject, name: str, missing: int | None = None) -> str:
    """The string under `name`. Absent or empty: refused with the code `missing`, or "" where that is None."""
    value = document.get(name)
    if value is None or value == "":
        if missing is None:
            return ""
        raise Refused(missing, f"{name}:")
    if not isinstance(value, str):
        raise Refused(codes.BAD_PARAMETER, f"{name} is not a string.")
    return value


def strings(document: JsonObject, name: str) -> list[str]:
    value = document.get(name) or []
    if not isinstance(value, list) or any([not isinstance(one, str) for one in value]):
        raise Refused(codes.BAD_PARAMETER, f"{name} is not a list of strings.")
    return value


def whole(value: str, most: int, name: str, code: int) -> str:
    """`value`, refused with `code` beyond `most` bytes of UTF-8."""
    if len(value) * 4 > most and len(value.encode()) > most:
        raise Refused(code, f"{name} exceed max length {most}.")
    return value


def cut_bytes(value: str, most: int) -> str:
    """`value` up to `most` bytes of UTF-8, on a character's border."""
    return value.encode()[:most].decode("utf-8", "ignore")


def link(document: JsonObject, name: str = "url") -> str:
    """A required address with its scheme."""
    url = text(document, name, codes.NO_URL)
    if not url.startswith(("http://", "https://")):
        raise Refused(codes.URL_WITHOUT_SCHEME, f"{name}:")
    return whole(url, limits.URL_BYTES, name, codes.BAD_URL_LENGTH)


def plain(value: str) -> str:
    """The text behind a card's or a markdown's tags."""
    if "<" not in value:
        return value
    return MARKUP.sub("", BREAK.sub("\n", value))
