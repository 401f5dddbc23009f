"""How a pack names and counts things: words for codes, local moments, spans of time as people say them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

NAMED = ("user", "token", "feed")  # kinds of actors that have a name of their own


@dataclass(frozen=True)
class Tables:
    word: Callable[[str, str], str]
    zone: ZoneInfo
    names: Mapping[str, str] = field(default_factory=dict)  # of those who acted

    def who(self, actor: str) -> str:
        """A person's name with the login; a machine's kind with its own name; of others what they are."""
        kind, _, own = actor.partition(":")
        name = self.names.get(actor, own if kind == "user" else self.word("ACTORS", kind))
        return f"{name}（{own}）" if kind in NAMED and own != name else name

    def moment(self, at: datetime | None) -> str:
        return at.astimezone(self.zone).strftime("%Y-%m-%d %H:%M:%S") if at else ""

    def lasted(self, seconds: int | None) -> str:
        """4 分 05 秒, or 没有 where nobody answered."""
        return f"{seconds // 60} 分 {seconds % 60:02d} 秒" if seconds is not None else "没有"
