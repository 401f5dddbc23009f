"""Limits of a group that the application has made: developer.work.weixin.qq.com, documents 90244, 90245 and 90248."""

from bot.coordination.contract import Limit, Quota

NAME = "appchat"
TEXT_BYTES = 2048  # of UTF-8
TAIL_BYTES = 160  # of them kept for the group's own line
PER_TARGET = 1
LEAST, MOST = 2, 2000  # members of a group
GUESS = 100  # of a group of which nobody has told us: red waits for no guess, the platform refuses what is too much
A_MINUTE = 20_000  # person-times of the application
AN_HOUR = 150_000  # the figure differs from page to page; this is the least
QUOTAS = (
    Quota(NAME, A_MINUTE, 60.0, copies=True, reserve=A_MINUTE // 10),
    Quota(NAME, AN_HOUR, 3600.0, copies=True, reserve=AN_HOUR // 10),
)
ID = 32  # letters and digits of a group's id


def per_group(reserve: int = 2) -> tuple[Limit, ...]:
    """Ten a minute: a member, who may have 200 from all his groups, may be in twenty. Seventy-five an hour: a group of
    the largest kind alone would then use up the application's."""
    return Limit(10, 60.0, reserve), Limit(75, 3600.0, 15)
