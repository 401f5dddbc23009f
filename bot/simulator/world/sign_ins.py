"""Codes of web sign-in: once, five minutes (documents 91022, 91023; the account's webdev/access)."""

import secrets
from dataclasses import dataclass

from bot.simulator.config import Side
from bot.simulator.tables.limits import SIGN_IN_SECONDS
from bot.simulator.world.chats import Chat


@dataclass(slots=True)
class SignIn:
    side: Side
    who: Chat
    snapshot: bool
    until: float
    used: bool = False


class Used(Exception):
    """The code was good once, and that was before."""


class SignIns:
    def __init__(self) -> None:
        self._codes: dict[str, SignIn] = {}

    def make(self, side: Side, who: Chat, at: float, *, snapshot: bool = False) -> str:
        code = secrets.token_urlsafe(24)
        self._codes[code] = SignIn(side, who, snapshot, at + SIGN_IN_SECONDS)
        return code

    def use(self, side: Side, code: str, at: float) -> SignIn | None:
        """Whose code it is; None where it is unknown, over or the other platform's. Raises Used."""
        known = self._codes.get(code)
        if known is None or known.side is not side or at >= known.until:
            return None
        if known.used:
            raise Used
        known.used = True
        return known
