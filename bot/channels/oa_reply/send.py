"""The official account's reply to who wrote to it: no key against repeats, a window that closes."""

from bot.channels.contract import Parcel, Receipt
from bot.channels.oa_reply.body import body
from bot.channels.oa_reply.limits import NAME, QUOTAS
from bot.coordination.contract import Limit, Quota
from bot.wechat.account import Account

PATH = "/cgi-bin/message/custom/send"
RECEIPT = Receipt()


class OaReply:
    name = NAME
    repeatable = False
    probe: Parcel | None = Parcel("", members=("nobody",))  # no follower's openid, and nothing said
    limits: tuple[Limit, ...] = ()
    quotas: tuple[Quota, ...] = QUOTAS

    def __init__(self, account: Account) -> None:
        self._account = account

    async def send(self, parcel: Parcel) -> Receipt:
        (openid,) = parcel.members
        await self._account.post(PATH, body(openid, parcel.text))
        return RECEIPT
