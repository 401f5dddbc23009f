"""POST /cgi-bin/message/recall, document 94867: gone from WeCom's own clients, not from the WeChat plug-in."""

from bot.simulator.contents import fields
from bot.simulator.endpoints.call import Answer, Call, Endpoint
from bot.simulator.endpoints.wecom.access import admit, count_call
from bot.simulator.platform import Platform
from bot.simulator.tables import codes, limits
from bot.simulator.tables.codes import Refused


def answer(platform: Platform, call: Call) -> Answer:
    at = admit(platform, call, "recall")
    count_call(platform, "recall", at)
    sent = platform.sent.find(fields.text(call.document(), "msgid", codes.BAD_PARAMETER))
    if sent is None:
        raise Refused(codes.BAD_PARAMETER, "msgid:")
    if at - sent.at >= limits.RECALL_SECONDS:
        raise Refused(codes.RECALL_TOO_LATE)
    sent.shown.recalled = True
    platform.live.touch()
    return {"errcode": codes.OK, "errmsg": "ok"}


RECALL = Endpoint("recall", "POST", "/cgi-bin/message/recall", answer)
