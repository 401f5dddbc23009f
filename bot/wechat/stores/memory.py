"""Tokens of one process alone: for tests, and for tools that ask once."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.wechat.stores.contract import HOLD, Kept


@dataclass
class _Row:
    kept: Kept = field(default_factory=Kept)
    holder: str = ""
    held_until: datetime | None = None


class MemoryStore:
    def __init__(self) -> None:
        self._rows: dict[str, _Row] = {}

    def _row(self, name: str) -> _Row:
        return self._rows.setdefault(name, _Row())

    async def read(self, name: str) -> Kept:
        return self._row(name).kept

    async def hold(self, name: str, holder: str, at: datetime) -> bool:
        row = self._row(name)
        if row.held_until is not None and row.held_until > at:
            return False
        row.holder, row.held_until = holder, at + timedelta(seconds=HOLD)
        return True

    async def keep(self, name: str, holder: str, token: str, until: datetime) -> None:
        row = self._row(name)
        if row.holder == holder:
            row.kept, row.holder, row.held_until = Kept(token, until), "", None

    async def refuse(self, name: str, holder: str, until: datetime) -> None:
        row = self._row(name)
        if row.holder == holder:
            row.kept, row.holder, row.held_until = row.kept._replace(refused_until=until), "", None

    async def let_go(self, name: str, holder: str) -> None:
        row = self._row(name)
        if row.holder == holder:
            row.holder, row.held_until = "", None
