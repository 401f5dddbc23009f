"""The WeCom group robot: one call, one internal group, no key against repeats, no word of who read it."""

from yarl import URL

from bot.channels.contract import Parcel, Receipt
from bot.channels.wecom_robot.body import body
from bot.channels.wecom_robot.limits import NAME
from bot.coordination.contract import Limit, Quota
from bot.wechat.http import OK, Calls, parse, refusal, verdict

RECEIPT = Receipt()
NOBODY = "00000000-0000-0000-0000-000000000000"  # no robot's key: 93000, whatever is sent


class WecomRobot:
    name = NAME
    repeatable = False
    probe: Parcel | None = Parcel("", robot_key=NOBODY)
    quotas: tuple[Quota, ...] = ()  # each robot for itself

    def __init__(self, calls: Calls, base: str, limit: Limit) -> None:
        self._calls = calls
        self.limits: tuple[Limit, ...] = (limit,)
        self._hook = f"{base}/cgi-bin/webhook/send?key="

    async def send(self, parcel: Parcel) -> Receipt:
        url = URL(self._hook + parcel.robot_key, encoded=True)
        answer = await self._calls.post(url, body(parcel.text, parcel.tail, loud=parcel.loud))
        if answer == OK:
            return RECEIPT
        code = parse(answer)["errcode"]
        if code == 0:
            return RECEIPT
        raise refusal(verdict(code))
