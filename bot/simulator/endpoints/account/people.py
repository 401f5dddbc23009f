"""GET /cgi-bin/user/info, GET /sns/oauth2/access_token and POST /cgi-bin/clear_quota."""

import secrets

from bot.simulator.config import Side
from bot.simulator.endpoints.account.access import admit, prove, spend
from bot.simulator.endpoints.account.documents import document
from bot.simulator.endpoints.call import Answer, Call, Endpoint
from bot.simulator.platform import Platform
from bot.simulator.tables import codes_account as codes
from bot.simulator.tables.codes_account import refused
from bot.simulator.world.sign_ins import Used


def user_info(platform: Platform, call: Call) -> Answer:
    """Whether somebody follows, since when, and by which code; names are no longer told."""
    at = admit(platform, call, "user_info")
    found = platform.follower(call.params.get("openid", ""))
    if found is None:
        raise refused(codes.BAD_OPENID)
    spend(platform, "user_info", at)
    if not found.followed:
        return {"subscribe": 0, "openid": found.handle, "tagid_list": []}
    return {
        "subscribe": 1,
        "openid": found.handle,
        "language": "zh_CN",
        "subscribe_time": int(found.followed_at),
        "remark": "",
        "groupid": 0,
        "tagid_list": [],
        "subscribe_scene": "ADD_SCENE_QR_CODE" if found.scene else "ADD_SCENE_SEARCH",
        "qr_scene": 0,
        "qr_scene_str": found.scene,
    }


def oauth(platform: Platform, call: Call) -> Answer:
    """Whose code it is: good once, for five minutes."""
    at = platform.at()
    prove(platform, call.params.get("appid"), call.params.get("secret"))
    if call.params.get("grant_type") != "authorization_code":
        raise refused(codes.BAD_GRANT_TYPE)
    code = call.params.get("code", "")
    if not code:
        raise refused(codes.NO_CODE)
    spend(platform, "oauth", at)
    try:
        found = platform.sign_ins.use(Side.oa, code, at)
    except Used:
        raise refused(codes.CODE_USED) from None
    if found is None:
        raise refused(codes.BAD_CODE)
    done: Answer = {
        "access_token": secrets.token_urlsafe(64),
        "expires_in": 7200,
        "refresh_token": secrets.token_urlsafe(64),
        "openid": found.who.handle,
        "scope": "snsapi_base",
    }
    return {**done, "is_snapshotuser": 1} if found.snapshot else done


def clear_quota(platform: Platform, call: Call) -> Answer:
    at = admit(platform, call, "clear_quota")
    if document(call).get("appid") != platform.config.app_id:
        raise refused(codes.BAD_APP)
    if not platform.account.quotas.clear(at):
        raise refused(codes.CLEARS_SPENT)
    return {"errcode": codes.OK, "errmsg": "ok"}


USER_INFO = Endpoint("user_info", "GET", "/cgi-bin/user/info", user_info, side=Side.oa)
OAUTH = Endpoint("oauth", "GET", "/sns/oauth2/access_token", oauth, side=Side.oa)
CLEAR_QUOTA = Endpoint("clear_quota", "POST", "/cgi-bin/clear_quota", clear_quota, side=Side.oa)
