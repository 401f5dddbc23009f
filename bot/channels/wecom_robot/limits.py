"""A group robot's limits: developer.work.weixin.qq.com, document 99110."""

from bot.coordination.contract import Limit

NAME = "wecom_robot"
TEXT_BYTES = 2048  # of UTF-8; longer is refused whole (40058)
TAIL_BYTES = 160  # of them kept for the group's own line
PER_TARGET = 1


def per_robot(calls: int, reserve: int) -> Limit:
    """20 a minute; whether the minute is fixed or slides is not said, so both are kept."""
    return Limit(calls, 60.0, reserve)
