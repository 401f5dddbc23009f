"""Answers out of several words, and what only looks like one: a promise is not done, and whoever else cannot go, or
needs no support, is not the speaker. Pure."""

import re

from handlers.chat.understand.intents import ANSWERS, Intent, Understood
from handlers.chat.understand.vocabulary import cut, ending, vocabulary
from handlers.chat.understand.words import bare, folded
from handlers.reports.reading.korean import HANGUL

SIGNS = tuple(" ,，。.、;；!！…~～\n")  # between it and what follows
LONGEST = 16  # characters that an answer out of several words may have
PROMISED = frozenset({Intent.done, Intent.arrived, Intent.relayed})
CAME = frozenset({Intent.arrived})
INSTEAD = re.compile(  # 让老王去, 叫李主任去吧: the speaker does not go
    "(?:收到|好的?|知道了?|领导|书记|主任|我)*[让叫请换派喊]"
    r"(?:(?!老人|老乡|老师|老百|小孩|小学)[老小]\w|\w(?:主任|书记|支书|队长|组长|会计|哥|叔)|他|她|别人|副?组长|b角)去吧?"
)
Token = tuple[str, Intent | None]


def answer(words: str) -> Understood | None:
    """Several short words that all are answers or mean nothing: 好的收到谢谢. Of several the gravest counts."""
    if INSTEAD.fullmatch(words):
        return Understood(Intent.cannot)
    tokens = _tokens(words) if 0 < len(words) <= LONGEST else None
    met = _met(tokens) if tokens else set()
    return next((Understood(intent) for intent in ANSWERS if intent in met), None)


def acknowledged(text: str) -> bool:
    """Whether it begins by saying that it was received, and goes on with something that we do not know: 收到，正在入户.
    What asks is none: 收到没有; nor what says that they cannot, or need support, in a way that we half know."""
    plain = folded(text).strip()
    lead = next((word for word in vocabulary().part["received_first"] if plain.startswith(word)), "")
    rest = plain.removeprefix(lead)
    if not lead or not rest.startswith((*SIGNS, *vocabulary().part["received_goes_on"])):
        return False
    grave = (word for intent in (Intent.cannot, Intent.help) for word in vocabulary().whole[intent] if len(word) > 1)
    return not any(word in bare(rest) for word in grave)


def _tokens(text: str) -> list[Token] | None:
    """Words of an answer, or filler, or signs; the longest first. None where something else stands between."""
    if not text:
        return []
    whole = vocabulary().whole
    starts: list[Token] = [(word, intent) for intent in ANSWERS for word in whole[intent] if text.startswith(word)]
    starts += [(word, None) for word in whole["filler"] if text.startswith(word)]
    for word, intent in sorted(starts, key=lambda pair: -len(pair[0])):
        rest = _tokens(text[len(word) :])
        if rest is not None:
            return [(word, intent), *rest]
    return None


def _met(tokens: list[Token]) -> set[Intent]:
    """马上|落实 is heard, and not done; 支援|到了 needs no more."""
    met, promised = set[Intent](), False
    for n, (word, intent) in enumerate(tokens):
        came = intent is Intent.help and word in vocabulary().whole["support"]
        if intent is None:
            promised = promised or word in vocabulary().whole["promise"]
        elif word in vocabulary().part["others_went"] and n and tokens[n - 1][0] in vocabulary().part["cannot_swapped"]:
            continue  # 已|换人, 已|派人来: somebody else has gone
        else:
            came = came and (_arrives(tokens[n + 1 :]) or (promised and Intent.received in met))
            early = intent in PROMISED and (promised or _of_support(tokens[:n]))
            met.add(Intent.received if came or early else intent)
    return met


def _arrives(tokens: list[Token]) -> bool:
    return any(intent in CAME for _, intent in tokens)


def _of_support(tokens: list[Token]) -> bool:
    return any(word in vocabulary().whole["support"] for word, _ in tokens)


def unasked_help(word: str, before: str, after: str) -> bool:
    """Whether nobody asks for it: 暂时不|需要支援, 还|需要支援|吗, 已|派人来, 如果|需要支援|会报告. That there is none
    asks for it: 没有支援."""
    known = vocabulary().part
    if not word.startswith(known["help_needs"]):
        return False
    if before.endswith(known["help_if"]) or after.startswith(known["help_then"]):
        return True
    denied = ending(cut(before, "help_filler", "help_denied"), "help_denied")
    if denied and not before.endswith(known["help_lacks"]):
        return True
    if word.endswith(known["help_sent"]):
        return before.endswith(known["help_went"]) or after.startswith(known["help_came"])
    return after.startswith(known["help_asked"]) or after in known["help_whether"]


def unfit(word: str, before: str, after: str) -> bool:
    """Whether somebody else cannot go, or nobody should: 老人|走不开, 村民|不能去|河边. A cause that stands before it
    is the speaker's own: 路断了|去不了."""
    known = vocabulary().part
    if before.endswith(known["cannot_denied"]) or any(one in before for one in known["cannot_told"]):
        return True
    if HANGUL.match(word):
        return False
    if word in known["cannot_swaps"]:
        return before.endswith(known["cannot_swapped"])
    before = _own(before)
    if ending(before, "myself"):
        return False
    if after.startswith(known["cannot_there"]):
        return True
    if not before or ending(before, "cannot_cares"):
        return False
    return bool(ending(before, "cannot_others"))


def _own(before: str) -> str:
    """Without what says nothing of who it is, at both ends."""
    filler = vocabulary().part["cannot_filler"]
    while word := next((one for one in filler if before.startswith(one)), ""):
        before = before.removeprefix(word)
    return cut(before, "cannot_filler", "myself")
