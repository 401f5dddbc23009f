"""The official account's limits, as tables, each with the page of developers.weixin.qq.com that states it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many customer-service messages within so many seconds."""

    number: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Quota:
    """So many calls of `name` in a day or a minute."""

    name: str
    number: int
    seconds: int = 86_400

    @property
    def daily(self) -> bool:
        return self.seconds == 86_400

    @property
    def key(self) -> str:
        return f"{self.name}/{self.seconds}"


# The account's customer/message/api_sendcustommessage: what a follower's act allows.
BY_MESSAGE = Allowance(5, 48 * 3600)
BY_MENU = BY_FOLLOW = BY_SCAN = Allowance(3, 60)
CUSTOM_TEXT_BYTES = 2048
# The account's base/api_getstableaccesstoken: the old token's last minutes, forced renewals in a day, seconds apart.
TOKEN_OVERLAP = 300
FORCED_A_DAY = 20
FORCED_SECONDS_APART = 30
# Message_Management/API_Call_Limits: calls a day; and those that also have a minute's limit.
QUOTAS = {
    quota.name: quota
    for quota in (
        Quota("template", 100_000),
        Quota("custom", 500_000),
        Quota("qrcode", 100_000),
        Quota("menu", 1000),
        Quota("user_info", 5_000_000),
        Quota("account_token", 2000),
        Quota("stable_token", 500_000),
        Quota("mass", 100),
        Quota("mass_preview", 100),
        Quota("mass_delete", 10),
    )
}
MINUTES = {
    "stable_token": Quota("stable_token", 10_000, 60),
    "oauth": Quota("oauth", 50_000, 60),
    "mass": Quota("mass", 60, 60),
}
CLEARS_A_MONTH = 10
# Template_Message_Interface and silenceper/wechat PR 651: one client_msg_id and openid is sent once. Seconds.
CLIENT_MSG_SECONDS = 600
# Batch_Sends and api_masssend: openids in a call, what a follower gets in a month, bytes of a text (600 Chinese
# characters, as the platform's editor counts; the endpoint's page names none), bytes of a clientmsgid, seconds that it
# is known and for which a repeat of a repeat is too soon, seconds that an administrator has to confirm a send to all.
MASS_OPENIDS = range(2, 10_001)
MASS_MONTH = 4
MASS_TEXT_BYTES = 1800
MASS_KEY_BYTES = 64
MASS_REPEAT_SECONDS = 86_400
MASS_RETRY_SECONDS = 60
MASS_CONFIRM_SECONDS = 1800
# The account's tags/create, tags/delete, tags/members/batchtagging, user/tag/get: tags, the platform's own, bytes of a
# name, followers of a tag that cannot be deleted any more, tags of one follower, openids in a call and on a page.
TAGS_MAX = 100
TAGS_OWN = range(3)
TAG_NAME_BYTES = 30
TAG_DELETABLE = 100_000
TAGS_OF_ONE = 20
TAG_OPENIDS = 50
TAG_PAGE = 10_000
# jssdk, appendix 1: for how long a page's ticket lasts. Seconds.
TICKET_SECONDS = 7200
# The account's qrcode/create. Seconds, characters, codes.
SCENE_SECONDS = 60
SCENE_SECONDS_MAX = 2_592_000
SCENE_CHARS = range(1, 65)
PERMANENT_CODES = 100_000
# The account's menu/create: buttons, sub-buttons; bytes of a name on either level, of a key, of an address.
MENU_BUTTONS = range(1, 4)
MENU_SUB_BUTTONS = range(1, 6)
MENU_NAME_BYTES = 16
MENU_SUB_NAME_BYTES = 60
MENU_KEY_BYTES = 128
MENU_URL_BYTES = 1024
