"""Customers' groups, who owns each, and the tasks that a member has to confirm before anything is shown there."""

from collections import defaultdict
from dataclasses import dataclass, field


@dataclass(slots=True)
class Task:
    """One add_msg_template. `results` holds a status per group once the member has confirmed."""

    msgid: str
    sender: str  # in lower case
    chats: tuple[str, ...]
    text: str
    at: float
    confirmed_at: float | None = None
    cancelled: bool = False
    results: dict[str, int] = field(default_factory=dict)
    reminders: list[float] = field(default_factory=list)


class Customers:
    def __init__(self) -> None:
        self.owners: dict[str, str] = {}  # by chat_id: a userid
        self.tasks: dict[str, Task] = {}
        self._got: defaultdict[str, list[float]] = defaultdict(list)

    def owned(self, chat_id: str, sender: str) -> bool:
        return self.owners.get(chat_id, "").lower() == sender

    def got(self, chat_id: str, since: float) -> int:
        """How many messages the group has been shown since then."""
        return sum(at >= since for at in self._got[chat_id])

    def shown(self, chat_id: str, at: float) -> None:
        self._got[chat_id].append(at)
