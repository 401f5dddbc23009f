"""The ticket by which a page may show WeChat's own elements, and the signature that a page bears: jssdk, appendix 1."""

import hashlib
from dataclasses import dataclass
from typing import Any

from yarl import URL

from bot.channels.contract import SendError
from bot.clock import Clock
from bot.wechat.codes import OFFICIAL
from bot.wechat.http import Calls, parse
from bot.wechat.renewal import taken
from bot.wechat.tokens import Tokens

EARLY = 300.0  # seconds before its end at which a ticket counts as over


@dataclass(frozen=True)
class Signed:
    """What a page gives to wx.config."""

    app_id: str
    timestamp: int
    nonce: str
    signature: str


class Tickets:
    """Kept in this process: each may fetch a million a day, and one lasts two hours."""

    def __init__(self, calls: Calls, tokens: Tokens, base: str, clock: Clock) -> None:
        self._calls, self._tokens, self._base, self._clock = calls, tokens, base, clock
        self._ticket, self._until = "", 0.0

    async def get(self) -> str:
        """Raises SendError."""
        if self._clock.monotonic() < self._until:
            return self._ticket
        said = await taken(self._tokens, self._asked, OFFICIAL)
        if not said.get("ticket"):
            raise SendError("bad_answer")
        self._ticket = str(said["ticket"])
        self._until = self._clock.monotonic() + float(said.get("expires_in") or 0) - EARLY
        return self._ticket

    async def _asked(self, token: str) -> dict[str, Any]:
        url = URL(f"{self._base}/cgi-bin/ticket/getticket").with_query(access_token=token, type="jsapi")
        return parse(await self._calls.get(url))


def signed(app_id: str, ticket: str, nonce: str, timestamp: int, url: str) -> Signed:
    """`url` as the page is opened, without what follows a #."""
    said = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={url.partition('#')[0]}"
    return Signed(app_id, timestamp, nonce, hashlib.sha1(said.encode()).hexdigest())  # noqa: S324 - the platform's own
