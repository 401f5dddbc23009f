"""The tree that a file would make: one root, every parent there, no circle, not too deep."""

from collections.abc import Container, Iterator, Mapping
from itertools import islice

from bot.directory.imports.plans import Refusals

DEEPEST = 20
Lines = Mapping[str, tuple[int, str]]  # by code: its row, and its parent's code


def refuse_bad_trees(proposed: Lines, present: Mapping[str, str], refusals: Refusals) -> None:
    """Refuse rows until what is left, laid over the present tree, is a tree. `present` gives the parents as they are:
    a row that is refused leaves its area where it was."""
    left = dict(proposed)
    while left:
        parents = {**present, **{code: parent for code, (_, parent) in left.items()}}
        faults = _roots(left, present) or _circles(left, parents) or _lost(left, parents, present)
        faults = faults or _too_deep(left, parents)
        for code, reason in faults.items():
            refusals.add(left.pop(code)[0], "parent", reason)
        if not faults:
            return


def _roots(left: Lines, present: Mapping[str, str]) -> dict[str, str]:
    """All but one of the rows without a parent; a root that the directory has, and keeps, comes first."""
    kept = [code for code, parent in present.items() if not parent and code not in left]
    roots = [code for code, (_, parent) in left.items() if not parent]
    old = [code for code in roots if not present.get(code, "?")]
    first = next(iter((*kept, *old, *roots)), "")
    reason = f"没有填写。最上级只能有一个，已是 {first}。请填写上级的代码。"
    return {code: reason for code in roots if code != first}


def _circles(left: Lines, parents: Mapping[str, str]) -> dict[str, str]:
    done: set[str] = set()
    found: dict[str, str] = {}
    for start in left:
        way: dict[str, None] = {}
        code = start
        while code in parents and code not in done and code not in way:
            way[code] = None
            code = parents[code]
        if code in way:
            ring = list(way)[list(way).index(code) :]
            reason = f"上级绕成了圈（{' → '.join([*ring[:4], code])}）。请改正上级代码。"
            found |= {member: reason for member in ring if member in left}
        done |= set(way)
    return found


def _lost(left: Lines, parents: Mapping[str, str], present: Mapping[str, str]) -> dict[str, str]:
    """Rows whose way up ends at a row that was refused, unless one in between can go back to where it was."""
    reached: dict[str, str] = {}  # where each way up ends: empty at the root, else the code that is missing
    found: dict[str, str] = {}
    for code, (_, parent) in left.items():
        way = list(_up(code, parents, reached))
        top = way[-1] if way else ""
        above = parents[top] if top else ""
        end = reached.get(above, above) if above in parents else above
        reached |= dict.fromkeys(way, end)
        if reached[code] and not _held(parent, left, parents, present):
            found[code] = f"上级“{reached[code]}”那一行没有通过。请先改正那一行。"
    return found


def _held(code: str, left: Lines, parents: Mapping[str, str], present: Mapping[str, str]) -> bool:
    return any(step in left and step in present for step in islice(_up(code, parents), 2 * DEEPEST))


def _too_deep(left: Lines, parents: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    depths: dict[str, int] = {"": -1}
    for code in parents:
        way = list(_up(code, parents, depths))
        for step in reversed(way):
            depths[step] = depths[parents[step]] + 1
        if depths[code] > DEEPEST:
            culprit = next((step for step in _up(code, parents) if step in left), None)
            if culprit:
                found[culprit] = f"层级太多，最多 {DEEPEST} 层。请改正上级代码。"
    return found


def _up(code: str, parents: Mapping[str, str], seen: Container[str] = ()) -> Iterator[str]:
    """The code and those above it, as far as they are known and not yet seen; there are no circles any more."""
    while code in parents and code not in seen:
        yield code
        code = parents[code]
