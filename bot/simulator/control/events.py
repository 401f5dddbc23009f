"""POST /_sim/events: what a platform tells by itself of the application, and of no phone: that it is about to be
switched off (document 90240)."""

from aiohttp import web

from bot.simulator.config import Side
from bot.simulator.control.answers import Problem, json_response, read_object
from bot.simulator.platform import PLATFORM

BY = "sys"
EVENTS = (
    *("inactive_alert", "close_inactive_agent", "reopen_inactive_agent"),
    *("low_active_alert", "low_active", "active_restored"),
)


async def tell(request: web.Request) -> web.Response:
    """`{"event": "inactive_alert", "effect_time": 1784512800}`. Answers when the product has heard of it."""
    platform, given = request.app[PLATFORM], await read_object(request)
    name, moment = given.get("event"), given.get("effect_time")
    if name not in EVENTS:
        raise Problem(f"event: one of {', '.join(EVENTS)}")
    if moment is not None and (not isinstance(moment, int) or isinstance(moment, bool)):
        raise Problem("effect_time: seconds since 1970")
    fields = {
        "ToUserName": platform.config.corp_id,
        "FromUserName": BY,
        "CreateTime": int(platform.at()),
        "MsgType": "event",
        "Event": name,
        "AgentID": platform.config.agent_id,
        **({"EffectTime": moment} if moment is not None else {}),
    }
    delivered = await platform.post.deliver(Side.wecom, fields)
    return json_response({"callback": delivered.view() if delivered else None})
