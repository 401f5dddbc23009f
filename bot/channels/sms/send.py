"""The text message by the county's own gateway: signed, one telephone a call, known again by its id."""

import secrets
from typing import Any, cast

import orjson
from yarl import URL

from bot.channels.contract import Parcel, Receipt, SendError
from bot.channels.sms.address import number
from bot.channels.sms.body import body
from bot.channels.sms.codes import SMS
from bot.channels.sms.limits import NAME
from bot.channels.sms.signing import gateway_key, signature
from bot.clock import Clock
from bot.coordination.contract import Limit
from bot.vault import Vault, WrongKey
from bot.wechat.http import Calls, refusal, verdict


class Sms:
    name = NAME
    repeatable = True
    probe: Parcel | None = None

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
        code = _code(await self._calls.post(self._signed(ready), ready))
        if code:
            raise refusal(verdict(code, SMS))
        return Receipt(message_id=parcel.key)

    def _signed(self, ready: bytes) -> URL:
        stamp, nonce = str(int(self._clock.now().timestamp())), secrets.token_hex(8)
        query = f"timestamp={stamp}&nonce={nonce}&signature={signature(self._key, stamp, nonce, ready)}"
        return URL(f"{self._url}{'&' if '?' in self._url else '?'}{query}", encoded=True)


def _code(answer: bytes) -> int:
    """Raises SendError where it is none: it may have been sent."""
    try:
        said = orjson.loads(answer)
    except orjson.JSONDecodeError:
        said = None
    code = cast("dict[str, Any]", said).get("code") if isinstance(said, dict) else None
    if not isinstance(code, int) or isinstance(code, bool):
        raise SendError("bad_answer", lost=True)
    return code
