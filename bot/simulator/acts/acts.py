"""What the owner of a phone can do. Each act changes the phone and says what the platform tells the product of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.simulator.config import Side
from bot.simulator.control.answers import Problem
from bot.simulator.platform import Platform
from bot.simulator.world.chats import Chat, Follower
from bot.simulator.world.messages import Said, Shown


@dataclass(frozen=True, slots=True)
class Hand:
    """Whose phone is used, and under which address the stand-in was called."""

    platform: Platform
    side: Side
    chat: Chat
    origin: str = ""

    @property
    def follower(self) -> Follower:
        """Raises Problem on a member's phone, which follows nothing."""
        if not isinstance(self.chat, Follower):
            raise Problem("this phone is a member's: it follows no account", 409)
        return self.chat

    def allowed(self) -> None:
        """Raises Problem where nothing can be said from this phone."""
        if self.chat.gone:
            raise Problem("no longer in the address book", 409)
        if isinstance(self.chat, Follower) and not self.chat.followed:
            raise Problem("does not follow the account", 409)


@dataclass(frozen=True, slots=True)
class Done:
    """`fields` None: the platform tells nobody. `link`: the page that opens."""

    said: Said | None = None
    fields: Mapping[str, Any] | None = None
    link: str = ""
    shown: Shown | None = None  # the message that was tapped or opened


Act = Callable[[Hand, Mapping[str, Any]], Done]
