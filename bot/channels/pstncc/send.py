"""WeCom's emergency call: one member a call. The receipt bears the platform's id of the call; whether anybody picked
up is asked afterwards."""

from typing import Any

from yarl import URL

from bot.channels.contract import Parcel, Receipt, answered_before
from bot.channels.pstncc.body import body
from bot.channels.pstncc.limits import NAME, QUOTAS
from bot.coordination.contract import Limit, Quota
from bot.wechat.http import Calls, parse, refusal, verdict
from bot.wechat.tokens import Tokens

CALL = "/cgi-bin/pstncc/call"


class Pstncc:
    name = NAME
    repeatable = False  # the same call again rings again
    probe: Parcel | None = None
    quotas: tuple[Quota, ...] = QUOTAS

    def __init__(self, calls: Calls, tokens: Tokens, base: str, limits: tuple[Limit, ...] = ()) -> None:
        self._calls, self._tokens, self._base = calls, tokens, base
        self.limits = limits

    async def send(self, parcel: Parcel) -> Receipt:
        token = await self._tokens.get()
        said = await self._post(token, parcel)
        if verdict(said["errcode"]).refresh:
            with answered_before():
                said = await self._post(await self._tokens.replace(token), parcel)  # once, never again
        if said["errcode"] != 0:
            raise refusal(verdict(said["errcode"]))
        return _receipt(said)

    async def _post(self, token: str, parcel: Parcel) -> dict[str, Any]:
        url = URL(f"{self._base}{CALL}?access_token={token}", encoded=True)
        return parse(await self._calls.post(url, body(parcel.members)))


def _receipt(said: dict[str, Any]) -> Receipt:
    """A member's own code says that nobody can be called there."""
    states = [state for state in said.get("states") or () if isinstance(state, dict)]
    invalid = frozenset(str(state.get("userid", "")).lower() for state in states if state.get("code"))
    named = next((str(state["callid"]) for state in states if not state.get("code") and state.get("callid")), "")
    return Receipt(invalid, named)
