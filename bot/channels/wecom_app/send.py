"""The WeCom application message: up to a thousand members a call; who is invalid is said, the others get it."""

from typing import Any

from bot.channels.contract import Parcel, Receipt, answered_before
from bot.channels.wecom_app.body import CARD, body, instead
from bot.channels.wecom_app.cards import PATHS, later_body
from bot.channels.wecom_app.limits import KEPT_BYTES, NAME
from bot.coordination.contract import Limit, Quota
from bot.wechat.codes import CARD_REFUSED
from bot.wechat.http import Calls, parse, refusal, verdict
from bot.wechat.renewal import endpoint, renewed
from bot.wechat.tokens import Tokens

SEND = "/cgi-bin/message/send"


class WecomApp:
    name = NAME
    repeatable = True
    probe: Parcel | None = None

    def __init__(
        self,
        calls: Calls,
        tokens: Tokens,
        base: str,
        agent_id: int,
        limits: tuple[Limit, ...] = (),
        quotas: tuple[Quota, ...] = (),
    ) -> None:
        self._calls, self._tokens, self._base, self._agent_id = calls, tokens, base, agent_id
        self.limits, self.quotas = limits, quotas

    async def send(self, parcel: Parcel) -> Receipt:
        said = await renewed(self._tokens, lambda token: self._post(token, parcel))
        code = int(said["errcode"])
        if code == 0:
            return _receipt(said)
        if parcel.form == CARD and verdict(code) is CARD_REFUSED:
            return await self._as_text(parcel)
        raise refusal(verdict(code))

    async def _as_text(self, parcel: Parcel) -> Receipt:
        """A card that the platform does not take is no reason for silence. A repeat of what left is dropped there."""
        receipt = Receipt()
        with answered_before():
            for text in instead(parcel.text):
                receipt = await self.send(parcel._replace(text=text, form="text", key=""))
        return receipt

    async def _post(self, token: str, parcel: Parcel) -> dict[str, Any]:
        path = PATHS.get(parcel.form)
        url = endpoint(self._base, path or SEND, token)
        if path:
            ready = later_body(self._agent_id, parcel.members, parcel.text, parcel.form)
        else:
            ready = body(self._agent_id, parcel.members, parcel.text, parcel.form, parcel.key)
        return parse(await self._calls.post(url, ready))


def _receipt(said: dict[str, Any]) -> Receipt:
    """Who is invalid stands there as a|b, of a card's change as a list."""
    invalid: set[str] = set()
    for given in (said.get("invaliduser"), said.get("unlicenseduser")):
        invalid.update(given.split("|") if isinstance(given, str) else given or ())
    lower = frozenset(one.lower() for one in invalid if one)
    return Receipt(lower, _kept(said.get("msgid")), _kept(said.get("response_code")))


def _kept(name: object) -> str:
    """A name that we keep; what is longer than any we know of would be useless cut."""
    text = str(name or "")
    return text if len(text) <= KEPT_BYTES else ""
