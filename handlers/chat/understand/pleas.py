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
    """没有人员|被困, 伤亡|为零. 有没有 asks, and whoever asks may need help."""
    if clause[end:] in vocabulary().part["none_after"]:
        return True
    before = clause[:at]
    while (word := _ending(before, "negation_filler")) and not _ending(before, "negation"):
        before = before.removesuffix(word)
    return bool(_ending(before, "negation")) and not _ending(before, "question")


def _ending(text: str, name: str) -> str:
    return next((word for word in vocabulary().part[name] if text.endswith(word)), "")
