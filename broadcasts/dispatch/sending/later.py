"""A claimed batch goes back to the queue without a call: nothing of it is tried, and it is due at its moment."""

from datetime import datetime

from broadcasts.dispatch.claims.contract import Claimed, Outcome
from broadcasts.dispatch.states import State


def later(batch: Claimed, due: datetime, reason: str) -> Outcome:
    return Outcome(batch, State.queued, reason, due, batch.parts_done, tried=False)
