"""Numbers as people write and speak them: 12, １２, 十二, 两百零五, 三万, 半. Pure."""

import re

DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2, "仨": 3}
TENS = {"十": 10, "百": 100, "千": 1000}
LARGE = {"万": 10_000, "亿": 100_000_000}
CHARS = "零〇一二两俩仨三四五六七八九十百千万亿"
NUMBER = rf"-?(?:[0-9]+(?:,[0-9]{{3}})*(?:\.[0-9]+)?[万千百]?|[{CHARS}]+(?:点[{CHARS}]+)?|半)"
PAIRS = "一二|一两|两三|二三|三四|三五|四五|五六|六七|七八|八九"  # two or three, not twenty-three
FEW = "若干|不少|很多|许多|一些|好多"
VAGUE = rf"(?:(?:{PAIRS})[十百千万]?|好?几[十百千万]?|[0-9{CHARS}]*十几|数[十百千]|上[百千万]|{FEW}|[0-9{CHARS}]+几)"
BOUND = r"(?:余|多|来|左右|大概)?"


def number(text: str) -> float | None:
    """None for what is no number: 十十, 几."""
    sign, bare = (-1, text[1:]) if text.startswith("-") else (1, text)
    found = _value(bare)
    return None if found is None else sign * found


def _value(text: str) -> float | None:
    if text == "半":
        return 0.5
    if found := re.fullmatch(r"([0-9][0-9,]*(?:\.[0-9]+)?)([万千百]?)", text):
        return float(found.group(1).replace(",", "")) * {"万": 10_000, "千": 1000, "百": 100, "": 1}[found.group(2)]
    whole, _, rest = text.partition("点")
    base = _chinese(whole)
    if base is None or not rest:
        return base
    decimals = "".join(str(DIGITS[c]) for c in rest if c in DIGITS)
    return base + float(f"0.{decimals}") if decimals else None


def _chinese(text: str) -> float | None:
    """三千零五, 十二, 二〇二六, 一万二."""
    if not text or any(c not in DIGITS and c not in TENS and c not in LARGE for c in text):
        return None
    if all(c in DIGITS for c in text):
        return float("".join(str(DIGITS[c]) for c in text))
    total = section = digit = 0
    last = 0  # the unit before: 一万二 is 12,000, 两百五 250
    for c in text:
        if c in DIGITS:
            digit = DIGITS[c]
            last = 0 if not digit else last
        elif c in TENS:
            section += (digit or 1) * TENS[c]
            digit, last = 0, TENS[c]
        else:
            total = (total + section + digit) * LARGE[c]
            section, digit, last = 0, 0, LARGE[c]
    return float(total + section + digit * (last // 10 if last > 10 else 1))
