"""From what somebody typed or spoke to an Intent with its facts. Pure."""

import re

from handlers.chat.understand.intents import ANSWERS, DIGITS, Intent, Understood
from handlers.chat.understand.pleas import cries
from handlers.chat.understand.vocabulary import vocabulary
from handlers.chat.understand.words import bare, folded
from handlers.reports.reading.korean import chinese

LONGEST = 16  # characters that an answer out of several words may have
DIGIT = re.compile(r"(?:回复|回|选|按|答|我选)?([0-9])(?![0-9])번?(.*)", re.S)
SAME = re.compile(r"([0-9])\1{1,5}")  # pressed twice
SPELLED = {"一": "1", "二": "2", "三": "3", "两": "2", "零": "0", "四": "4", "五": "5", "六": "6"}
ASKS = re.compile(r"\s*[?？]+\s*")
PLACE = re.compile(r"[^\s\d]{1,10}(?:村|镇|乡|社区|县|街道|屯|寨)")
HINT = re.compile(r"(?<![a-z0-9])[a-z]{1,3}[0-9]{4}-?h[0-9]{2,6}(?![a-z0-9])")  # a hint's number, folded
NAME = re.compile(r"[\u4e00-\u9fff·]{2,12}")
TIMES = re.compile(r"([0-9]{1,2}|[一二两三四五六])\s*(?:遍|次|回)")
NUMBERED = re.compile(r"[0-9一二两三四五六七八九十百千半几]+")


def understand(text: str) -> Understood:
    """What is meant, and whether it is also a cry for help."""
    words = bare(text)
    read = _read(text, words)
    return Understood(read.intent, read.facts, cries(text), read.clear)


def _read(text: str, words: str) -> Understood:
    if not words:
        return Understood(Intent.menu if ASKS.fullmatch(text) else Intent.unknown)
    asked = _hint(text) or _digit(words) or _whole(words) or _of_place(words) or _lead(text)
    return asked or _answer(words) or _part(words) or _rest(text, words)


def _hint(text: str) -> Understood | None:
    """It names a hint by its number: then it is about that one."""
    found = HINT.search(folded(text))
    if found is None:
        return None
    number = found.group().upper()
    return Understood(Intent.hint, {"number": number if "-" in number else number.replace("H", "-H")})


def _digit(words: str) -> Understood | None:
    """A digit alone, or one with words behind it that may name the alert. With a unit it is a figure, not a choice."""
    words = SPELLED.get(words, words)
    if same := SAME.fullmatch(words):
        words = same.group(1)
    found = DIGIT.fullmatch(words)
    if found is None or words in vocabulary().whole["plea"]:
        return None
    n, rest = int(found.group(1)), found.group(2)
    if rest.startswith(vocabulary().part["unit"]):
        return None
    said = _whole(rest) or _answer(rest) or _part(rest) if rest else None
    meant = said.intent if said and said.intent in ANSWERS else None
    clear = meant is None or meant is DIGITS.get(n)
    return Understood(Intent.digit, {"n": str(n), "rest": "" if meant else rest}, clear=clear)


def _whole(words: str) -> Understood | None:
    """The whole text is a word that we know."""
    meant = next((name for name in vocabulary().means(words) if name in set(Intent)), None)
    return Understood(Intent(meant)) if meant else None


def _of_place(words: str) -> Understood | None:
    """石门乡谁值班, 谁值班石门乡: the duty phone of another place."""
    for known in vocabulary().whole["phone"]:
        place = words.removesuffix(known) if words.endswith(known) else words.removeprefix(known)
        if place != words and PLACE.fullmatch(place):
            return Understood(Intent.phone, {"place": place})
    return None


def _lead(text: str) -> Understood | None:
    """It begins with a word that asks for something, and names it: 订阅柳湾村."""
    plain = folded(text).strip()
    for name, leads in vocabulary().lead.items():
        for lead in leads:
            rest = plain.removeprefix(lead).strip(" ,，。:：、")
            if rest != plain and (name != Intent.hint or _tells(plain)) and (fact := _fact(name, rest)):
                return fact
    return None


def _fact(name: str, rest: str) -> Understood | None:
    if name == "bind" and rest:
        return Understood(Intent.bind, {"words": rest})
    if name == "hint":
        return Understood(Intent.hint)
    if name == "played":
        times = TIMES.fullmatch(rest)
        often = SPELLED.get(times.group(1), times.group(1)) if times else ""
        return Understood(Intent.played, {"times": often}) if often.isdecimal() else None
    if name == "swap" and NAME.fullmatch(rest):
        return Understood(Intent.swap, {"words": rest})
    place = rest.removesuffix("的").removesuffix("人").removesuffix("的")
    if not place or not (PLACE.fullmatch(place) or name in {"unsubscribe"}):
        return None
    if name == "parents":
        return Understood(Intent.subscribe, {"place": place, "label": "parents"})
    return Understood(Intent(name), {"place": place})


def _answer(words: str) -> Understood | None:
    """Several short words that all are answers or mean nothing: 好的收到谢谢. Of several the gravest counts."""
    if len(words) > LONGEST:
        return None
    met, left = set[Intent](), words
    while left:
        word, meant = _first(left)
        if not word:
            return None
        if meant:
            met.add(meant)
        left = left[len(word) :]
    return next((Understood(intent) for intent in ANSWERS if intent in met), None)


def _first(text: str) -> tuple[str, Intent | None]:
    """The longest word of an answer, or filler, or sign that `text` begins with."""
    whole = vocabulary().whole
    candidates = [(w, i) for i in ANSWERS for w in whole[i] if text.startswith(w)]
    fillers: list[tuple[str, Intent | None]] = [(w, None) for w in whole["filler"] if text.startswith(w)]
    return max([*candidates, *fillers], key=lambda pair: len(pair[0]), default=("", None))


def _part(words: str) -> Understood | None:
    """Somewhere in a sentence: help and inability, unless denied; then what is asked; then what happened."""
    known = vocabulary()
    for intent in (Intent.help, Intent.cannot):
        for word in known.part[intent]:
            at = words.find(word)
            if at >= 0 and not words[:at].endswith(("不", "没", "没有", "无", "不太", "还不", "不用", "不再")):
                return Understood(intent, {"words": words})
    for intent in (Intent.warnings, Intent.hint, Intent.report, Intent.shelters, Intent.still_valid):
        if any(word in words for word in known.part[intent]) and (intent is not Intent.hint or _tells(words)):
            return Understood(intent)
    return None


def _tells(words: str) -> bool:
    """Whether a hint is told, and not that one was looked for, or mended."""
    return not any(word in bare(words) for word in vocabulary().part["no_hint"])


def _rest(text: str, words: str) -> Understood:
    if PLACE.fullmatch(words):
        return Understood(Intent.subscribe, {"place": words})
    units, asks = "|".join(vocabulary().part["unit"]), words.endswith(vocabulary().part["report_question"])
    if not asks and re.search(f"{NUMBERED.pattern}(?:{units})", bare(chinese(text))) and len(words) > 2:
        return Understood(Intent.report)
    return Understood(Intent.unknown)
