"""What the county's own gateway for telephone calls is asked to take: docs/gateways.zh-CN.md. A call costs money and
wakes people, so no message goes by it of itself: the ladder names it."""

from bot.coordination.contract import Limit, Quota

NAME = "voice"
TEXT_BYTES = 1500  # five hundred Chinese letters: about two minutes of speech
TAIL_BYTES = 0
PER_TARGET = 1
CALL = "call"  # the form of a frozen text: a JSON object
SECONDS = 90  # a call is ended by the gateway after so many, whatever it still has to say


def per_number() -> tuple[Limit, ...]:
    """Three calls in five minutes, as Mianxian's order of 2024 has it; every ladder stays within. The third is red's: a
    telephone that has rung for another colour still rings for red."""
    return (Limit(3, 300.0, 1),)


def per_gateway(lines: int) -> tuple[Quota, ...]:
    """A call is over after SECONDS: as many begun within them never take more lines than there are. One in five is kept
    for red, of several lines one at the least."""
    return (Quota(NAME, lines, float(SECONDS), reserve=max(1, lines // 5)),)
