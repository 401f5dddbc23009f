"""The official account's mass send: up to ten thousand followers a call, and never without a person's word."""

from bot.channels.contract import Parcel, Receipt, SendError
from bot.channels.oa_mass.body import PATHS, body
from bot.channels.oa_mass.limits import LEAST, NAME, PREVIEW, QUOTAS, TO_MANY
from bot.coordination.contract import Limit, Quota
from bot.wechat.account import Account


class OaMass:
    """A repeat under the same key is answered by 45065 with the first one's number: it counts as taken."""

    name = NAME
    repeatable = True
    probe: Parcel | None = None
    limits: tuple[Limit, ...] = ()
    quotas: tuple[Quota, ...] = QUOTAS

    def __init__(self, account: Account) -> None:
        self._account = account

    async def send(self, parcel: Parcel) -> Receipt:
        """Where it goes to a tag, that is the only member named."""
        form = parcel.form if parcel.form in PATHS else TO_MANY
        least = {TO_MANY: LEAST, PREVIEW: 1}.get(form, 0)
        if len(parcel.members) < least:  # whoever was left of it has unfollowed since
            raise SendError("too_few", permanent=True)
        ready = body(form, parcel.members, parcel.text, parcel.key)
        said = await self._account.post(PATHS[form], ready)
        return Receipt(message_id=str(said.get("msg_id") or ""))
