"""Finds the colour that a form gives a warning: a parameter that names it, else the headline's words, else severity."""

import re
from collections.abc import Iterable

from broadcasts.hazards.grades import BY_CHINESE, BY_SEVERITY, Grade

NAMES = re.compile(r"colou?r|颜色|预警级别|预警等级|signal_?level|awareness_?level", re.IGNORECASE)
SIMPLE = str.maketrans("紅黃藍", "红黄蓝")
LONGEST = 1000  # no headline is longer, and patterns take time
CHINESE = "[红橙黄蓝白]"
REGRADED = re.compile(
    rf"(?:升级|降级|升格|变更|调整|改发|更新|升|降|改)(?:发布)?(?:为|成|至)[^，。；\s]{{0,12}}?({CHINESE})色"
)
REISSUED = re.compile(rf"(?:解除|撤销|取消).*?(?:发布|改发|降为|变更为)[^，。；\s]{{0,12}}?({CHINESE})色")
WARNED = re.compile(rf"({CHINESE})色[^，。；\s]{{0,8}}?(?:预警|警报|警戒)")
ANY = re.compile(rf"({CHINESE})色")
ENGLISH = re.compile(r"\b(red|orange|yellow|blue|white)\b", re.IGNORECASE)
BEFORE = re.compile(
    r"\b(red|orange|yellow|blue|white)[ -](?:early[ -])?(?:warning|alert|signal)|"
    r"\b(red|orange|yellow|blue|white)\b(?:[ -]\w+){0,3}?[ -](?:warning|alert|signal)",
    re.IGNORECASE,
)


def colour(parameters: Iterable[tuple[str, str]], words: Iterable[str], severity: str) -> Grade | None:
    """The colour of one info block. `words` are headline and event, in that order; severity is CAP's."""
    named = (plain(value) for name, value in parameters if NAMES.search(name))
    told = (in_words(text) for text in words)
    return next(filter(None, (*named, *told)), None) or BY_SEVERITY.get(severity)


def in_words(text: str) -> Grade | None:
    """The colour that a headline speaks of; where it tells of a change, the one it changes to. A colour in the name
    of a place (Blue River, 红河州) is none."""
    if found := spoken(text):
        return found[0]
    match = BEFORE.search(text[:LONGEST])
    return Grade((match[1] or match[2]).lower()) if match else None


def spoken(text: str) -> tuple[Grade, int, int] | None:
    """A colour told in Chinese, with the span of its word."""
    chinese = text[:LONGEST].translate(SIMPLE)
    found = (pattern.search(chinese) for pattern in (REGRADED, REISSUED, WARNED, ANY))
    match = next(filter(None, found), None)
    return (BY_CHINESE[match[1]], match.start(1), match.start(1) + 2) if match else None


def plain(value: str) -> Grade | None:
    """A colour that stands by itself: 红色, 红, RED, `3; orange; Severe`."""
    chinese = value.translate(SIMPLE).strip()
    if chinese[:1] in BY_CHINESE and chinese[1:] in {"", "色"}:
        return BY_CHINESE[chinese[0]]
    match = ENGLISH.search(value)
    return Grade(match[1].lower()) if match else in_words(chinese)
