"""Chinese numerals of dates, times and hours as digits: 七月十一日二十时, 未来六小时; other words stay."""

import re
from dataclasses import dataclass

DIGIT = {zh: str(n) for n, zh in enumerate("零一二三四五六七八九")} | {"〇": "0", "两": "2"}
ONE = "".join(DIGIT)
MANY = rf"[{ONE}十廿]+"
AFTER_A_DAY = r"(?<=[日号天午晨早晚间至到\s])"
TOLD = re.compile(
    rf"[{ONE}]{{4}}(?=\s*年)"
    rf"|{MANY}(?=\s*[月日号])"
    rf"|{MANY}(?=\s*(?:[-~～—至到]\s*[{ONE}十廿\d]+)?\s*个?小时)"
    rf"|{AFTER_A_DAY}{MANY}(?=[时点])"
    rf"|(?!一时){MANY}(?=时(?![间刻常候而]))"
    rf"|{MANY}(?=点[整半{ONE}十\d])"
    rf"|(?<=[时点]){MANY}(?=[分刻发，。；、\s]|$)"
)


@dataclass(frozen=True, slots=True)
class Told:
    """A text whose numerals are digits. `starts` tells where each of its letters, and its end, stood before."""

    text: str
    starts: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """A span of the new text as a span of the old one."""
        return self.starts[start], self.starts[end]


def arabic(text: str) -> Told:
    """The text with its times in digits."""
    parts: list[str] = []
    starts: list[int] = []
    at = 0
    for match in TOLD.finditer(text):
        number = value(match[0])
        if number is not None:
            parts += [text[at : match.start()], number]
            starts += [*range(at, match.start()), *[match.start()] * len(number)]
            at = match.end()
    return Told("".join([*parts, text[at:]]), (*starts, *range(at, len(text) + 1)))


def value(words: str) -> str | None:
    """二十三 → 23, 二〇二六 → 2026, 〇五 → 05; None for what is no one number: 三四 is three or four."""
    words = words.replace("廿", "二十")
    tens, ten, units = words.partition("十")
    if ten:
        fine = len(tens) < 2 and len(units) < 2 and "十" not in units
        return f"{DIGIT.get(tens, '1')}{DIGIT.get(units, '0')}" if fine else None
    one_number = len(words) in {1, 4} or words[0] in "零〇" or words[-1] in "零〇"
    return "".join(DIGIT[one] for one in words) if one_number else None
