"""The group that the application has made: internal members alone, no key against repeats, no recall."""

from typing import Any

from yarl import URL

from bot.channels.appchat.body import body
from bot.channels.appchat.limits import NAME, QUOTAS
from bot.channels.contract import Parcel, Receipt, answered_before
from bot.coordination.contract import Limit, Quota
from bot.wechat.http import Calls, parse, refusal, verdict
from bot.wechat.tokens import Tokens

SEND = "/cgi-bin/appchat/send"
RECEIPT = Receipt()
NOBODY = "0" * 32  # no group's id: 86003, whatever is sent


class Appchat:
    name = NAME
    repeatable = False
    probe: Parcel | None = Parcel("-", members=(NOBODY,))
    quotas: tuple[Quota, ...] = QUOTAS

    def __init__(self, calls: Calls, tokens: Tokens, base: str, limits: tuple[Limit, ...] = ()) -> None:
        self._calls, self._tokens, self._base = calls, tokens, base
        self.limits = limits

    async def send(self, parcel: Parcel) -> Receipt:
        ready = body(parcel.members[0], parcel.text, parcel.tail, loud=parcel.loud)
        token = await self._tokens.get()
        said = await self._post(token, ready)
        if verdict(said["errcode"]).refresh:
            with answered_before():
                said = await self._post(await self._tokens.replace(token), ready)  # once, never again
        if int(said["errcode"]) == 0:
            return RECEIPT
        raise refusal(verdict(int(said["errcode"])))

    async def _post(self, token: str, ready: bytes) -> dict[str, Any]:
        url = URL(f"{self._base}{SEND}?access_token={token}", encoded=True)
        return parse(await self._calls.post(url, ready))
