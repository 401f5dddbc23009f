"""One turn of a conversation: what was heard from whom and when, and how to answer it."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.config import Settings
from bot.directory.lines.now import lines
from bot.directory.models import Person
from bot.directory.tree import Tree, tree
from bot.vault import Vault
from broadcasts.dispatch.texts.render import CHINESE
from broadcasts.subscriptions.models import Follower
from handlers.chat.conversations.models import Conversation
from handlers.chat.conversations.reply import say
from handlers.chat.conversations.speaker import CHANNELS, Speaker
from handlers.chat.wording import phrase
from handlers.wechat.models import Inbound


@dataclass
class Turn:
    """`at` is now, `heard_at` when it came in: by that moment it counts. A turn is `quiet` while an officer speaks
    instead of us, or in a flood; `seen` becomes False where a person should look at it, `sealed` True where nobody may
    see who said it."""

    session: AsyncSession
    settings: Settings
    vault: Vault
    inbound: Inbound
    speaker: Speaker
    at: datetime
    by: str = ""  # who said it, or typed in what a recording says
    quiet: bool = False
    flooded: bool = False
    seen: bool = True
    sealed: bool = False
    counted: bool = False  # how far a village is moved, and nothing besides: it is no report
    typed: bool = False  # by an officer, who listened to a recording
    preface: str = ""  # what is said above the first answer
    words: str = ""  # what is said, where it can be read
    answered: bool = field(default=False, init=False)
    asked: bool | None = field(default=None, init=False)  # beside alerts, as far as it was looked at
    _tree: Tree | None = field(default=None, init=False)

    @cached_property
    def heard_at(self) -> datetime:
        return self.inbound.received_at

    @property
    def talk(self) -> Conversation:
        return self.speaker.conversation

    @property
    def person(self) -> Person | None:
        return self.speaker.person

    @property
    def follower(self) -> Follower | None:
        return self.speaker.follower

    @property
    def language(self) -> str:
        """In which we answer."""
        who = self.person or self.follower
        return self.settings.speaks(who.language) if who else CHINESE

    @property
    def channel(self) -> str:
        """Under which the directory keeps this address."""
        return CHANNELS[self.talk.platform]

    async def areas(self) -> Tree:
        if self._tree is None:
            self._tree = await tree(self.session)
        return self._tree

    async def phone(self) -> str:
        """The duty phone that serves the speaker."""
        areas = await self.areas()
        here = self.person.area_id if self.person else next((root.id for root in areas.roots), None)
        return (await lines(self.session, areas, self.at)).of(here) if here is not None else ""

    async def say(self, name: str, /, *, always: bool = False, drill: bool = False, **facts: Any) -> None:
        """Answer by the words of chat.txt, unless the turn is quiet and this need not be said `always`. What is said of
        a `drill` is marked."""
        await self.tell(phrase(name, language=self.language, **facts), always=always, drill=drill)

    async def tell(self, text: str, *, always: bool = False, drill: bool = False) -> None:
        """Answer by another room's words."""
        self.answered = True
        text, self.preface = f"{self.preface}\n{text}".strip(), ""
        if not self.quiet or always:
            await say(
                self.session, self.settings, self.talk, text, inbound=self.inbound.id, at=self.at, drill=drill,
                kept=not self.sealed,
            )  # fmt: skip
