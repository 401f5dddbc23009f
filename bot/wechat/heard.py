"""What one push says: who said it, when, what kind of word it is, and the key by which a repeat is known. Pure."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson

from bot.wechat.fields import Fields, Malformed, read

NAME = re.compile(r"[!-~]{1,128}")  # openids and userids: visible ASCII
SECONDS = re.compile(r"[0-9]{10}")  # since 1970: from 2001 to 2286
KIND, EVENT = 24, 48  # characters that are kept of the two
# What tells two events of one sender in one second apart. ResponseCode and the like, which the platform may make anew
# for a retry, are not among them.
FACTS = (
    *("Event", "EventKey", "TaskId", "ChangeType", "CardType", "SelectedItems", "MsgID", "MsgId", "MenuId", "Status"),
    *("JobId", "BatchJob", "ApprovalInfo", "UserID", "NewUserID", "ExternalUserID", "ChatId", "UpdateDetail", "Id"),
    *("Latitude", "Longitude", "ScanCodeInfo", "SendPicsInfo", "SendLocationInfo", "EffectTime", "AgentID"),
    *("SubscribeMsgPopupEvent", "SubscribeMsgChangeEvent", "SubscribeMsgSentEvent", "List"),
)


@dataclass(frozen=True, slots=True)
class Heard:
    """`sender` is an openid, or a userid in lower case. `kind` is the platform's word, also one that we do not know.
    Shown in a log it says neither who nor what."""

    platform: str  # wecom or oa
    kind: str
    event: str
    said_at: datetime
    key: str
    sender: str = field(repr=False)
    fields: Fields = field(repr=False)


def hear(raw: bytes, *, road: str, platform: str, app: str) -> Heard:
    """`app` is the corp or the account. Raises Malformed."""
    return understood(read(raw), road=road, platform=platform, app=app)


def understood(fields: Fields, *, road: str, platform: str, app: str) -> Heard:
    """The fields with what every push must have. Raises Malformed."""
    sender, seconds = _word(fields, "FromUserName"), _word(fields, "CreateTime")
    if not NAME.fullmatch(sender):
        raise Malformed("FromUserName")
    if not SECONDS.fullmatch(seconds):
        raise Malformed("CreateTime")
    sender = sender.lower() if platform == "wecom" else sender
    kind = _word(fields, "MsgType").lower() or "unknown"
    key = _key(int(seconds), [road, platform, app, sender, *_identity(fields, kind)])
    event = _word(fields, "Event")[:EVENT]
    return Heard(platform, kind[:KIND], event, datetime.fromtimestamp(int(seconds), UTC), key, sender, fields)


def _word(fields: Fields, name: str) -> str:
    value = fields.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def _identity(fields: Fields, kind: str) -> list[Any]:
    """A message has an id, unique for its sender and second; an event is known by its facts, another by all of it."""
    if kind == "event":
        return [kind, {name: fields[name] for name in FACTS if name in fields}]
    if (id := _word(fields, "MsgId")) not in {"", "0"}:
        return [id]
    return [kind, fields]


def _key(seconds: int, parts: list[Any]) -> str:
    """64 characters. The time stands first, so that keys of one hour lie on the same pages of the index: where they
    lie anywhere, each row of a commit writes a page of its own."""
    return f"{seconds:08x}{hashlib.sha256(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)).hexdigest()[:56]}"
