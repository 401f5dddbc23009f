"""All that the stand-in holds: config, time, phones, groups, counts and faults. One per app."""

import itertools
from collections import defaultdict

from aiohttp import web

from bot.clock import Clock
from bot.simulator.account import Account
from bot.simulator.answered import Answered
from bot.simulator.callbacks.post import Post
from bot.simulator.config import Side, SimCustomerGroup, SimFollower, SimGroup, SimMember, SimulatorConfig
from bot.simulator.counts import Counts
from bot.simulator.faults import Faults
from bot.simulator.live import Live
from bot.simulator.standing import Standing
from bot.simulator.tokens import Tokens
from bot.simulator.world import chats
from bot.simulator.world.chats import Chat, Chats, Follower
from bot.simulator.world.customers import Customers
from bot.simulator.world.frequency import Frequency
from bot.simulator.world.media import Media
from bot.simulator.world.messages import Lines, Said, Shown
from bot.simulator.world.person_times import PersonTimes
from bot.simulator.world.sent import Register, ResponseCodes
from bot.simulator.world.sign_ins import SignIns
from bot.simulator.world.telephones import Telephones

DAY_SECONDS = 86_400
CHINA_SECONDS = 8 * 3600


class Platform:
    def __init__(self, config: SimulatorConfig, clock: Clock) -> None:
        self.config = config
        self.latency = config.latency
        self.counts = Counts()
        self.faults = Faults(config.seed)
        self.live = Live()
        self.lines = Lines()
        self.tokens = Tokens(config.token_seconds)
        self.phones = Chats("members", opens=config.open_world)
        self.followers = Chats("followers", opens=config.open_world)
        self.groups = Chats("groups", opens=config.open_world)
        self.chats = Chats("groups", opens=False)  # groups that an application has made
        self.person_times = PersonTimes()  # of those
        self.frequencies: defaultdict[str, Frequency] = defaultdict(lambda: Frequency(config.base_rates))
        self.customer_chats = Chats("groups", opens=False)  # groups with people of personal WeChat in them
        self.customers = Customers()
        self.numbers = Chats("numbers", opens=True)  # telephones that the gateway for text messages has written to
        self.sms_ids: set[str] = set()
        self.telephones = Telephones()
        self.spoken: dict[str, tuple[str, float]] = {}  # by a recording's digest: what was said, how clearly
        self.account = Account(config)
        self.standing = Standing()  # of the application
        self.media = Media()
        self.sent = Register()
        self.response_codes = ResponseCodes()
        self.sign_ins = SignIns()
        self.trusted_domains = frozenset(config.trusted_domains)
        self.answered = Answered()
        self.task_ids: set[str] = set()
        self._clock = clock
        self._start = clock.now().timestamp() - clock.monotonic()
        self._day = (0, 0)
        self._ids = itertools.count(1)
        self.post = Post(clock, self.at, self.counts, config)
        self.settle(config.members, config.groups, config.followers, config.customer_groups)

    def at(self) -> float:
        """Seconds since 1970, never running backwards: the rates are counted on it."""
        return self._start + self._clock.monotonic()

    async def sleep(self, seconds: float) -> None:
        await self._clock.sleep(seconds)

    def settle(
        self,
        members: tuple[SimMember, ...],
        groups: tuple[SimGroup, ...],
        followers: tuple[SimFollower, ...] = (),
        customer_groups: tuple[SimCustomerGroup, ...] = (),
    ) -> None:
        """Add people and groups, or give those who are known a new name and standing."""
        for follower in followers:
            self.followers.put(follower.openid, chats.follower(follower))
        for member in members:
            self.phones.put(member.userid.lower(), chats.phone(member))
        for group in groups:
            self.groups.put(group.key, chats.group(group))
        for one in customer_groups:
            self.customers.owners[one.chat_id] = one.owner
            self.customer_chats.put(one.chat_id, chats.customer_group(one))
        self.live.touch()

    def accept(self, shown: Shown, at: float) -> Shown:
        """The platform takes the message: it has a time and a number now."""
        shown.at, shown.id = at, next(self._ids)
        return shown

    def hear(self, chat: Chat, kind: str, text: str, media: str = "") -> Said:
        """The phone's owner did something: the phone shows it at once."""
        said = Said(next(self._ids), self.at(), kind, text, media)
        chat.hear(said)
        self.live.touch()
        return said

    def follower(self, openid: str) -> Follower | None:
        """Whose openid it is, following or not."""
        known = self.followers.addressed(openid)
        return known if isinstance(known, Follower) else None

    def phone(self, name: str) -> tuple[Side, Chat] | None:
        """A phone by userid (in any case) or openid."""
        if member := self.phones.named(name):
            return Side.wecom, member
        if follower := self.followers.named(name):
            return Side.oa, follower
        return None

    def show(self, where: Chats, chat: Chat, shown: Shown) -> None:
        """The message is accepted: the chat shows it."""
        where.show(chat, shown)
        self.counts.accept(where, chat, shown.at)
        self.live.touch()

    def spend_day(self, persons: int, most: int, at: float) -> bool:
        """Take person-times from the app's day in China. False, and nothing taken, when it does not hold so many."""
        today = int((at + CHINA_SECONDS) // DAY_SECONDS)
        day, used = self._day
        used = used if day == today else 0
        if used + persons > most:
            return False
        self._day = (today, used + persons)
        return True


PLATFORM = web.AppKey("platform", Platform)
