"""WeCom's emergency call: one member a call. The receipt bears the platform's id of the call; whether anybody picked
up is asked afterwards."""

from typing import Any

from bot.channels.contract import Parcel, Receipt
from bot.channels.pstncc.body import body
from bot.channels.pstncc.limits import NAME, QUOTAS
from bot.coordination.contract import Limit, Quota
from bot.wechat.http import Calls, parse
from bot.wechat.renewal import endpoint, taken
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
        ready = body(parcel.members)
        return _receipt(await taken(self._tokens, lambda token: self._post(token, ready)))

    async def _post(self, token: str, ready: bytes) -> dict[str, Any]:
        return parse(await self._calls.post(endpoint(self._base, CALL, token), ready))


def _receipt(said: dict[str, Any]) -> Receipt:
    """A member's own code says that nobody can be called there."""
    states = [state for state in said.get("states") or () if isinstance(state, dict)]
    invalid = frozenset(str(state.get("userid", "")).lower() for state in states if state.get("code"))
    named = next((str(state["callid"]) for state in states if not state.get("code") and state.get("callid")), "")
    return Receipt(invalid, named)
