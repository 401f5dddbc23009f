"""Where an access token lies so that processes share it, and who of them fetches the next one."""

from datetime import datetime
from typing import NamedTuple, Protocol

HOLD = 15.0  # seconds after which a holder that said nothing more is thought dead: longer than any call


class Kept(NamedTuple):
    """`until` is when the token counts as over; until `refused_until` the secret is not tried again."""

    token: str = ""
    until: datetime | None = None
    refused_until: datetime | None = None


class TokenStore(Protocol):
    """One row a name. Names hold no part of a secret. Moments are wall time, which processes share."""

    async def read(self, name: str) -> Kept: ...

    async def hold(self, name: str, holder: str, at: datetime) -> bool:
        """Whether `holder` may fetch: nobody else does at this moment. Who holds must `keep`, `refuse` or `let_go`."""
        ...

    async def keep(self, name: str, holder: str, token: str, until: datetime) -> None:
        """The token that `holder` fetched; nothing where another has taken over meanwhile."""
        ...

    async def refuse(self, name: str, holder: str, until: datetime) -> None:
        """The platform refused the secret."""
        ...

    async def let_go(self, name: str, holder: str) -> None: ...
