"""Customers' groups: the platform takes a task, and a member has to confirm it. Sent means that the task exists there;
whether anybody saw the text is asked later (broadcasts/customers)."""

from typing import Any

from bot.channels.contract import Parcel, Receipt
from bot.channels.customer_group.body import body
from bot.channels.customer_group.limits import NAME, address, split
from bot.coordination.contract import Limit, Quota
from bot.wechat.frequency import base
from bot.wechat.http import Calls, parse
from bot.wechat.renewal import endpoint, taken
from bot.wechat.tokens import Tokens

ADD = "/cgi-bin/externalcontact/add_msg_template"
NOBODY = address("0" * 32, "0" * 32)  # no member's: refused, whatever is sent
KEPT = 255
QUOTAS = base(NAME)


class CustomerGroup:
    name = NAME
    repeatable = False  # the same again is a second task; the member confirms one of them
    probe: Parcel | None = Parcel("-", members=(NOBODY,))
    limits: tuple[Limit, ...] = ()  # what one group may get is counted by the calendar, when it is planned

    def __init__(self, calls: Calls, tokens: Tokens, base: str, quotas: tuple[Quota, ...] = QUOTAS) -> None:
        self._calls, self._tokens, self._base, self.quotas = calls, tokens, base, quotas

    async def send(self, parcel: Parcel) -> Receipt:
        ready = body(parcel.members, parcel.text)
        return _receipt(await taken(self._tokens, lambda token: self._post(token, ready)), parcel)

    async def _post(self, token: str, ready: bytes) -> dict[str, Any]:
        return parse(await self._calls.post(endpoint(self._base, ADD, token), ready))


def _receipt(said: dict[str, Any], parcel: Parcel) -> Receipt:
    """`fail_list` names groups; the copies know them with their sender."""
    failed = {str(one) for one in said.get("fail_list") or []}
    invalid = frozenset(one.lower() for one in parcel.members if split(one)[1] in failed)
    name = str(said.get("msgid") or "")
    return Receipt(invalid, name if len(name) <= KEPT else "")
