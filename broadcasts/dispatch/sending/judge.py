"""What follows from a call that failed: a pure function from the error to the batch's outcome."""

from datetime import datetime, timedelta

from bot.channels.contract import SendError
from broadcasts.dispatch.claims.contract import Claimed, Outcome
from broadcasts.dispatch.sending.breaker import LOST, ROAD
from broadcasts.dispatch.states import State

MOST_TRIES = 40  # with the longest pause between them: over half an hour
LONGEST = 60.0  # seconds between two tries


def judged(batch: Claimed, error: SendError, *, repeatable: bool, at: datetime, down: bool = False) -> Outcome:
    """A lost answer is asked again where the platform drops repeats, or once where the rule says 叫醒 (once after the
    road is up again, where it is `down`); else nobody knows. What speaks of the road alone waits for it until the copy
    is over; what may pass is tried again, later and later; the rest has failed."""
    if error.permanent and error.reason not in ROAD:
        return Outcome(batch, State.failed, error.reason, parts_done=batch.parts_done)
    if error.lost and not repeatable and not (batch.wake and (down or batch.reason not in LOST)):
        return Outcome(batch, State.unknown, error.reason, parts_done=batch.parts_done)
    patient = error.reason in ROAD and batch.expires_at is not None
    if batch.attempts + 1 >= MOST_TRIES and not patient:
        return Outcome(batch, State.unknown if error.lost else State.failed, error.reason, parts_done=batch.parts_done)
    return Outcome(batch, State.queued, error.reason, at + pause(batch.attempts, error.wait), batch.parts_done)


def pause(attempts: int, least: float) -> timedelta:
    """How long to wait after so many tries: 1, 2, 4 … seconds, a minute at most."""
    return timedelta(seconds=max(least, min(LONGEST, 2.0 ** min(attempts, 10))))
