"""One call for fifty followers of a tag, and who of them is in the way where the platform refuses it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.channels.contract import SendError
from bot.wechat.codes import UNKNOWN
from bot.wechat.tag_changes import TagChanges

OF_ONE = frozenset({"member_invalid", "not_following", "blacklisted", "tags_of_one_full"})  # for good
NOT_THERE = frozenset({"member_invalid", "not_following"})  # under no tag either
DOUBTFUL = frozenset({UNKNOWN.reason, "restricted"})  # of one of them, or of all
GONE = "tag_gone"  # also said, now and then, of a tag that is there: then it is tried again


class Row(NamedTuple):
    id: int
    tag_id: int
    wanted: bool
    tries: int
    openid: str


@dataclass
class Came:
    """What became of rows, by id; of whoever is named nowhere nothing is known yet."""

    done: set[int] = field(default_factory=set)
    failed: dict[int, str] = field(default_factory=dict)
    refused: dict[int, SendError] = field(default_factory=dict)  # to be tried again


async def bring(account: TagChanges, rows: Sequence[Row], came: Came) -> None:
    """All of one tag, all in or all out. Raises SendError where it is not one of them who is in the way."""
    tag, ask = rows[0].tag_id, account.put if rows[0].wanted else account.take_out
    try:
        await ask(tag, [row.openid for row in rows])
    except SendError as error:
        if error.reason == GONE and all(one.id != tag for one in await account.all()):
            came.failed |= {row.id: GONE for row in rows if row.wanted}
            came.done.update(row.id for row in rows if not row.wanted)
            return
        if not _of_some(error):
            raise
        await _halve(account, rows, came, error)
        return
    came.done.update(row.id for row in rows)


def of_all(error: SendError) -> bool:
    """It speaks of the platform or the account: no other tag will fare better."""
    return error.reason != GONE and not _of_some(error)


def _of_some(error: SendError) -> bool:
    return error.reason in DOUBTFUL or (error.permanent and not error.alarm and error.reason != GONE)


async def _halve(account: TagChanges, rows: Sequence[Row], came: Came, error: SendError) -> None:
    """Where a doubtful word is said of each, it is said of all."""
    if len(rows) == 1:
        _alone(rows[0], came, error)
        return
    middle = len(rows) // 2
    await bring(account, rows[:middle], came)
    await bring(account, rows[middle:], came)
    if error.reason not in OF_ONE and all(row.id in came.refused for row in rows):
        raise error


def _alone(row: Row, came: Came, error: SendError) -> None:
    if not row.wanted and error.reason in NOT_THERE:
        came.done.add(row.id)
    elif row.wanted and error.reason in OF_ONE:
        came.failed[row.id] = error.reason
    else:
        came.refused[row.id] = error
