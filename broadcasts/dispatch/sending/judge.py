"""What follows from a call that failed: a pure function from the error to the batch's outcome."""

from datetime import datetime, timedelta

from bot.channels.contract import SendError
from broadcasts.dispatch.claims.contract import Claimed, Outcome
from broadcasts.dispatch.sending.breaker import MAYBE, ROAD
from broadcasts.dispatch.states import State

MOST_TRIES = 40  # with the longest pause between them: over half an hour
LONGEST = 60.0  # seconds between two tries
FOR_LONG = ROAD | {"limit"}  # a block by the platform lasts a minute, an hour, or the day


def judged(batch: Claimed, error: SendError, *, repeatable: bool, at: datetime) -> Outcome:
    """A lost answer is asked again where the platform drops repeats, or once where the rule says 叫醒; else nobody
    knows. What speaks of the road alone, or was too much for it, waits until the copy is over; what may pass is tried
    again, later and later; the rest has failed."""
    return _judged(batch, error, repeatable=repeatable, at=at)._replace(left=error.left)


def _judged(batch: Claimed, error: SendError, *, repeatable: bool, at: datetime) -> Outcome:
    if error.permanent and error.reason not in ROAD:
        return Outcome(batch, State.failed, error.reason, parts_done=batch.parts_done)
    was_lost = batch.reason in MAYBE and not repeatable  # kept as the reason until the copy is settled
    if error.lost and not repeatable and (was_lost or not batch.wake):
        return Outcome(batch, State.unknown, error.reason, parts_done=batch.parts_done)
    patient = error.reason in FOR_LONG and batch.expires_at is not None
    if batch.attempts + 1 >= MOST_TRIES and not patient:
        lost = error.lost or was_lost
        return Outcome(batch, State.unknown if lost else State.failed, error.reason, parts_done=batch.parts_done)
    reason = batch.reason if was_lost else error.reason
    return Outcome(batch, State.queued, reason, at + pause(batch.attempts, error.wait), batch.parts_done)


def pause(attempts: int, least: float) -> timedelta:
    """How long to wait after so many tries: 1, 2, 4 … seconds, a minute at most."""
    return timedelta(seconds=max(least, min(LONGEST, 2.0 ** min(attempts, 10))))


def tries(within: timedelta, least: float = 0.0) -> int:
    """After how many of them the next one comes later than that."""
    number, waited = 0, timedelta(0)
    while waited <= within:
        waited, number = waited + pause(number, least), number + 1
    return number
