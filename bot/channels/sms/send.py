"""The text message by the county's own gateway."""

from bot.channels.contract import Parcel, Receipt
from bot.channels.gateways import Gateway
from bot.channels.signing import gateway_key
from bot.channels.sms.body import body
from bot.channels.sms.codes import SMS
from bot.channels.sms.limits import NAME
from bot.clock import Clock
from bot.coordination.contract import Limit, Quota
from bot.vault import Vault
from bot.wechat.http import Calls


class Sms:
    name = NAME
    repeatable = True
    probe: Parcel | None = None
    quotas: tuple[Quota, ...] = ()  # the gateway's own affair

    def __init__(
        self, calls: Calls, vault: Vault, clock: Clock, road: str, url: str, limits: tuple[Limit, ...] = ()
    ) -> None:
        self._gateway = Gateway(calls, vault, clock, url, gateway_key(vault, road), SMS)
        self.limits = limits

    async def send(self, parcel: Parcel) -> Receipt:
        return await self._gateway.send(parcel, body)
