"""The application message's limits: developer.work.weixin.qq.com, documents 90236, 94888, 94867 and 90312."""

from bot.coordination.contract import Limit, Quota

NAME = "wecom_app"
TEXT_BYTES = 2048  # of UTF-8; longer is cut by the platform, so we never let it
TAIL_BYTES = 0
TIMES_PER_ACCOUNT = 200  # an application's person-times in a day are the enterprise's account cap times this
PER_TARGET = 1000  # members in one call, of a message and of a card's change
DUPLICATE_SECONDS = 14400  # for as long the platform compares requests, four hours at most
TITLE = 128  # characters of a textcard
DESCRIPTION = 512
CARD_TITLE = 36  # characters of a card's lines, by the platform's advice
CARD_TEXT = 160
CARD_ROWS = 6
CARD_ROW = 30
CARD_CHANGES = 72  # hours in which a card may be changed, once
RECALLED = 24  # hours in which a message may be recalled
KEPT_BYTES = 255  # of a message's id or a response code that we keep


def per_member(reserve: int = 5) -> tuple[Limit, ...]:
    """30 a minute and 1000 an hour for each member; what is more is dropped by the platform without a word."""
    return Limit(30, 60.0, reserve), Limit(1000, 3600.0, reserve)


def per_day(account_cap: int | None) -> tuple[Quota, ...]:
    """What the application may send in a day: document 90312. Nobody but the administrator knows the account cap."""
    most = None if account_cap is None else account_cap * TIMES_PER_ACCOUNT
    return (Quota(NAME, most, copies=True, reserve=(most or 0) // 10),)
