"""The texts of what this worker has in hand, each fetched once."""

from collections.abc import Sequence

from broadcasts.dispatch.claims.contract import Claimed, Claims, Wording
from broadcasts.dispatch.sending.ready import Ready

MOST = 512  # kept beyond what is in hand


class Wordings:
    def __init__(self, claims: Claims, ready: Ready) -> None:
        self._claims, self._ready = claims, ready
        self.known: dict[int, Wording] = {}

    async def fetch(self, claimed: Sequence[Claimed]) -> None:
        """Those of what was just claimed. Meanwhile lanes send: what they need stays until then."""
        missing = {c.text_id for c in claimed} - self.known.keys()
        if not missing:
            return
        crowded = len(self.known) > MOST
        if crowded:
            missing = {c.text_id for c in claimed} | {c.text_id for c in self._ready}
        found = await self._claims.texts(missing)
        self.known = found if crowded else self.known | found
