"""The WeCom application message: up to a thousand members a call; who is invalid is said, the others get it."""

from typing import Any

from yarl import URL

from bot.channels.contract import Parcel, Receipt
from bot.channels.wecom_app.body import body
from bot.channels.wecom_app.limits import NAME
from bot.coordination.contract import Limit
from bot.wechat.http import Calls, parse, refusal, verdict
from bot.wechat.tokens import Tokens

RECEIPT = Receipt()


class WecomApp:
    name = NAME
    repeatable = True
    limit: Limit | None = None

    def __init__(self, calls: Calls, tokens: Tokens, base: str, agent_id: int) -> None:
        self._calls, self._tokens, self._agent_id = calls, tokens, agent_id
        self._url = f"{base}/cgi-bin/message/send?access_token="

    async def send(self, parcel: Parcel) -> Receipt:
        token = await self._tokens.get()
        said = await self._post(token, parcel)
        if verdict(said["errcode"]).refresh:
            said = await self._post(await self._tokens.replace(token), parcel)  # once, never again
        code = int(said["errcode"])
        if code != 0:
            raise refusal(verdict(code))
        invalid = "|".join(filter(None, (said.get("invaliduser"), said.get("unlicenseduser"))))
        return Receipt(frozenset(invalid.lower().split("|"))) if invalid else RECEIPT

    async def _post(self, token: str, parcel: Parcel) -> dict[str, Any]:
        url = URL(self._url + token, encoded=True)
        return parse(await self._calls.post(url, body(self._agent_id, parcel.members, parcel.text)))
