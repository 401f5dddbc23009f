"""What settled outcomes do to people's consents: a notice that was taken uses one up, a refusal ends them. Pure."""

from collections.abc import Iterator, Sequence

from bot.channels.oa_notice.limits import NAME
from broadcasts.dispatch.claims.contract import Group
from broadcasts.dispatch.states import State

USED = frozenset({State.sent, State.unknown})  # unknown may have arrived: it is not counted on once more
REFUSED = "refuses"


def noticed(groups: Sequence[Group]) -> Iterator[tuple[bool, list[int]]]:
    """Whether they were refused, and which batches."""
    for group in groups:
        ids = [batch.id for batch in group.batches if batch.channel == NAME]
        refused = (group.state, group.reason) == (State.failed, REFUSED)
        if ids and (refused or group.state in USED):
            yield refused, ids
