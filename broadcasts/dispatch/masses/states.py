"""What becomes of a mass send that somebody asked for, and whom it is for."""

from enum import StrEnum


class Asked(StrEnum):
    asked = "asked"  # waits for a second person
    sent = "sent"  # its batches are in the queue, or have left
    declined = "declined"
    superseded = "superseded"  # something newer has taken its place, or what it said was taken back


OPEN = frozenset({Asked.asked})


class Whom(StrEnum):
    """`missed`: those of the alert's places to whom no copy of their own went. `places`: all of its places.
    `all`: whoever follows, by one call that the platform counts as one. `tag`: whoever stands under one of the
    account's tags. `follow`: whoever had a mass send of what this replaces, and who is newly concerned. `recall`:
    whoever had one of this, since it was taken back."""

    missed = "missed"
    places = "places"
    all = "all"
    tag = "tag"
    follow = "follow"
    recall = "recall"
