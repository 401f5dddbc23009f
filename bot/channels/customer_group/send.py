"""Customers' groups: the platform takes a task, and a member has to confirm it. Sent means that the task exists there;
whether anybody saw the text is asked later (broadcasts/customers)."""

from typing import Any

from yarl import URL

from bot.channels.contract import Parcel, Receipt, answered_before
from bot.channels.customer_group.body import body
from bot.channels.customer_group.limits import NAME, address, split
from bot.coordination.contract import Limit, Quota
from bot.wechat.frequency import base
from bot.wechat.http import Calls, parse, refusal, verdict
from bot.wechat.tokens import Tokens

ADD = "/cgi-bin/externalcontact/add_msg_template"
NOBODY = address("0" * 32, "0" * 32)  # no member's: refused, whatever is sent
KEPT = 255


class CustomerGroup:
    name = NAME
    repeatable = False  # the same again is a second task; the member confirms one of them
    probe: Parcel | None = Parcel("-", members=(NOBODY,))
    limits: tuple[Limit, ...] = ()  # what one group may get is counted by the calendar, when it is planned
    quotas: tuple[Quota, ...] = base(NAME)

    def __init__(self, calls: Calls, tokens: Tokens, base: str) -> None:
        self._calls, self._tokens, self._base = calls, tokens, base

    async def send(self, parcel: Parcel) -> Receipt:
        ready = body(parcel.members, parcel.text)
        token = await self._tokens.get()
        said = await self._post(token, ready)
        if verdict(said["errcode"]).refresh:
            with answered_before():
                said = await self._post(await self._tokens.replace(token), ready)  # once, never again
        if int(said["errcode"]) == 0:
            return _receipt(said, parcel)
        raise refusal(verdict(int(said["errcode"])))

    async def _post(self, token: str, ready: bytes) -> dict[str, Any]:
        url = URL(f"{self._base}{ADD}?access_token={token}", encoded=True)
        return parse(await self._calls.post(url, ready))


def _receipt(said: dict[str, Any], parcel: Parcel) -> Receipt:
    """`fail_list` names groups; the copies know them with their sender."""
    failed = {str(one) for one in said.get("fail_list") or []}
    invalid = frozenset(one.lower() for one in parcel.members if split(one)[1] in failed)
    name = str(said.get("msgid") or "")
    return Receipt(invalid, name if len(name) <= KEPT else "")
