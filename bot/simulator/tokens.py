"""Access tokens: WeCom's, the same one while it is valid, and the account's two kinds, which do not know each other."""

import secrets
from dataclasses import dataclass

from bot.simulator.tables import codes
from bot.simulator.tables import codes_account as account
from bot.simulator.tables.codes import Refused
from bot.simulator.tables.codes_account import refused
from bot.simulator.tables.limits_account import FORCED_A_DAY, FORCED_SECONDS_APART, TOKEN_OVERLAP

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Token:
    value: str
    until: float


class Tokens:
    """WeCom's, document 91039."""

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds
        self._current: Token | None = None
        self._former: set[str] = set()

    def fetch(self, at: float) -> tuple[str, int]:
        """The token and the seconds it has left; a new one only when the last has run out."""
        if self._current is None or at >= self._current.until:
            self.void()
            self._current = Token(secrets.token_urlsafe(96), at + self._seconds)
        return self._current.value, max(1, int(self._current.until - at))

    def void(self) -> None:
        """The platform may end a token early."""
        if self._current:
            self._former.add(self._current.value)
        self._current = None

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


class AccountTokens:
    """The account's base/api_getstableaccesstoken, and its older neighbour."""

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds
        self._stable: Token | None = None
        self._old: Token | None = None
        self._until: dict[str, float] = {}  # every token ever handed out
        self._voided: set[str] = set()
        self._forced: list[float] = []

    def stable(self, at: float) -> tuple[str, int]:
        """The same token until five minutes before its end, then a new one beside it."""
        if self._stable is None or at >= self._stable.until - TOKEN_OVERLAP:
            self._stable = self._make(at)
        return self._stable.value, max(1, int(self._stable.until - at))

    def force(self, at: float) -> tuple[str, int]:
        """A new token, the older one void. Refuses the second within 30 s (45011) and the 21st of a day (45009)."""
        self._forced = [then for then in self._forced if at - then < DAY]
        if self._forced and at - self._forced[-1] < FORCED_SECONDS_APART:
            raise refused(account.TOO_OFTEN)
        if len(self._forced) >= FORCED_A_DAY:
            raise refused(account.DAY_SPENT)
        self._forced.append(at)
        if self._stable:
            self._voided.add(self._stable.value)
        self._stable = self._make(at)
        return self._stable.value, self._seconds

    def old(self, at: float) -> tuple[str, int]:
        """Each fetch makes a new one; the one before it lives five minutes more at most."""
        if self._old:
            self._until[self._old.value] = min(self._until[self._old.value], at + TOKEN_OVERLAP)
        self._old = self._make(at)
        return self._old.value, self._seconds

    def void(self) -> None:
        """The platform may end tokens early."""
        self._voided |= {token.value for token in (self._stable, self._old) if token}
        self._stable = self._old = None

    def knows(self, value: str) -> bool:
        """Whether the account ever handed it out."""
        return value in self._until

    def check(self, value: str, at: float) -> None:
        """Refuse what is missing (41001), void (40001), over (42001) or made up (40014)."""
        if not value:
            raise refused(account.NO_TOKEN)
        if value in self._voided:
            raise refused(account.BAD_CREDENTIAL)
        if value not in self._until:
            raise refused(account.BAD_TOKEN)
        if at >= self._until[value]:
            raise refused(account.TOKEN_EXPIRED)

    def _make(self, at: float) -> Token:
        token = Token(secrets.token_urlsafe(96), at + self._seconds)
        self._until[token.value] = token.until
        return token
