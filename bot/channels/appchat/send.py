"""The group that the application has made: internal members alone, no key against repeats, no recall."""

from typing import Any

from bot.channels.appchat.body import body
from bot.channels.appchat.limits import NAME, QUOTAS
from bot.channels.contract import Parcel, Receipt
from bot.coordination.contract import Limit, Quota
from bot.wechat.http import Calls, parse
from bot.wechat.renewal import endpoint, taken
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
        await taken(self._tokens, lambda token: self._post(token, ready))
        return RECEIPT

    async def _post(self, token: str, ready: bytes) -> dict[str, Any]:
        return parse(await self._calls.post(endpoint(self._base, SEND, token), ready))
