"""The app's access token: the same one while it is valid."""

import secrets
from dataclasses import dataclass

from bot.simulator import codes
from bot.simulator.codes import Refused


@dataclass(frozen=True, slots=True)
class Token:
    value: str
    until: float


class Tokens:
    def __init__(self, seconds: int) -> None:
        self._seconds = seconds
        self._current: Token | None = None
        self._former: set[str] = set()

    def fetch(self, at: float) -> tuple[str, int]:
        """The token and the seconds it has left; a new one only when the last has run out."""
        if self._current is None or at >= self._current.until:
            if self._current:
                self._former.add(self._current.value)
            self._current = Token(secrets.token_urlsafe(96), at + self._seconds)
        return self._current.value, max(1, int(self._current.until - at))

    def check(self, value: str, at: float) -> None:
        """Refuse a token that is missing (41001), has run out (42001) or was never handed out (40014)."""
        if not value:
            raise Refused(codes.NO_TOKEN)
        if value in self._former:
            raise Refused(codes.TOKEN_EXPIRED)
        if self._current is None or value != self._current.value:
            raise Refused(codes.BAD_TOKEN)
        if at >= self._current.until:
            raise Refused(codes.TOKEN_EXPIRED)
