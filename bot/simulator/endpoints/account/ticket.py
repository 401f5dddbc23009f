"""GET /cgi-bin/ticket/getticket: by which a page may show WeChat's own elements."""

import hashlib

from bot.simulator.config import Side
from bot.simulator.endpoints.account.access import admit
from bot.simulator.endpoints.call import Answer, Call, Endpoint
from bot.simulator.platform import Platform
from bot.simulator.tables import codes_account as codes
from bot.simulator.tables.codes_account import refused
from bot.simulator.tables.limits_account import TICKET_SECONDS


def answer(platform: Platform, call: Call) -> Answer:
    at = admit(platform, call, "ticket")
    if call.params.get("type") != "jsapi":
        raise refused(codes.BAD_ARGUMENT)
    made = hashlib.sha256(f"{platform.config.seed}:{at // TICKET_SECONDS}".encode()).hexdigest()
    return {"errcode": codes.OK, "errmsg": "ok", "ticket": made, "expires_in": TICKET_SECONDS}


TICKET = Endpoint("ticket", "GET", "/cgi-bin/ticket/getticket", answer, side=Side.oa)
