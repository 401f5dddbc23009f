"""All that the stand-in holds: config, time, phones, groups, counts and faults. One per app."""

from aiohttp import web

from bot.clock import Clock
from bot.simulator.answered import Answered
from bot.simulator.config import SimGroup, SimMember, SimulatorConfig
from bot.simulator.counts import Counts
from bot.simulator.faults import Faults
from bot.simulator.live import Live
from bot.simulator.tokens import Tokens
from bot.simulator.world import chats
from bot.simulator.world.chats import Chat, Chats
from bot.simulator.world.messages import Lines, Shown

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
        self.groups = Chats("groups", opens=config.open_world)
        self.answered = Answered()
        self.task_ids: set[str] = set()
        self._clock = clock
        self._start = clock.now().timestamp() - clock.monotonic()
        self._day = (0, 0)
        self.settle(config.members, config.groups)

    def at(self) -> float:
        """Seconds since 1970, never running backwards: the rates are counted on it."""
        return self._start + self._clock.monotonic()

    def settle(self, members: tuple[SimMember, ...], groups: tuple[SimGroup, ...]) -> None:
        """Add people and groups, or give those who are known a new name and standing."""
        for member in members:
            self.phones.put(member.userid.lower(), chats.phone(member))
        for group in groups:
            self.groups.put(group.key, chats.group(group))
        self.live.touch()

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
