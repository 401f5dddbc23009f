"""The official account's template message: one follower a call, 20 characters a field, a page behind it."""

from bot.channels.contract import Parcel, Receipt
from bot.channels.oa_template.body import body
from bot.channels.oa_template.limits import NAME, QUOTAS
from bot.coordination.contract import Limit, Quota
from bot.wechat.account import Account

PATH = "/cgi-bin/message/template/send"


class OaTemplate:
    name = NAME
    repeatable = True
    probe: Parcel | None = None
    limits: tuple[Limit, ...] = ()
    quotas: tuple[Quota, ...] = QUOTAS

    def __init__(self, account: Account) -> None:
        self._account = account

    async def send(self, parcel: Parcel) -> Receipt:
        (openid,) = parcel.members
        said = await self._account.post(PATH, body(openid, parcel.text, parcel.key))
        return Receipt(message_id=str(said.get("msgid") or ""))
