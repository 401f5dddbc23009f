"""Pictures and recordings: three days, each platform its own (documents 90253, 90254)."""

import secrets
from dataclasses import dataclass

from bot.simulator.config import Side
from bot.simulator.tables.limits import MEDIA_SECONDS


@dataclass(frozen=True, slots=True)
class Medium:
    id: str
    side: Side
    body: bytes
    mime: str
    name: str
    until: float


class Media:
    def __init__(self) -> None:
        self._kept: dict[str, Medium] = {}

    def keep(self, side: Side, body: bytes, mime: str, name: str, at: float) -> Medium:
        made = Medium(secrets.token_urlsafe(48), side, body, mime, name, at + MEDIA_SECONDS)
        self._kept[made.id] = made
        return made

    def find(self, side: Side, id: str, at: float) -> Medium | None:
        """What has not run out, of that platform."""
        known = self._kept.get(id)
        return known if known and known.side is side and at < known.until else None

    def shown(self, id: str) -> Medium | None:
        """For the simulator's own pages: a phone keeps what it has once shown."""
        return self._kept.get(id)
