"""How a claimed batch is cut: who stays, and who waits in a batch of their own. Pure."""

import json
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from broadcasts.dispatch.claims.contract import Apart, Claimed, Group
from broadcasts.dispatch.sending.outages import DOWN
from broadcasts.dispatch.states import State

COPIES = "SELECT id, lower(address), COALESCE(town_id, 0), state IS NOT NULL FROM delivery WHERE batch_id = "
Copy = tuple[int, str, int, int]  # a delivery's id, its address (folded), its town, 1 where its state is its own


class Piece(NamedTuple):
    """Members that wait for the same moment, with their copies."""

    members: str
    size: int
    towns: str
    due: datetime
    copies: list[int]


def cut(apart: Apart, copies: Iterable[Copy]) -> tuple[Claimed, int, list[Piece]]:
    """The batch that stays, its size, and the pieces, the earliest first."""
    batch, waits = apart
    members: dict[datetime | None, list[str]] = {}
    for member in (batch.members or "").split("|"):
        members.setdefault(waits.get(member.lower()), []).append(member)
    towns: dict[datetime | None, Counter[int]] = {due: Counter() for due in members}
    ids: dict[datetime | None, list[int]] = {due: [] for due in members}
    for copy, address, town, own in copies:
        due = waits.get(address)
        ids[due].append(copy)
        towns[due][town] += 1 - own
    pieces = [
        Piece("|".join(members[due]), len(members[due]), _text(towns[due]), due, ids[due])
        for due in sorted(due for due in members if due)
    ]
    return batch._replace(members="|".join(members[None]), towns=_text(towns[None])), len(members[None]), pieces


def passed_on(groups: list[Group], heirs: set[int], at: datetime) -> list[Group]:
    """The outcomes again: batches that another robot took over are queued, and due now."""
    found: list[Group] = []
    for group in groups:
        taken = [batch for batch in group.batches if batch.id in heirs]
        if taken:
            parts = {batch.parts_done for batch in taken}
            found.extend(
                Group(State.queued, "robot_gone", at, done, True, True, [b for b in taken if b.parts_done == done])
                for done in sorted(parts)
            )
            group.batches = [batch for batch in group.batches if batch.id not in heirs]
        if group.batches:
            found.append(group)
    return found


def downs(rows: Iterable[tuple[str, str, str]]) -> dict[str, tuple[datetime, str]]:
    """(subject, action, detail) of the last entries of roads: since when those are down that are, and why."""
    found = {}
    for subject, action, text in rows:
        if action == DOWN:
            detail = json.loads(text)
            found[subject] = (datetime.fromisoformat(detail["since"]), str(detail["reason"]))
    return found


def _text(towns: Counter[int]) -> str:
    return json.dumps({str(town): copies for town, copies in towns.items() if copies})
