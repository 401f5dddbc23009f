"""The platform's error codes that the stand-in answers with, and its words for them.

Meanings: work.weixin.qq.com documents 90313 and 90455. The text of an errmsg is not promised and may change there:
a client goes by the code alone.
"""

from collections.abc import Mapping

OK = 0
BUSY = -1
BAD_SECRET = 40001
BAD_MEDIA_TYPE = 40004
BAD_TYPE = 40005
BAD_FILE_SIZE = 40006
BAD_MEDIA = 40007
BAD_MSGTYPE = 40008
BAD_USER = 40003
BAD_CORP = 40013
BAD_TOKEN = 40014
BAD_USER_LIST = 40031
TOO_MANY_USERS = 40032
BAD_URL_LENGTH = 40039
BAD_CODE = 40029
BAD_AGENT = 40056
BAD_PARAMETER = 40058
NO_TOKEN = 41001
NO_CORP = 41002
NO_SECRET = 41004
NO_FILE = 41005
NO_MEDIA = 41006
NO_CODE = 41008
NO_URL = 41010
NO_AGENT = 41011
NO_TITLE = 41016
NO_DESCRIPTION = 41033
NO_CUSTOMERS = 41048
TASK_CANCELLED = 41093
REMINDED_ENOUGH = 41094
TOKEN_EXPIRED = 42001
BAD_TASK_ID = 42014
RECALL_TOO_LATE = 42052
NEEDS_GET = 43001
NEEDS_POST = 43002
NEEDS_CALLBACK = 43010
EMPTY_CONTENT = 44004
TOO_LONG = 45002
PLAYS_TOO_LONG = 45007
BAD_ARTICLE_COUNT = 45008
TOO_OFTEN = 45009
URL_WITHOUT_SCHEME = 45034
BAD_JSON = 47001
NOT_AUTHORISED = 48002
RIGHT_WITHDRAWN = 48006
DOMAIN_NOT_TRUSTED = 50001
DISABLED = 50003
ADDRESS_NOT_TRUSTED = 60020
BAD_RESPONSE_CODE = 60140
ALL_INVALID = 81013
NO_RECIPIENT = 82001
TOO_MANY_PARTIES = 82002
TOO_MANY_TAGS = 82003
BAD_CHAT = 86001
NO_CHAT = 86003
CHAT_EXISTS = 86215
BAD_CHAT_MEMBERS = 86216
TOO_MANY_ITEMS = 90201
ROBOT_GONE = 93000
IMAGE_TOO_BIG = 93018
WRONG_AGENT = 301002
NOT_FOR_CALLS = 301049
BAD_CALLEE = 301050
BAD_CALL = 301051

WORDS = {
    BUSY: "system busy",
    BAD_SECRET: "invalid credential",
    BAD_MEDIA_TYPE: "invalid media type",
    BAD_TYPE: "invalid file type",
    BAD_FILE_SIZE: "invalid file size",
    BAD_MEDIA: "invalid media_id",
    BAD_MSGTYPE: "invalid message type",
    BAD_USER: "invalid userid",
    BAD_CORP: "invalid corpid",
    BAD_TOKEN: "invalid access_token",
    BAD_USER_LIST: "invalid user list",
    TOO_MANY_USERS: "invalid user list size",
    BAD_URL_LENGTH: "invalid url length",
    BAD_CODE: "invalid code",
    BAD_AGENT: "invalid agentid",
    BAD_PARAMETER: "invalid Request Parameter",
    BAD_CHAT: "invalid chatid",
    NO_CHAT: "chatid not exist",
    CHAT_EXISTS: "chatid existed",
    BAD_CHAT_MEMBERS: "invalid userlist or name",
    NO_TOKEN: "access_token missing",
    NO_CORP: "corpid missing",
    NO_SECRET: "secret missing",
    NO_FILE: "media data missing",
    NO_MEDIA: "media_id missing",
    NO_CODE: "code missing",
    NO_URL: "url missing",
    NO_AGENT: "agentid missing",
    NO_TITLE: "title missing",
    NO_DESCRIPTION: "description missing",
    NO_CUSTOMERS: "no customer to send",
    TASK_CANCELLED: "group msg task has been cancelled",
    REMINDED_ENOUGH: "group msg remind times out of limit",
    TOKEN_EXPIRED: "access_token expired",
    BAD_TASK_ID: "invalid task_id",
    RECALL_TOO_LATE: "message recall over time",
    NEEDS_GET: "require GET method",
    NEEDS_POST: "require POST method",
    NEEDS_CALLBACK: "require callback mode",
    EMPTY_CONTENT: "empty content",
    TOO_LONG: "content size out of limit",
    PLAYS_TOO_LONG: "playtime out of limit",
    BAD_ARTICLE_COUNT: "article size out of limit",
    TOO_OFTEN: "api freq out of limit",
    URL_WITHOUT_SCHEME: "url has no scheme",
    BAD_JSON: "data format error",
    NOT_AUTHORISED: "api forbidden",
    RIGHT_WITHDRAWN: "api forbidden for corp, long unused",
    DOMAIN_NOT_TRUSTED: "redirect_url unauthorized",
    DISABLED: "application disabled",
    ADDRESS_NOT_TRUSTED: "not allow to access from your ip",
    BAD_RESPONSE_CODE: "invalid response_code",
    ALL_INVALID: "user & party & tag all invalid",
    NO_RECIPIENT: "user & party & tag all empty",
    TOO_MANY_PARTIES: "invalid party list size",
    TOO_MANY_TAGS: "invalid tag list size",
    TOO_MANY_ITEMS: "content_item size out of limit",
    ROBOT_GONE: "invalid webhook url",
    IMAGE_TOO_BIG: "image size out of limit",
    WRONG_AGENT: "no permission to operate this agent",
    NOT_FOR_CALLS: "agent not allowed to make emergency calls",
    BAD_CALLEE: "invalid callee",
    BAD_CALL: "invalid callid",
}


class Refused(Exception):
    """The platform's answer with an errcode other than 0. `words` precede the code's own, `extra` joins the JSON."""

    def __init__(
        self,
        code: int,
        words: str = "",
        extra: Mapping[str, object] | None = None,
        meanings: Mapping[int, str] = WORDS,
    ) -> None:
        super().__init__(code, words)
        self.code, self.meanings = code, meanings
        self.words = " ".join(part for part in (words, meanings.get(code, "error")) if part)
        self.extra = dict(extra or {})
