"""The telephone call by the county's own gateway. That it was taken says nothing yet: the gateway tells by a callback
how the call ended."""

from bot.channels.contract import Parcel, Receipt
from bot.channels.gateways import Gateway
from bot.channels.signing import VOICE as GATEWAY
from bot.channels.signing import gateway_key
from bot.channels.voice.body import body
from bot.channels.voice.codes import VOICE
from bot.channels.voice.limits import NAME
from bot.clock import Clock
from bot.coordination.contract import Limit, Quota
from bot.vault import Vault
from bot.wechat.http import Calls


class Voice:
    name = NAME
    repeatable = True
    probe: Parcel | None = None

    def __init__(
        self,
        calls: Calls,
        vault: Vault,
        clock: Clock,
        road: str,
        url: str,
        limits: tuple[Limit, ...] = (),
        quotas: tuple[Quota, ...] = (),
    ) -> None:
        self._gateway = Gateway(calls, vault, clock, url, gateway_key(vault, road, GATEWAY), VOICE)
        self.limits, self.quotas = limits, quotas

    async def send(self, parcel: Parcel) -> Receipt:
        return await self._gateway.send(parcel, body)
