"""GET /cgi-bin/auth/getuserinfo, document 91023: which member opened a page."""

from bot.simulator.config import Side
from bot.simulator.endpoints.call import Answer, Call, Endpoint
from bot.simulator.endpoints.wecom.access import admit
from bot.simulator.platform import Platform
from bot.simulator.tables import codes
from bot.simulator.tables.codes import Refused
from bot.simulator.world.sign_ins import Used


def answer(platform: Platform, call: Call) -> Answer:
    """A member's userid; an openid for whoever is not, or no longer, in the address book."""
    at = admit(platform, call, "user_of_code")
    code = call.params.get("code", "")
    if not code:
        raise Refused(codes.NO_CODE)
    try:
        found = platform.sign_ins.use(Side.wecom, code, at)
    except Used:
        found = None
    if found is None:
        raise Refused(codes.BAD_CODE)
    done: Answer = {"errcode": codes.OK, "errmsg": "ok"}
    if found.who.gone:
        return {**done, "openid": f"o-{found.who.handle}", "external_userid": f"wm-{found.who.handle}"}
    return {**done, "userid": found.who.handle}


USER_OF_CODE = Endpoint("user_of_code", "GET", "/cgi-bin/auth/getuserinfo", answer)
