"""What becomes of a mass send that somebody asked for, and whom it is for."""

from enum import StrEnum


class Asked(StrEnum):
    asked = "asked"  # waits for a second person
    sent = "sent"  # its batches are in the queue, or have left
    declined = "declined"


OPEN = frozenset({Asked.asked})


class Whom(StrEnum):
    """`missed`: those of the alert's places to whom no copy of their own went. `places`: all of its places.
    `all`: whoever follows, by one call that the platform counts as one."""

    missed = "missed"
    places = "places"
    all = "all"
