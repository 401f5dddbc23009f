"""What error codes mean for a copy, one table per platform: the same number means different things on the two.

WeCom: developer.work.weixin.qq.com, documents 90313 and 90455. Official account: each endpoint's own page at
developers.weixin.qq.com. Codes of roads that we do not take yet stand here too, so that none is read as unknown.
"""

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
CROWDED = Verdict("crowded", permanent=False, wait=2.0)  # too many calls open at once
LIMIT = Verdict("limit", permanent=False, wait=60.0)
TOKEN = Verdict("credentials", refresh=True, alarm=True)
CREDENTIALS = Verdict("credentials", alarm=True)
ADDRESS = Verdict("address_not_trusted", permanent=False, wait=60.0, alarm=True)
MEMBER = Verdict("member_invalid")
ROBOT = Verdict("robot_gone", alarm=True)
GROUP = Verdict("group_gone", alarm=True)
CONTENT = Verdict("content")
MEDIA = Verdict("media")
MEDIA_REFUSED = Verdict("media_refused")  # its format, its size or its length
CARD_REFUSED = Verdict("card_refused")  # it is sent as text instead
CARD_USED = Verdict("card_used")  # its response code was used, or is older than 72 hours
WINDOW = Verdict("window_closed")
NO_RIGHT = Verdict("no_right", alarm=True)
BLOCKED = Verdict("blocked", alarm=True)
CODE_BAD = Verdict("code_bad")  # of a sign-in: it is asked for again
DAY_OVER = Verdict("quota", permanent=False, wait=3600.0, alarm=True)  # the account's day, until Beijing's midnight
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
    40066: MEMBER,
    40068: MEMBER,
    43004: Verdict("not_bound"),
    60011: Verdict("no_permission"),
    40031: BUG,
    40032: BUG,
    40056: CREDENTIALS,
    301002: CREDENTIALS,
    40058: CONTENT,
    40008: CONTENT,
    44004: BUG,
    45002: BUG,
    47001: BUG,
    **dict.fromkeys((40039, 41010, 41016, 41033, 45008, 45034, 90201), BUG),  # a link, a title, articles: none of ours
    **dict.fromkeys((41002, 41004, 41011), CREDENTIALS),  # nothing was named
    **dict.fromkeys((43001, 43002, 41005, 41006), BUG),
    40029: CODE_BAD,
    41008: CODE_BAD,
    43010: CARD_REFUSED,  # its buttons call back, and the application has no address for that any more
    50001: NO_RIGHT,  # a sign-in page elsewhere than where the application trusts
    82001: BUG,
    82002: BUG,
    82003: BUG,
    82004: BUG,
    40004: MEDIA_REFUSED,
    40005: BUG,
    40006: MEDIA_REFUSED,
    40007: MEDIA,
    40145: MEDIA,
    45007: MEDIA_REFUSED,
    42014: BUG,
    **dict.fromkeys(range(42027, 42052), CARD_REFUSED),
    42052: Verdict("too_late"),
    60140: CARD_USED,
    45009: LIMIT,
    45033: CROWDED,
    45035: LIMIT,
    45036: LIMIT,
    48002: NO_RIGHT,
    48006: NO_RIGHT,
    50003: Verdict("application_off", alarm=True),
    60020: ADDRESS,
    40201: BLOCKED,
    40204: BLOCKED,
    40050: GROUP,
    86001: GROUP,
    86003: GROUP,
    86008: GROUP,
    86215: GROUP,
    86216: GROUP,
    93000: ROBOT,
    93001: ROBOT,
    93004: ROBOT,
    93008: ROBOT,
    93017: BUG,
    93018: BUG,
    41063: LIMIT,  # a group send that is still being handed out
    41048: MEMBER,
    41093: Verdict("cancelled"),
    41094: Verdict("reminded_enough"),
    95001: WINDOW,
    95002: WINDOW,
    301049: NO_RIGHT,
    301050: NO_RIGHT,
    301051: NO_RIGHT,
    # The intelligent robot's
    **dict.fromkeys((846601, 846604, 846605, 846606, 846609), BUG),
    846607: WINDOW,  # whoever has not written first
    846608: WINDOW,  # a stream of more than ten minutes
    853000: CREDENTIALS,
}

OFFICIAL: dict[int, Verdict] = {
    -1: BUSY,
    40001: TOKEN,  # secret wrong or token invalid: refreshed once, and the token's own endpoint tells them apart
    40014: TOKEN,
    42001: TOKEN,
    40013: CREDENTIALS,
    40125: CREDENTIALS,
    40032: UNKNOWN,  # too many openids for a tag: fewer are tried
    **dict.fromkeys((40002, 41001, 43001, 43002, 40059, 44004, 45008, 40008), BUG),
    **dict.fromkeys((41002, 41004), CREDENTIALS),  # nothing was named
    **dict.fromkeys((40016, 40017, 40018, 40019, 40020, 40023, 40024, 40025, 40026, 40027), BUG),  # a menu's buttons
    **dict.fromkeys((40052, 40053), BUG),  # a poster's code
    40004: MEDIA_REFUSED,
    41005: MEDIA,
    45001: MEDIA_REFUSED,
    45007: MEDIA_REFUSED,
    41008: CODE_BAD,
    40007: MEDIA,
    40003: MEMBER,
    40037: Verdict("template", alarm=True),
    40130: BUG,  # openids of a mass send: fewer than two, or more than ten thousand
    40029: CODE_BAD,
    40163: Verdict("code_used"),
    40164: ADDRESS,
    43004: Verdict("not_following"),
    43019: Verdict("blacklisted"),
    43101: Verdict("refuses"),
    48002: Verdict("refuses"),
    45009: DAY_OVER,
    45011: LIMIT,
    45015: WINDOW,
    45047: WINDOW,
    45002: BUG,
    45028: Verdict("quota"),
    45065: Verdict("known"),  # of a mass send: it is there already
    45066: LIMIT,
    45056: Verdict("tags_full"),
    45057: Verdict("tag_too_big"),  # over 100,000 followers: not to be deleted
    45058: Verdict("tag_of_platform"),
    45059: Verdict("tags_of_one_full"),  # a follower who stands under twenty
    45157: Verdict("tag_name_taken"),
    45158: Verdict("tag_name_long"),
    45159: Verdict("tag_gone"),  # of a mass send: nobody stands under this tag any more
    49003: MEMBER,  # of another account
    45067: BUG,
    47001: CONTENT,
    47003: CONTENT,
    48001: NO_RIGHT,
    48004: BLOCKED,
    48006: NO_RIGHT,
    50002: Verdict("restricted", alarm=True),  # the account or this user: said of one copy, it stops no road
}
