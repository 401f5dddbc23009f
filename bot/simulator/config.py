"""What the stand-in for Tencent is told before it starts: its corp and account, people and groups, where callbacks
go, and how slow its network is."""

from dataclasses import dataclass
from enum import StrEnum

from bot.simulator.tables.limits import BASE_RATES, Rate


class Side(StrEnum):
    """The two platforms that one stand-in serves."""

    wecom = "wecom"
    oa = "oa"


class Window(StrEnum):
    """How a rate is counted. The platform's page does not say which one it uses, so a client must hold under both."""

    fixed = "fixed"  # from the top of each minute or hour
    sliding = "sliding"  # over any stretch of that length
    both = "both"


@dataclass(frozen=True, slots=True)
class SimMember:
    userid: str
    name: str
    place: str = ""
    licensed: bool = True  # False: comes back as unlicenseduser
    gone: bool = False  # True: comes back as invaliduser, in an open world too
    plugin: bool = False  # True: reads in personal WeChat, which shows neither markdown nor cards


@dataclass(frozen=True, slots=True)
class SimFollower:
    openid: str
    name: str
    place: str = ""
    followed: bool = True
    refuses: bool = False  # True: has switched off the account's messages (48002, failed:user block)
    blocked: bool = False  # True: the account has put them on its blacklist (43019)
    snapshot: bool = False  # True: opens pages as a snapshot's reader


@dataclass(frozen=True, slots=True)
class SimGroup:
    key: str  # the robot's key, as in its webhook's address
    name: str
    place: str = ""
    gone: bool = False  # True: the robot was removed, 93000


@dataclass(frozen=True, slots=True)
class SimCustomerGroup:
    chat_id: str
    name: str
    owner: str  # a userid: who must confirm what is sent there
    place: str = ""
    gone: bool = False


@dataclass(frozen=True, slots=True)
class SimTemplate:
    """A template of the account's: each field's name, which says its kind, and what stands before it on the phone."""

    id: str
    title: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Callback:
    """Where the platform tells what people say. WeCom knows only XML in safe mode."""

    url: str
    token: str
    aes_key: str = ""  # 43 characters
    mode: str = "safe"  # safe, compatible, plain
    form: str = "xml"  # xml, json


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds from call to answer; a `tail_share` of all calls takes `tail_seconds` instead."""

    seconds: float = 0.0
    tail_seconds: float = 0.0
    tail_share: float = 0.0


WARNING = SimTemplate(
    "simulator-template-warning-0000000000000000",
    "预警提醒",
    (("thing1", "预警"), ("thing2", "地点"), ("time3", "发布"), ("thing4", "有效期")),
)


NOTICE = SimTemplate("simulator-notice-warning-00000000000000000", "预警通知", WARNING.fields)


@dataclass(frozen=True, slots=True)
class SimulatorConfig:
    corp_id: str = "ww00simulator00000"
    secret: str = "simulator-app-secret"  # noqa: S105 (opens nothing but this stand-in)
    agent_id: int = 1000002
    app_id: str = "wx00simulator00000"
    account_secret: str = "simulator-account-secret"  # noqa: S105
    account_id: str = "gh_simulator0000"  # the account's own name, in ToUserName
    token_seconds: int = 7200
    members: tuple[SimMember, ...] = ()
    followers: tuple[SimFollower, ...] = ()
    groups: tuple[SimGroup, ...] = ()
    customer_groups: tuple[SimCustomerGroup, ...] = ()
    customer_limit: str = "month"  # how many a customers' group gets: as many as the month has days, week or day
    templates: tuple[SimTemplate, ...] = (WARNING,)
    notices: tuple[SimTemplate, ...] = (NOTICE,)
    notice_consent: str = "once"  # each for one notice, or lasting
    open_world: bool = False  # whoever is addressed and was not declared comes into being
    window: Window = Window.both
    base_rates: tuple[Rate, ...] = BASE_RATES  # of each base interface
    account_cap: int = 100_000  # times 200 is what the app may send in a day, in person-times
    quotas: tuple[tuple[str, int], ...] = ()  # the account's calls a day, by endpoint, where not the usual
    trusted_domains: tuple[str, ...] = ()  # where sign-in may lead back to; empty: anywhere
    wecom_callback: Callback | None = None
    oa_callback: Callback | None = None
    sms_key: str = ""  # what the product signs text messages with; empty: the stand-in does not look
    voice_key: str = ""  # and telephone calls
    voice_callback: str = ""  # where the gateway tells how a call goes
    voice_lines: int = 1000  # calls that the gateway can have open at once
    ring_seconds: float = 0.0  # after which a telephone that nobody takes is left; 0: it rings until somebody acts
    speech_key: str = ""  # and recordings to be recognised
    callback_pause: float = 0.0  # seconds between a callback's tries
    reader_cookies: tuple[tuple[str, str], ...] = ()  # (name, path) of the product's, forgotten between two phones
    browser_mark: str = ""  # a link's query field that says whose browser opens it, for want of a User-Agent
    latency_ms: float = 0.0
    latency_tail_ms: float = 0.0
    latency_tail_share: float = 0.0
    label: str = ""  # shown on every page, to tell two simulators apart
    seed: int = 0  # of the chance behind `share` and the latency's tail

    @property
    def latency(self) -> Latency:
        return Latency(self.latency_ms / 1000, self.latency_tail_ms / 1000, self.latency_tail_share)
