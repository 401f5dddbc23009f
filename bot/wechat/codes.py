"""What WeCom's error codes mean for a copy: developer.work.weixin.qq.com, documents 90313 and 90455."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """`refresh`: the token is bad, get another and try once more. The rest as in SendError."""

    reason: str
    permanent: bool = True
    refresh: bool = False
    wait: float = 0.0
    alarm: bool = False


BUSY = Verdict("busy", permanent=False, wait=1.0)
LIMIT = Verdict("limit", permanent=False, wait=60.0)
TOKEN = Verdict("credentials", refresh=True, alarm=True)
CREDENTIALS = Verdict("credentials", alarm=True)
MEMBER = Verdict("member_invalid")
ROBOT = Verdict("robot_gone", alarm=True)
CONTENT = Verdict("content")
BUG = Verdict("bug", alarm=True)
UNKNOWN = Verdict("refused", alarm=True)  # a code that the table lacks: no retry, a person looks

WECOM: dict[int, Verdict] = {
    -1: BUSY,
    40001: CREDENTIALS,  # the secret is wrong: refreshing would loop, and bans the address for an hour
    40013: CREDENTIALS,
    40014: TOKEN,
    42001: TOKEN,
    41001: BUG,
    40003: MEMBER,
    60111: MEMBER,
    81013: MEMBER,
    43004: Verdict("not_bound"),
    60011: Verdict("no_permission"),
    40031: BUG,
    40032: BUG,
    40056: CREDENTIALS,
    301002: CREDENTIALS,
    40058: CONTENT,
    40008: CONTENT,
    44004: CONTENT,
    45002: CONTENT,
    47001: BUG,
    82001: BUG,
    82004: CONTENT,
    40007: CONTENT,
    45009: LIMIT,
    45033: Verdict("busy", permanent=False, wait=2.0),
    45035: LIMIT,
    45036: LIMIT,
    48002: CREDENTIALS,
    48006: CREDENTIALS,
    50003: Verdict("application_off", alarm=True),
    60020: Verdict("address_not_trusted", permanent=False, wait=60.0, alarm=True),
    40201: Verdict("blocked", alarm=True),
    40204: Verdict("blocked", alarm=True),
    93000: ROBOT,
    93001: ROBOT,
    93004: ROBOT,
    93008: ROBOT,
    93017: CONTENT,
    93018: CONTENT,
}
