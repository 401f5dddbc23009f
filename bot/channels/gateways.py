"""A county's own gateway: signed, one telephone a call, known again by its id; its answer is JSON with an integer
`code` (docs/gateways.zh-CN.md)."""

from collections.abc import Callable, Mapping
from typing import Any, cast

import orjson

from bot.channels.contract import Parcel, Receipt, SendError
from bot.channels.signing import signed_url
from bot.channels.sms.address import number
from bot.clock import Clock
from bot.vault import Vault, WrongKey
from bot.wechat.codes import Verdict
from bot.wechat.http import Calls, refusal, verdict

Body = Callable[[str, str, str], bytes]  # of id, telephone and text


class Gateway:
    """`key` signs what goes there, `codes` say what its answers mean."""

    def __init__(
        self, calls: Calls, vault: Vault, clock: Clock, url: str, key: str, codes: Mapping[int, Verdict]
    ) -> None:
        self._calls, self._vault, self._clock = calls, vault, clock
        self._url, self._key, self._codes = url, key, codes

    async def send(self, parcel: Parcel, body: Body) -> Receipt:
        """The number is open for this call alone. The receipt bears our own id, by which the gateway reports."""
        try:
            phone = number(self._vault, parcel.members[0])
        except (WrongKey, ValueError) as error:
            raise SendError("bug", permanent=True, alarm=True) from error
        ready = body(parcel.key, phone, parcel.text)
        code = gateway_code(await self._calls.post(signed_url(self._url, self._key, self._clock, ready), ready))
        if code:
            raise refusal(verdict(code, self._codes))
        return Receipt(message_id=parcel.key)


def gateway_code(answer: bytes) -> int:
    """Raises SendError where it is none: it may have been done."""
    return int(gateway_said(answer)["code"])


def gateway_said(answer: bytes) -> dict[str, Any]:
    """The whole answer. Raises SendError where it has no code."""
    try:
        said = orjson.loads(answer)
    except orjson.JSONDecodeError:
        said = None
    code = cast("dict[str, Any]", said).get("code") if isinstance(said, dict) else None
    if not isinstance(code, int) or isinstance(code, bool):
        raise SendError("bad_answer", lost=True)
    return cast("dict[str, Any]", said)
