"""What only one may have (a userid, a robot): who claims what, and who has it already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.directory.imports.plans import Refusals


@dataclass(frozen=True, slots=True)
class Claim:
    """What a row wants for its owner, who is None while new. `values` is None where the row leaves them."""

    row: int
    owner: int | None
    values: frozenset[str] | None


def refuse_contested(
    column: str,
    claims: Sequence[Claim],
    held: Mapping[str, int],
    names: Mapping[int, str],
    refusals: Refusals,
    what: str,
) -> None:
    """Refuse whoever claims what another row or another owner has. An owner who gives it up in the same file does not
    hold it any more, so two may change places; `held` gives the owner of each value, `names` says who that is."""
    while True:
        live = [claim for claim in claims if claim.row not in refusals]
        said = {claim.owner: claim.values for claim in live if claim.owner is not None and claim.values is not None}
        taken: dict[str, int] = {}
        before = len(refusals)
        for claim in live:
            for value in sorted(claim.values or ()):
                row = taken.setdefault(value, claim.row)
                holder = held.get(value)
                if row != claim.row:
                    refusals.add(claim.row, column, f"这个{what}第 {row} 行已经用了。请改正其中一个。")
                    break
                if holder is not None and holder != claim.owner and value in said.get(holder, {value}):
                    refusals.add(claim.row, column, f"这个{what}已经是“{names[holder]}”的。请核对，或先改那一个。")
                    break
        if len(refusals) == before:
            return
