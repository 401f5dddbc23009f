"""An access token: fetched by one at a time, kept until it is nearly over, replaced only if it is still the bad one."""

import asyncio

from yarl import URL

from bot.channels.contract import SendError
from bot.clock import Clock
from bot.wechat.http import Calls, parse, refusal, verdict

EARLY = 300.0  # seconds before its end at which a token counts as over
PAUSE = 60.0  # seconds during which a refused secret is not tried again: repeating it bans the address


class Tokens:
    def __init__(self, calls: Calls, clock: Clock, base: str, corp_id: str, secret: str) -> None:
        self._calls, self._clock = calls, clock
        self._url = URL(f"{base}/cgi-bin/gettoken").with_query(corpid=corp_id, corpsecret=secret)
        self._token, self._until = "", 0.0
        self._refused_until = 0.0
        self._alone = asyncio.Lock()

    async def get(self) -> str:
        """A token that should work. Raises SendError."""
        if self._clock.monotonic() < self._until:
            return self._token
        return await self.replace(self._token)

    async def replace(self, stale: str) -> str:
        """A token other than `stale`; whoever comes second gets what the first fetched."""
        async with self._alone:
            if self._token and self._token != stale and self._clock.monotonic() < self._until:
                return self._token
            if self._clock.monotonic() < self._refused_until:
                raise SendError("credentials", permanent=True, alarm=True)
            return await self._fetch()

    async def _fetch(self) -> str:
        try:
            said = parse(await self._calls.get(self._url))
        except SendError as error:
            raise SendError(error.reason, wait=2.0) from error  # no message was in it: nothing is lost
        if said["errcode"] != 0:
            if verdict(said["errcode"]).permanent:
                self._refused_until = self._clock.monotonic() + PAUSE
            raise refusal(verdict(said["errcode"]))
        self._token = str(said["access_token"])
        self._until = self._clock.monotonic() + max(float(said.get("expires_in", 7200)) - EARLY, 60.0)
        return self._token
