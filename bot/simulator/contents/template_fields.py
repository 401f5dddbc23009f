"""What a template's field may hold, by the kind that its name begins with. A breach is 47003.

Sources: the mini-program's "subscribe message parameter values" table; WeChat's staff say that it holds for the
account too (reference sheet, A5).
"""

import re
from collections.abc import Callable

MOMENT = r"(\d{4}[年\-/.]\d{1,2}[月\-/.]\d{1,2}日?(\s?\d{1,2}:\d{2}(:\d{2})?)?|\d{1,2}:\d{2}(:\d{2})?)"
TIME = re.compile(rf"{MOMENT}(~{MOMENT})?")
DATE = re.compile(r"\d{4}[年\-/.]\d{1,2}[月\-/.]\d{1,2}日?(\s?\d{1,2}:\d{2}(:\d{2})?)?")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
KIND = re.compile(r"([a-z_]+?)\d*")


def _matches(pattern: str | re.Pattern[str]) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda value: compiled.fullmatch(value) is not None


def _name(value: str) -> bool:
    return len(value) <= (10 if CHINESE.search(value) else 20)


FITS: dict[str, Callable[[str], bool]] = {
    "thing": lambda value: len(value) <= 20,
    "character_string": lambda value: len(value) <= 32 and not CHINESE.search(value),
    "phrase": _matches(r"[\u4e00-\u9fff]{1,5}"),
    "number": _matches(r"[\d.\-]{1,32}"),
    "letter": _matches(r"[A-Za-z]{1,32}"),
    "symbol": lambda value: len(value) <= 5 and not value.isalnum(),
    "time": _matches(TIME),
    "date": _matches(DATE),
    "amount": _matches(r"[¥$€]?[\d.]{1,10}元?"),
    "phone_number": _matches(r"[\d+\-() ]{1,17}"),
    "car_number": lambda value: len(value) <= 8,
    "name": _name,
    "const": lambda value: len(value) <= 20,
}


def fits(field: str, value: str) -> bool:
    """Whether `value` may stand in the field of that name. A line break never may."""
    kind = KIND.fullmatch(field)
    rule = FITS.get(kind[1]) if kind else None
    return bool(rule and value.strip() and "\n" not in value and rule(value))
