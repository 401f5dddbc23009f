"""WeCom's emergency call's limits: developer.work.weixin.qq.com, documents 91627 and 91628. It rings a member's
telephone and says that there is something in the application: it reads no text and takes no key."""

from bot.coordination.contract import Limit, Quota

NAME = "pstncc"
TEXT_BYTES = 2048  # of words that are for our own pages: none of them is read out
TAIL_BYTES = 0
PER_TARGET = 1  # a call has an id of its own, by which it is asked after
SECONDS = 180.0  # after which a call that nobody took is over
LIMITED = 13  # getstates' reason: called too often


def per_member() -> tuple[Limit, ...]:
    """Three calls in eight minutes and eight in a day for each member: more end with the reason 13. One of the three
    and three of the eight are red's, which may need as many."""
    return Limit(3, 480.0, 1), Limit(8, 86_400.0, 3)


QUOTAS: tuple[Quota, ...] = ()  # the platform names none; what calls cost is the county's contract
