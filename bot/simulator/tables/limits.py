"""How much, how long, how often: the platform's limits as tables, each with the page that states it.

Robot: work.weixin.qq.com document 99110. Application message: 90236. Frequencies: 90312 and 90454. Token: 91039.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `number` in `seconds`. The name is what the counts call it."""

    name: str
    number: int
    seconds: int


# Document 99110: a robot's group takes 20 a minute, the next is refused with 45009.
ROBOT_MINUTE = Rate("robot_minute", 20, 60)
# Document 90312: what one app sends to one member beyond these is dropped, with errcode 0.
MEMBER_RATES = (Rate("member_minute", 30, 60), Rate("member_hour", 1000, 3600))
# Document 90312: an app's day holds the account cap times this many person-times.
PERSON_TIMES_PER_ACCOUNT = 200
# Documents 90244 and 90248: an application's person-times, by the members of each group; the hour's least figure.
CHAT_PERSON_TIMES = (Rate("chat_persons_minute", 20_000, 60), Rate("chat_persons_hour", 150_000, 3600))
# The same pages, for a member of a group of the largest kind.
CHAT_RATES = (Rate("chat_minute", 10, 60), Rate("chat_hour", 75, 3600))
CHAT_MEMBERS = range(2, 2001)
CHAT_NAME_CHARS = 50
# Documents 90312 and 90454: calls of one base interface by one enterprise, the next is refused with 45009. What sends a
# message is not counted there.
BASE_RATES = (Rate("base_minute", 10_000, 60), Rate("base_hour", 150_000, 3600))
# Documents 91627 and 91628: a member is called no more often; a further call ends with this reason.
CALL_RATES = (Rate("call_8_minutes", 3, 480), Rate("call_day", 8, 86_400))
CALL_LIMITED = 13
LONGEST_RATE = max(rate.number for rate in (ROBOT_MINUTE, *MEMBER_RATES, *CHAT_RATES))

# Document 99110. Bytes of UTF-8; longer is refused with 40058.
ROBOT_BYTES = {"text": 2048, "markdown": 4096, "markdown_v2": 4096}
# Document 99110. Bytes before base64.
ROBOT_IMAGE_BYTES = 2 * 1024 * 1024
# Document 99110: a robot's card has no button that calls back.
ROBOT_CARDS = frozenset({"text_notice", "news_notice"})

# Document 90236. Bytes of UTF-8: a text is cut in silence, a markdown is refused.
APP_TEXT_BYTES = 2048
APP_MARKDOWN_BYTES = 2048
# Document 90236. Characters; longer is cut in silence.
CARD_TITLE_CHARS = 128
CARD_DESCRIPTION_CHARS = 512
CARD_BUTTON_CHARS = 4
# Document 90236. Bytes.
URL_BYTES = 2048
MPNEWS_CONTENT_BYTES = 666 * 1024
# Document 90236, and 99110 for the robot. Bytes; longer is cut in silence (of a video too).
ARTICLES = range(1, 9)
ARTICLE_TITLE_BYTES = 128
ARTICLE_DESCRIPTION_BYTES = 512
# Document 90236: a notice's title in characters, its items in number.
NOTICE_TITLE_CHARS = range(4, 13)
NOTICE_ITEMS = 10
# Document 90236, template_card.
APP_CARDS = ROBOT_CARDS | {"button_interaction", "vote_interaction", "multiple_interaction"}
TASK_ID_BYTES = 128
CARD_BUTTONS = range(1, 7)
CARD_BUTTON_KEY_BYTES = 1024
CARD_ROWS = 6
CARD_JUMPS = 3

# Document 90236: how many one call may name.
USERS_PER_CALL = 1000
PARTIES_PER_CALL = 100
TAGS_PER_CALL = 100
# Document 90236, enable_duplicate_check. Seconds.
DUPLICATE_SECONDS = 1800
DUPLICATE_SECONDS_MAX = 4 * 3600

# Document 94888: a card's response_code. Seconds.
RESPONSE_CODE_SECONDS = 72 * 3600
# Document 94867: how long an application message can be recalled. Seconds.
RECALL_SECONDS = 24 * 3600
# Document 90253. Bytes, and the first bytes of what is allowed.
MEDIA_BYTES = {"image": 10 * 1024 * 1024, "voice": 2 * 1024 * 1024, "video": 10 * 1024 * 1024, "file": 20 * 1024 * 1024}
MEDIA_BYTES_LEAST = 5
VOICE_SECONDS = 60
MEDIA_SECONDS = 3 * 86_400
# Documents 91022, 91023 and the account's webdev/access: a sign-in code, its state. Seconds, bytes.
SIGN_IN_SECONDS = 300
STATE_BYTES = 128
# Documents 90238 and 90930; the account's "receiving standard messages": a callback's deadline, tries in all.
CALLBACK_SECONDS = 5.0
CALLBACK_TRIES = 3
