"""Requests that were accepted, by their digest: the platform's duplicate check (document 90236) looks here."""

from typing import Any

from bot.simulator.tables import limits

KEPT = 10_000


class Answered:
    def __init__(self) -> None:
        self._known: dict[bytes, tuple[float, dict[str, Any]]] = {}

    def find(self, digest: bytes, at: float) -> dict[str, Any] | None:
        """The answer that the same bytes got, while their interval lasts."""
        until, answer = self._known.get(digest, (at, None))
        return answer if at < until else None

    def add(self, digest: bytes, answer: dict[str, Any], asked: object, at: float) -> None:
        """Remember for `asked` seconds, at most four hours; for half an hour where nothing sensible is asked."""
        seconds = asked if isinstance(asked, int) and asked > 0 else limits.DUPLICATE_SECONDS
        if len(self._known) >= KEPT:
            self._known = {key: known for key, known in self._known.items() if at < known[0]}
        self._known[digest] = (at + min(seconds, limits.DUPLICATE_SECONDS_MAX), answer)
