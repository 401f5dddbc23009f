"""From what somebody typed or spoke to an Intent with its facts. Pure."""

import re

from handlers.chat.understand.answers import answer, unasked_help, unfit
from handlers.chat.understand.intents import ANSWERS, DIGITS, Intent, Understood
from handlers.chat.understand.pleas import cries
from handlers.chat.understand.vocabulary import vocabulary
from handlers.chat.understand.words import PARTS, bare, folded
from handlers.reports.reading.korean import chinese

DIGIT = re.compile(r"(?:回复|回|选择|选|按|答复|答|我选择|我选|我回)?([0-9])(?![0-9])번?(.*)", re.S)
BEHIND = re.compile(r"(\D+)([0-9])")  # 收到1
LISTED = re.compile(r"\s*[0-9]\s*[、.)]\s*(?=[^\s0-9])")  # 1、河水上涨；2、桥断了
AT_ONCE = re.compile(r"\s*[0-9](?=[^\W\d_])")  # 2桥断了, and not 2 桥断了
SAME = re.compile(r"([0-9])\1{1,5}")  # pressed twice
SPELLED = {
    **{"一": "1", "二": "2", "三": "3", "两": "2", "零": "0", "四": "4", "五": "5", "六": "6"},
    **{"壹": "1", "贰": "2", "叁": "3"},
}
ASKS = re.compile(r"\s*[?？]+\s*")
PLACE = re.compile(r"[^\s\d]{1,10}(?:村|镇|乡|社区|县|街道|屯|寨)")
HINT = re.compile(r"(?<![a-z0-9])[a-z]{1,3}[0-9]{4}-?h[0-9]{2,6}(?![a-z0-9])")  # a hint's number, folded
NAME = re.compile(r"[\u4e00-\u9fff·]{2,12}")
TIMES = re.compile(r"([0-9]{1,2}|[一二两三四五六])\s*(?:遍|次|回)")
SIGNS = " ,，。.:：、;；!！?？…~～"  # that people type around what they name
DIGIT_LETTERS = "[0-9一二两三四五六七八九十百千半几]"
NUMBERED = f"(?<!{DIGIT_LETTERS}){DIGIT_LETTERS}++"  # a whole number: two thousand digits are read once


def understand(text: str) -> Understood:
    """What is meant, and whether it is also a cry for help."""
    words = bare(text)
    read = _read(text, words)
    return Understood(read.intent, read.facts, cries(text), read.clear)


def _read(text: str, words: str) -> Understood:
    if not words:
        return Understood(Intent.menu if ASKS.fullmatch(text) else Intent.unknown)
    asked = _hint(text) or _digit(text, words) or _whole(words) or _of_place(words) or _lead(text)
    return asked or answer(words) or _part(text) or _rest(text, words)


def _hint(text: str) -> Understood | None:
    """It names a hint by its number: then it is about that one."""
    found = HINT.search(folded(text))
    if found is None:
        return None
    number = found.group().upper()
    return Understood(Intent.hint, {"number": number if "-" in number else number.replace("H", "-H")})


def _digit(text: str, words: str) -> Understood | None:
    """A digit alone, or one with words behind it that may name the alert. With a unit it is a figure, and what begins
    a list, or stands right before what has happened, no choice either: 1号桥断了, 1、河水上涨."""
    words = SPELLED.get(words, words)
    if same := SAME.fullmatch(words):
        words = same.group(1)
    if behind := _behind(words):
        return behind
    found = DIGIT.fullmatch(words)
    if found is None or words in vocabulary().whole["plea"]:
        return None
    n, rest = int(found.group(1)), found.group(2)
    if rest.startswith(vocabulary().part["unit"]) or _counts(text, rest):
        return None
    said = _whole(rest) or answer(rest) or _part(_without_digit(text, n)) if rest else None
    meant = said.intent if said and said.intent in ANSWERS else None
    if meant is None and _figure(text, rest):
        return None
    clear = meant is None or meant is DIGITS.get(n)
    return Understood(Intent.digit, {"n": str(n), "rest": "" if meant else rest}, clear=clear)


def _behind(words: str) -> Understood | None:
    """收到1: the digit behind its own word."""
    found = BEHIND.fullmatch(words)
    said = _whole(found[1]) if found else None
    if found is None or said is None or said.intent not in DIGITS.values():
        return None
    return Understood(Intent.digit, {"n": found[2], "rest": ""}, clear=DIGITS.get(int(found[2])) is said.intent)


def _without_digit(text: str, n: int) -> str:
    """What was typed behind the digit, with its marks."""
    return folded(text).partition(str(n))[2]


def _counts(text: str, rest: str) -> bool:
    """1号桥, 2组: right behind the digit; where a space stands between, only of what has happened."""
    close = AT_ONCE.match(folded(text)) is not None or happened(rest)
    known = vocabulary().part
    return close and rest.startswith(known["unit_first"]) and not rest.startswith(known["no_unit"])


def _figure(text: str, rest: str) -> bool:
    """Whether the digit only counts, or numbers, what has happened. Words of an answer come first: 1、收到，桥断了."""
    plain = folded(text)
    first = next((one for one in map(bare, PARTS.split(LISTED.sub("", plain))) if one), "")
    if not happened(rest) or _whole(first) or answer(first):
        return False
    return LISTED.match(plain) is not None or AT_ONCE.match(plain) is not None


def happened(text: str) -> bool:
    """Whether the words name something that happens to houses, roads or water, and not to people alone."""
    words = bare(text)
    return any(word in words for word in vocabulary().part[Intent.report])


def befell(text: str) -> bool:
    """Whether it is said that it has happened, and not what is looked at, or that it has not: 去看水位, 没有断电."""
    known = vocabulary().part
    for piece in filter(None, map(bare, PARTS.split(folded(text)))):
        for word in known[Intent.report]:
            at = piece.find(word)
            if at < 0 or word in known["report_topic"]:
                continue
            before = piece[:at]
            if not (before.endswith(known["report_denied"]) or any(one in before for one in known["report_looks"])):
                return True
    return False


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
            rest = plain.removeprefix(lead).strip(SIGNS)
            if plain.startswith(lead) and (name != Intent.hint or _tells(plain)) and (fact := _fact(name, rest)):
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


def _part(text: str) -> Understood | None:
    """Somewhere in a sentence: help and inability, of the speaker's own; then what is asked; then what happened."""
    known, words = vocabulary(), bare(text)
    for intent, beside in ((Intent.help, unasked_help), (Intent.cannot, unfit)):
        for piece in filter(None, map(bare, PARTS.split(folded(text)))):
            for word in known.part[intent]:
                at = piece.find(word)
                if at >= 0 and not beside(word, piece[:at], piece[at + len(word) :]):
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
    if not asks and re.search(f"{NUMBERED}(?:{units})", bare(chinese(text))) and len(words) > 2:
        return Understood(Intent.report)
    return Understood(Intent.unknown)
