"""Limits of customer contact: work.weixin.qq.com documents 92135, 92120, 93338 and 97610."""

from calendar import monthrange
from datetime import UTC, datetime, timedelta

# Document 92135: bytes of a text, groups in one call.
TEXT_BYTES = 4000
CHATS_PER_CALL = 2000
# Documents 92120 and 93338: entries of one page.
LISTED = range(1, 1001)
# Document 97610: reminders of one task in 24 hours.
REMINDERS = 3
REMINDER_SECONDS = 24 * 3600

CHINA = timedelta(hours=8)


def allowance(setting: str, at: float) -> tuple[int, float]:
    """Document 92135: how many one group gets, as the corp has set it, and since when they are counted."""
    today = datetime.fromtimestamp(at, UTC) + CHINA
    begins = today.replace(hour=0, minute=0, second=0, microsecond=0)
    if setting == "day":
        return 1, (begins - CHINA).timestamp()
    if setting == "week":
        return 7, (begins - timedelta(days=begins.weekday()) - CHINA).timestamp()
    return monthrange(today.year, today.month)[1], (begins.replace(day=1) - CHINA).timestamp()
