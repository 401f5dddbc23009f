"""How fast one worker goes."""

from dataclasses import dataclass


@dataclass
class Pace:
    """How much is taken at once and kept open, and how many seconds a stop waits for what is."""

    open: int = 200
    claim: int = 500
    urgent_claim: int = 100
    patience: float = 5.0  # less than a call's time-out, so that `serve` ends in time
