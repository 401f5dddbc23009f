"""What settled outcomes do to people's consents: a notice that was taken uses one up, a refusal ends them. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from bot.channels.oa_notice.limits import NAME
from broadcasts.dispatch.claims.contract import Group
from broadcasts.dispatch.states import State

USED = frozenset({State.sent, State.unknown})  # unknown may have arrived: it is not counted on once more
REFUSED = "refuses"


def noticed(groups: Sequence[Group]) -> Iterator[tuple[bool, list[int]]]:
    """Whether they were refused, and which batches."""
    for group in groups:
        refused = (group.state, group.reason) == (State.failed, REFUSED)
        if refused or group.state in USED:
            yield from ((refused, ids) for ids in _rounds(group))


def _rounds(group: Group) -> list[list[int]]:
    """Notices in rounds in which each follower stands once: two at one moment use up two consents."""
    seen: Counter[str | None] = Counter()
    rounds: defaultdict[int, list[int]] = defaultdict(list)
    for batch in group.batches:
        if batch.channel == NAME:
            rounds[seen[batch.members]].append(batch.id)
            seen[batch.members] += 1
    return [*rounds.values()]
