"""GET /cgi-bin/gettoken, work.weixin.qq.com document 91039."""

import hmac

from bot.simulator.endpoints.call import Answer, Call, Endpoint
from bot.simulator.platform import Platform
from bot.simulator.tables import codes
from bot.simulator.tables.codes import Refused


def answer(platform: Platform, call: Call) -> Answer:
    corp_id, secret = call.params.get("corpid", ""), call.params.get("corpsecret", "")
    if not corp_id:
        raise Refused(codes.NO_CORP)
    if not secret:
        raise Refused(codes.NO_SECRET)
    if corp_id != platform.config.corp_id:
        raise Refused(codes.BAD_CORP)
    if not hmac.compare_digest(secret.encode(), platform.config.secret.encode()):
        raise Refused(codes.BAD_SECRET)
    token, seconds = platform.tokens.fetch(platform.at())
    return {"errcode": codes.OK, "errmsg": "ok", "access_token": token, "expires_in": seconds}


TOKEN = Endpoint("token", "GET", "/cgi-bin/gettoken", answer)
