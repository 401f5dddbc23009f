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
    """没有人员|被困, 伤亡|为零, 나무가|쓰러졌. 有没有 asks, and whoever asks may need help; 구조|없음 is a cry."""
    known, word, before = vocabulary().part, clause[at:end], clause[:at]
    if clause[end:] in known["none_after"] and word not in known["wanted"]:
        return True
    if word in known["befalls_things"] and _ending(_cut(before, "thing_filler", "thing"), "thing"):
        return True
    before = _cut(before, "negation_filler", "negation")
    return bool(_ending(before, "negation")) and not _ending(before, "question")


def _cut(text: str, filler: str, until: str) -> str:
    """Without the filler at its end, as far as to a word that ends it."""
    while (word := _ending(text, filler)) and not _ending(text, until):
        text = text.removesuffix(word)
    return text


def _ending(text: str, name: str) -> str:
    return next((word for word in vocabulary().part[name] if text.endswith(word)), "")
