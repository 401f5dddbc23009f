"""GET /cgi-bin/agent/get (document 90227): how the application stands, its trusted domain; and GET
/cgi-bin/getcallbackip (document 90930): from where WeCom calls."""

from bot.simulator.endpoints.call import Answer, Call, Endpoint
from bot.simulator.endpoints.wecom.access import admit, check_agent
from bot.simulator.platform import Platform
from bot.simulator.tables import codes
from bot.simulator.tables.codes import Refused

NAME = "消息树（模拟）"
CALLED_FROM = ["127.0.0.1"]


def agent(platform: Platform, call: Call) -> Answer:
    """A switched-off application still tells that it is: `close` 1."""
    try:
        admit(platform, call, "agent")
    except Refused as refusal:
        if refusal.code != codes.DISABLED:
            raise
    check_agent(platform, call.params.get("agentid"))
    return {
        "errcode": codes.OK,
        "errmsg": "ok",
        "agentid": platform.config.agent_id,
        "name": NAME,
        "allow_partys": {"partyid": [1]},
        "close": int(platform.standing.disabled),
        "redirect_domain": min(platform.trusted_domains, default=""),
    }


def addresses(platform: Platform, call: Call) -> Answer:
    admit(platform, call, "callback_addresses")
    return {"errcode": codes.OK, "errmsg": "ok", "ip_list": CALLED_FROM}


AGENT = Endpoint("agent", "GET", "/cgi-bin/agent/get", agent)
ADDRESSES = Endpoint("callback_addresses", "GET", "/cgi-bin/getcallbackip", addresses)
