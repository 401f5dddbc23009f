"""Phones and groups: who can be addressed, and what each of them has been shown."""

import hashlib
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from bot.simulator.config import SimCustomerGroup, SimFollower, SimGroup, SimMember
from bot.simulator.tables.limits import LONGEST_RATE
from bot.simulator.world.consents import Consents
from bot.simulator.world.messages import Said, Shown
from bot.simulator.world.replies import Grants

RECENT = 1000
KEPT = LONGEST_RATE  # the rates are counted on what is kept


@dataclass(slots=True, eq=False)
class Chat:
    """A phone or a group. `handle` names it in the simulator's own addresses: a robot's key stays out of them."""

    handle: str
    name: str
    place: str
    licensed: bool = True
    gone: bool = False
    plugin: bool = False
    persons: int = 1  # in a group that an application has made
    members: tuple[str, ...] = ()  # … by name
    messages: list[Shown] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    received: int = 0
    read: int = 0

    @property
    def unread(self) -> int:
        return self.received - self.read

    def show(self, shown: Shown) -> None:
        if len(self.messages) >= KEPT:
            del self.messages[0]
        self.messages.append(shown)
        self.received += 1

    def hear(self, said: Said) -> None:
        if len(self.said) >= RECENT:
            del self.said[0]
        self.said.append(said)

    def take(self, other: "Chat") -> None:
        """The new name and standing; what was shown stays."""
        self.name, self.place, self.licensed = other.name, other.place, other.licensed
        self.gone, self.plugin = other.gone, other.plugin


@dataclass(slots=True, eq=False)
class Follower(Chat):
    """A phone in personal WeChat, and how it stands to the account."""

    followed: bool = True
    refuses: bool = False
    blocked: bool = False
    snapshot: bool = False
    followed_at: float = 0.0
    scene: str = ""  # of the code by which they came
    grants: Grants = field(default_factory=Grants)
    consents: Consents = field(default_factory=Consents)

    def take(self, other: Chat) -> None:
        super(Follower, self).take(other)
        if isinstance(other, Follower):
            self.followed, self.refuses = other.followed, other.refuses
            self.blocked, self.snapshot = other.blocked, other.snapshot


class Chats:
    """All phones, or all groups, in the order in which they came."""

    def __init__(self, kind: str, *, opens: bool) -> None:
        self.kind = kind
        self.reached = 0  # of them, how many were ever shown anything
        self._opens = opens
        self._known: dict[str, Chat] = {}
        self._handles: dict[str, Chat] = {}
        self._recent: deque[Chat] = deque(maxlen=RECENT)

    def __len__(self) -> int:
        return len(self._known)

    def __iter__(self) -> Iterator[Chat]:
        return iter(self._known.values())

    def put(self, id: str, chat: Chat) -> None:
        """Add `chat`; one that is known keeps what it was shown and takes the new name and standing."""
        known = self._known.get(id)
        if known is None:
            self._known[id] = self._handles[chat.handle.lower()] = chat
            return
        known.take(chat)

    def named(self, name: str) -> Chat | None:
        """By handle, or by the id that the platform's endpoints use."""
        return self._handles.get(name.lower()) or self._known.get(name)

    def addressed(self, id: str) -> Chat | None:
        """Whom a call means; in an open world someone new comes into being. None: nobody, or gone."""
        chat = self._known.get(id)
        if chat is None and self._opens and id:
            chat = NEW[self.kind](id)
            self.put(id, chat)
        return None if chat is None or chat.gone else chat

    def show(self, chat: Chat, shown: Shown) -> None:
        if not chat.received:
            self.reached += 1
        chat.show(shown)
        self._recent.append(chat)

    def recent(self, number: int) -> list[Chat]:
        """The latest to be shown something, newest first, then those who came first into the world."""
        latest = sorted(dict.fromkeys(self._recent), key=lambda chat: chat.messages[-1].at, reverse=True)
        return list(dict.fromkeys((*latest[:number], *islice(self, number))))[:number]

    def matching(self, words: str) -> Iterator[Chat]:
        """Those whose name, place or handle holds `words`; all of them for an empty string."""
        return (chat for chat in self if words in chat.name or words in chat.place or words in chat.handle)


def handle_of(key: str) -> str:
    """A digest that stands for a robot's key."""
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def phone(member: SimMember) -> Chat:
    return Chat(member.userid, member.name, member.place, member.licensed, member.gone, member.plugin)


def follower(told: SimFollower) -> Follower:
    standing = (told.followed, told.refuses, told.blocked, told.snapshot)
    made = Follower(told.openid, told.name, told.place)
    made.followed, made.refuses, made.blocked, made.snapshot = standing
    return made


def group(group: SimGroup) -> Chat:
    return Chat(handle_of(group.key), group.name, group.place, gone=group.gone)


def customer_group(told: SimCustomerGroup) -> Chat:
    return Chat(told.chat_id, told.name, told.place, gone=told.gone)


NEW: dict[str, Callable[[str], Chat]] = {  # whoever an open world has not heard of
    "members": lambda id: Chat(id, id, ""),
    "followers": lambda id: Follower(id, id[:12], ""),
    "groups": lambda id: Chat(handle_of(id), id, ""),
    "numbers": lambda id: Chat(id, id, ""),
}
