"""What the county's own gateway is asked to take: docs/gateways.zh-CN.md. It is paid by the piece, so it comes last."""

from bot.coordination.contract import Limit

NAME = "sms"
TEXT_BYTES = 1500  # five hundred Chinese letters: what operators join to one long message
TAIL_BYTES = 0
PER_TARGET = 1


def per_number(reserve: int) -> tuple[Limit, ...]:
    """Ten a minute for one telephone: more is what operators take for a flood, and block."""
    return (Limit(10, 60.0, min(reserve, 5)),)
