"""Limits of a group that the application has made: developer.work.weixin.qq.com, documents 90244, 90245 and 90248."""

from bot.coordination.contract import Limit

NAME = "appchat"
TEXT_BYTES = 2048  # of UTF-8
TAIL_BYTES = 160  # of them kept for the group's own line
PER_TARGET = 1
LEAST, MOST = 2, 2000  # members of a group
ID = 32  # letters and digits of a group's id


def per_group(reserve: int = 2) -> tuple[Limit, ...]:
    """20,000 person-times a minute for the application: ten messages to a group of the largest kind. The hour's figure
    differs from page to page (150,000 to 700,000), so the least is kept: seventy-five."""
    return Limit(10, 60.0, reserve), Limit(75, 3600.0, 15)
