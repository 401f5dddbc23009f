"""The official account's subscription notice: one follower a call, who has consented to it. There is no key against
repeats; the platform's own is the consent, of which a one-time one is used up by the first."""

from bot.channels.contract import Parcel, Receipt
from bot.channels.oa_notice.body import body
from bot.channels.oa_notice.limits import NAME, QUOTAS
from bot.coordination.contract import Limit, Quota
from bot.wechat.account import Account

PATH = "/cgi-bin/message/subscribe/bizsend"


class OaNotice:
    name = NAME
    repeatable = False
    probe: Parcel | None = Parcel("{}", members=("nobody",))  # no follower's openid, and nothing said
    limits: tuple[Limit, ...] = ()
    quotas: tuple[Quota, ...] = QUOTAS

    def __init__(self, account: Account) -> None:
        self._account = account

    async def send(self, parcel: Parcel) -> Receipt:
        (openid,) = parcel.members
        said = await self._account.post(PATH, body(openid, parcel.text))
        return Receipt(message_id=str(said.get("msgid") or ""))
