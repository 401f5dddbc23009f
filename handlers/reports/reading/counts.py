"""Which figure an amount is: by the word nearest to it, as people put them together. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from handlers.reports.reading.amounts import Amount, amounts
from handlers.reports.reading.tables import Rule, none_of, rules

MOST = 12  # amounts of one clause; who writes more writes a table
ROOMS = ("房", "屋")
BROKEN = ("路断", "路垮", "路塌", "路被冲", "路冲", "断路", "道路中断", "公路中断", "桥断", "桥垮", "路不通", "路堵")
ASKED = ("有没有", "是不是", "会不会", "吗")


@dataclass(frozen=True)
class Figure:
    """`value` None: they did not say how many. `words` is the clause it came from, `said` the amount as written."""

    name: str
    value: float | None
    words: str
    said: str = ""
    rough: bool = False


@dataclass
class Found:
    """What a sentence counts, and the amounts that nobody can place."""

    figures: list[Figure]
    unplaced: list[tuple[Amount, str]]


def counted(clauses: list[tuple[str, str]]) -> Found:
    """`clauses` are pairs: folded for reading, and as typed. A verb may have stood in the clause before."""
    found = Found([], [])
    before = ""
    for clause, typed in clauses:
        denied = list(_denied(clause, typed))
        found.figures.extend(denied)
        here = [] if denied else amounts(clause)[:MOST]
        for amount in here:
            names = _names(clause, amount, here) or _inherited(before, clause, amount, here)
            found.figures.extend(_figure(name, amount, typed) for name in names)
            if not names and amount.kind in {"人", "户", "房", "栋", "地"}:
                found.unplaced.append((amount, typed))
        if not here and not denied:
            found.figures.extend(_broken(clause, typed))
        before = clause if here else before
    return found


def _figure(name: str, amount: Amount, typed: str) -> Figure:
    return Figure(name, amount.value, typed, amount.said, amount.rough)


def _denied(clause: str, typed: str) -> Iterator[Figure]:
    """没人伤 = 0."""
    if any(word in clause for word in ASKED):
        return
    left = clause
    for word, names in none_of():
        if word in left:
            left = left.replace(word, "")
            yield from (Figure(name, 0.0, typed, word) for name in names)


def _broken(clause: str, typed: str) -> Iterator[Figure]:
    """路断了: it is, and nobody said at how many places."""
    if any(word in clause for word in BROKEN) and not any(f"没{w}" in clause for w in ("断", "有断", "垮")):
        yield Figure("道路中断处数", None, typed)


def _inherited(before: str, clause: str, amount: Amount, here: list[Amount]) -> tuple[str, ...]:
    """转移五户，十二人: the verb stands in the clause before."""
    if not before:
        return ()
    moved = [replace(one, at=one.at + len(before), end=one.end + len(before)) for one in here]
    return _names(f"{before}{clause}", moved[here.index(amount)], moved)


def _names(clause: str, amount: Amount, here: list[Amount]) -> tuple[str, ...]:
    """The indicators of the nearest word among the rules for this unit."""
    kinds = {amount.kind} | ({"房"} if amount.kind == "栋" or _is_house(clause, amount) else set())
    near = [
        (distance, order, rule)
        for order, rule in enumerate(rules())
        if rule.unit in kinds
        for word in rule.words
        if (distance := _distance(clause, word, amount, here)) is not None
    ]
    best = min(near, key=lambda one: one[:2], default=None)
    return best[2].names if best else ()


def _is_house(clause: str, amount: Amount) -> bool:
    return amount.kind in {"座", "个"} and clause[amount.end : amount.end + 2].startswith(ROOMS)


def _distance(clause: str, word: str, amount: Amount, here: list[Amount]) -> float | None:
    """Characters between, where no other amount of the same kind stands between; what follows is a little nearer,
    unless the clause begins with its verb (死2人伤3人)."""
    others = [one for one in here if one.at != amount.at and one.kind == amount.kind]
    first = min([amount.at, *(one.at for one in others)])
    leads = any(clause.find(w) in range(first) for rule in _of(amount.kind) for w in rule.words if w in clause)
    best: float | None = None
    at = clause.find(word)
    while at >= 0:
        end = at + len(word)
        gap, behind = (at - amount.end, True) if at >= amount.end else (amount.at - end, False)
        between = range(min(amount.end, end), max(amount.at, at))
        if gap >= 0 and not any(one.at in between for one in others):
            cost = gap + (0.5 if behind == leads else 0.0) - len(word) / 100
            best = cost if best is None else min(best, cost)
        at = clause.find(word, at + 1)
    return best


def _of(kind: str) -> list[Rule]:
    return [rule for rule in rules() if rule.unit == kind]
