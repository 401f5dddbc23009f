"""Whom an application message names: members who get it, and those who come back as invalid."""

from dataclasses import dataclass
from typing import Any

from bot.simulator.platform import Platform
from bot.simulator.tables import codes, limits
from bot.simulator.tables.codes import Refused
from bot.simulator.world.chats import Chat

EVERYONE = "@all"


@dataclass(frozen=True, slots=True)
class Recipients:
    members: tuple[Chat, ...]
    rejected: dict[str, str]  # invaliduser, invalidparty, invalidtag, unlicenseduser, each joined by |


def named(document: dict[str, Any], field: str) -> list[str]:
    """The ids under touser, toparty or totag, each once."""
    value = document.get(field) or ""
    if not isinstance(value, str):
        raise Refused(codes.BAD_USER_LIST, f"{field} is not a string.")
    return list(dict.fromkeys(one for one in value.split("|") if one))


def recipients(platform: Platform, document: dict[str, Any]) -> Recipients:
    """Raises Refused: nobody named, too many named, or nobody left whom the app may write to.

    The stand-in has no departments and no tags: whichever is named is invalid.
    """
    users, parties, tags = (named(document, field) for field in ("touser", "toparty", "totag"))
    if users == [EVERYONE]:
        chats = [chat for chat in platform.phones if not chat.gone]
        return _sorted(chats, [], [], [])
    _few(users, limits.USERS_PER_CALL, codes.TOO_MANY_USERS)
    _few(parties, limits.PARTIES_PER_CALL, codes.TOO_MANY_PARTIES)
    _few(tags, limits.TAGS_PER_CALL, codes.TOO_MANY_TAGS)
    if not (users or parties or tags):
        raise Refused(codes.NO_RECIPIENT)
    found = {user.lower(): platform.phones.addressed(user.lower()) for user in users}
    chats = [chat for chat in found.values() if chat]
    return _sorted(chats, [user for user, chat in found.items() if chat is None], parties, tags)


def _sorted(chats: list[Chat], invalid: list[str], parties: list[str], tags: list[str]) -> Recipients:
    rejected = {
        "invaliduser": "|".join(invalid),
        "invalidparty": "|".join(parties),
        "invalidtag": "|".join(tags),
        "unlicenseduser": "|".join(chat.handle.lower() for chat in chats if not chat.licensed),
    }
    members = tuple(chat for chat in chats if chat.licensed)
    if not members:
        raise Refused(codes.ALL_INVALID, extra=rejected)
    return Recipients(members, rejected)


def _few(ids: list[str], most: int, code: int) -> None:
    if len(ids) > most:
        raise Refused(code)
