"""The official account's error codes: its own table, since the same number means another thing at WeCom.

Meanings: the account's "global return codes" and the pages of each endpoint; 40037, 40164, 47003 from the pages.
"""

from collections.abc import Mapping

from bot.simulator.tables.codes import Refused

OK = 0
BUSY = -1
BAD_CREDENTIAL = 40001  # a wrong secret, or a token that a newer one has voided
BAD_GRANT_TYPE = 40002
BAD_OPENID = 40003
BAD_MEDIA_TYPE = 40004
BAD_MEDIA = 40007
BAD_MSGTYPE = 40008
BAD_APP = 40013
BAD_TOKEN = 40014
BAD_BUTTONS = 40016
BAD_BUTTON_TYPE = 40017
BAD_BUTTON_NAME = 40018
BAD_BUTTON_KEY = 40019
BAD_BUTTON_URL = 40020
BAD_SUB_BUTTONS = 40023
BAD_SUB_BUTTON_TYPE = 40024
BAD_SUB_BUTTON_NAME = 40025
BAD_SUB_BUTTON_KEY = 40026
BAD_SUB_BUTTON_URL = 40027
BAD_CODE = 40029
BAD_TEMPLATE = 40037
BAD_ACTION_NAME = 40052
BAD_ACTION_INFO = 40053
BAD_MESSAGE_ID = 40059
BAD_OPENID_COUNT = 40130
CODE_USED = 40163
ADDRESS_UNKNOWN = 40164
NO_TOKEN = 41001
NO_APP = 41002
NO_SECRET = 41004
NO_MEDIA = 41005
NO_CODE = 41008
TOKEN_EXPIRED = 42001
NEEDS_GET = 43001
NEEDS_POST = 43002
NOT_FOLLOWED = 43004
BLACKLISTED = 43019
NO_CONSENT = 43101
EMPTY_CONTENT = 44004
TOO_BIG = 45001
TOO_LONG = 45002
BAD_ARTICLE_COUNT = 45008
DAY_SPENT = 45009
TOO_OFTEN = 45011
OUTSIDE_WINDOW = 45015
NO_MASS_LEFT = 45028
COUNT_OVER = 45047
TAGS_FULL = 45056
TAG_TOO_BIG = 45057
TAG_OF_PLATFORM = 45058
TAGS_OF_ONE_FULL = 45059
TAG_EXISTS = 45157
BAD_TAG_NAME = 45158
BAD_TAG = 45159
MASS_KNOWN = 45065
MASS_TOO_SOON = 45066
MASS_KEY_LONG = 45067
TOO_MANY_OPENIDS = 40032
BAD_JSON = 47001
BAD_ARGUMENT = 47003
NOT_AUTHORISED = 48001
REFUSES = 48002
BANNED = 48004
CLEARS_SPENT = 48006
OTHER_ACCOUNT = 49003
RESTRICTED = 50002

WORDS = {
    BUSY: "system error",
    BAD_CREDENTIAL: "invalid credential, access_token is invalid or not latest",
    BAD_GRANT_TYPE: "invalid grant_type",
    BAD_OPENID: "invalid openid",
    BAD_MEDIA_TYPE: "invalid media type",
    BAD_MEDIA: "invalid media_id",
    BAD_MSGTYPE: "invalid message type",
    BAD_APP: "invalid appid",
    BAD_TOKEN: "invalid access_token",
    BAD_BUTTONS: "invalid button size",
    BAD_BUTTON_TYPE: "invalid button type",
    BAD_BUTTON_NAME: "invalid button name size",
    BAD_BUTTON_KEY: "invalid button key size",
    BAD_BUTTON_URL: "invalid button url size",
    BAD_SUB_BUTTONS: "invalid sub button size",
    BAD_SUB_BUTTON_TYPE: "invalid sub button type",
    BAD_SUB_BUTTON_NAME: "invalid sub button name size",
    BAD_SUB_BUTTON_KEY: "invalid sub button key size",
    BAD_SUB_BUTTON_URL: "invalid sub button url size",
    BAD_CODE: "invalid code",
    BAD_TEMPLATE: "invalid template_id",
    BAD_ACTION_NAME: "invalid action name",
    BAD_ACTION_INFO: "invalid action info",
    BAD_MESSAGE_ID: "invalid message id",
    BAD_OPENID_COUNT: "invalid openid list size, at least two openid",
    CODE_USED: "code been used",
    ADDRESS_UNKNOWN: "invalid ip, not in whitelist",
    NO_TOKEN: "access_token missing",
    NO_APP: "appid missing",
    NO_SECRET: "appsecret missing",
    NO_MEDIA: "media data missing",
    NO_CODE: "missing code",
    TOKEN_EXPIRED: "access_token expired",
    NEEDS_GET: "require GET method",
    NEEDS_POST: "require POST method",
    NOT_FOLLOWED: "require subscribe",
    BLACKLISTED: "require remove blacklist",
    NO_CONSENT: "user refuse to accept the msg",
    EMPTY_CONTENT: "empty content",
    TOO_BIG: "media size out of limit",
    TOO_LONG: "content size out of limit",
    BAD_ARTICLE_COUNT: "article size out of limit",
    DAY_SPENT: "reach max api daily quota limit",
    TOO_OFTEN: "api minute-quota reach limit, must slower, retry next minute",
    NO_MASS_LEFT: "has no masssend quota",
    OUTSIDE_WINDOW: "response out of time limit or subscription is canceled",
    COUNT_OVER: "out of response count limit",
    TAGS_FULL: "too many tags",
    TAG_TOO_BIG: "can't delete the tag that has too many fans",
    TAG_OF_PLATFORM: "can't modify sys tag",
    TAGS_OF_ONE_FULL: "can not tagging one user too much",
    TAG_EXISTS: "tag name exists",
    BAD_TAG_NAME: "invalid tag name",
    BAD_TAG: "invalid tag id",
    MASS_KNOWN: "clientmsgid exist",
    MASS_TOO_SOON: "clientmsgid retry too fast, please retry after one minute",
    MASS_KEY_LONG: "clientmsgid size out of limit",
    TOO_MANY_OPENIDS: "invalid openid list size",
    BAD_JSON: "data format error",
    BAD_ARGUMENT: "argument invalid!",
    NOT_AUTHORISED: "api unauthorized",
    REFUSES: "user refuse to accept the msg",
    BANNED: "api forbidden for irregularities",
    CLEARS_SPENT: "forbid to clear quota because of reaching the limit",
    OTHER_ACCOUNT: "not match openid with appid",
    RESTRICTED: "user limited",
}


def refused(code: int, words: str = "", *, extra: Mapping[str, object] | None = None) -> Refused:
    """To be raised: the account's answer with that errcode."""
    return Refused(code, words, extra, meanings=WORDS)
