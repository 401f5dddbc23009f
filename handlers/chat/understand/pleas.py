"""救命词: whether somebody cries for help. Rings when unsure; silent only where the words say that nobody needs it."""

from collections.abc import Iterator

from handlers.chat.understand.vocabulary import vocabulary
from handlers.chat.understand.words import bare, clauses


def cries(text: str) -> bool:
    """Whether any of the words stands there neither in an innocent word nor directly denied."""
    known = vocabulary()
    if bare(text) in known.whole["plea"]:
        return True
    return any(_cries(clause) for clause in clauses(text))


def _cries(clause: str) -> bool:
    covered = {n for at, end in _found(clause, "innocent") for n in range(at, end)}
    return any(
        not covered.issuperset(range(at, end)) and not _denied(clause, at, end) for at, end in _found(clause, "plea")
    )


def _found(clause: str, name: str) -> Iterator[tuple[int, int]]:
    for word in vocabulary().part[name]:
        at = clause.find(word)
        while at >= 0:
            yield at, at + len(word)
            at = clause.find(word, at + 1)


def _denied(clause: str, at: int, end: int) -> bool:
    """没有人员|被困, 伤亡|为零, 나무가|쓰러졌, 被困|的人都救出来了. 有没有 asks, and whoever asks may need help."""
    known, word, before, after = vocabulary().part, clause[at:end], clause[:at], clause[end:]
    if word in known["wanted"]:
        return _unneeded(before, after)
    if after in known["none_after"] or (word in known["trapped"] and _saved(after)):
        return True
    if word in known["befalls_things"] and _ending(_cut(before, "thing_filler", "thing"), "thing"):
        return True
    return _negated(before)


def _unneeded(before: str, after: str) -> bool:
    """不用派|救援, 没有人需要|救援, 救援|不用来了. That there is none is a cry: 没有|救援, 救援|还没来, 구조|없음."""
    known = vocabulary().part
    if after in known["unneeded_after"]:
        return True
    if _ending(before, "question") or any(word in after for word in known["still_needed"]):
        return False
    needs = _ending(before, "need")
    refused = _ending(_cut(before, "unneeded_filler", "unneeded"), "unneeded")
    return bool(refused) or (bool(needs) and _negated(before.removesuffix(needs)))


def _saved(after: str) -> bool:
    """All of them, as far as is said: a number or a negation in between leaves it open."""
    word = _ending(after, "saved")
    return bool(word) and not _cut(after.removesuffix(word), "saved_filler", "saved")


def _negated(before: str) -> bool:
    before = _cut(before, "negation_filler", "negation")
    return bool(_ending(before, "negation")) and not _ending(before, "question")


def _cut(text: str, filler: str, until: str) -> str:
    """Without the filler at its end, as far as to a word that ends it."""
    while (word := _ending(text, filler)) and not _ending(text, until):
        text = text.removesuffix(word)
    return text


def _ending(text: str, name: str) -> str:
    return next((word for word in vocabulary().part[name] if text.endswith(word)), "")
