"""Messages to customers' groups, which a member has to confirm by hand: developer.work.weixin.qq.com, documents 92135,
93338, 97610 and 92120. Nothing here reaches anybody by itself."""

from calendar import monthrange
from datetime import date
from enum import StrEnum

NAME = "customer_group"
TEXT_BYTES = 4000  # of UTF-8
TAIL_BYTES = 0  # one text for all groups of a call
PER_TARGET = 2000  # groups in one call, all of one sender's
REMINDERS = 3  # of one task in 24 hours, 41094 beyond
REMINDER_HOURS = 24
RESULTS = 1000  # groups in one page of results
LISTED = 1000  # groups in one page of the list
PART = "/"  # between sender and group in an address: neither holds one


class Allowance(StrEnum):
    """How often a group may get one, as the corp has set it at the platform."""

    month = "month"  # as many as the month has days
    week = "week"  # 7 a week
    day = "day"  # 1 a day


def most(allowance: Allowance, day: date) -> int:
    """How many a group may get in the span in which `day` lies."""
    return {Allowance.month: monthrange(day.year, day.month)[1], Allowance.week: 7, Allowance.day: 1}[allowance]


def kept_for_red(number: int) -> int:
    """Of so many in a span: one a week. Where a group gets one a day, nothing can be kept."""
    return number // 7


def address(sender: str, chat_id: str) -> str:
    """A group with the member who must confirm: its owner."""
    return f"{sender}{PART}{chat_id}"


def split(address: str) -> tuple[str, str]:
    """(sender, group)"""
    sender, _, chat_id = address.partition(PART)
    return sender, chat_id
