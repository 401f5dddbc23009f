"""The text message by the county's own gateway: signed, one telephone a call, known again by its id."""

from bot.channels.contract import Parcel, Receipt, SendError
from bot.channels.gateways import gateway_code
from bot.channels.signing import gateway_key, signed_url
from bot.channels.sms.address import number
from bot.channels.sms.body import body
from bot.channels.sms.codes import SMS
from bot.channels.sms.limits import NAME
from bot.clock import Clock
from bot.coordination.contract import Limit, Quota
from bot.vault import Vault, WrongKey
from bot.wechat.http import Calls, refusal, verdict


class Sms:
    name = NAME
    repeatable = True
    probe: Parcel | None = None
    quotas: tuple[Quota, ...] = ()  # the gateway's own affair

    def __init__(
        self, calls: Calls, vault: Vault, clock: Clock, road: str, url: str, limits: tuple[Limit, ...] = ()
    ) -> None:
        self._calls, self._vault, self._clock, self._url = calls, vault, clock, url
        self._key = gateway_key(vault, road)
        self.limits = limits

    async def send(self, parcel: Parcel) -> Receipt:
        """The number is open for this call alone. The receipt bears our own id, by which the gateway reports."""
        try:
            phone = number(self._vault, parcel.members[0])
        except (WrongKey, ValueError) as error:
            raise SendError("bug", permanent=True, alarm=True) from error
        ready = body(parcel.key, phone, parcel.text)
        code = gateway_code(await self._calls.post(signed_url(self._url, self._key, self._clock, ready), ready))
        if code:
            raise refusal(verdict(code, SMS))
        return Receipt(message_id=parcel.key)
