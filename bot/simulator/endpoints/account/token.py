"""POST /cgi-bin/stable_token and GET /cgi-bin/token: two kinds of token that do not void each other."""

from bot.simulator.config import Side
from bot.simulator.endpoints.account.access import prove, spend, trusted
from bot.simulator.endpoints.account.documents import document
from bot.simulator.endpoints.call import Answer, Call, Endpoint
from bot.simulator.platform import Platform
from bot.simulator.tables import codes_account as codes
from bot.simulator.tables.codes_account import refused


def stable(platform: Platform, call: Call) -> Answer:
    asked, at = document(call), platform.at()
    _grant_type(asked.get("grant_type"))
    prove(platform, asked.get("appid"), asked.get("secret"))
    trusted(platform, call)
    spend(platform, "stable_token", at)
    tokens = platform.account.tokens
    token, seconds = tokens.force(at) if asked.get("force_refresh") is True else tokens.stable(at)
    return {"access_token": token, "expires_in": seconds}


def old(platform: Platform, call: Call) -> Answer:
    at = platform.at()
    _grant_type(call.params.get("grant_type"))
    prove(platform, call.params.get("appid"), call.params.get("secret"))
    trusted(platform, call)
    spend(platform, "account_token", at)
    token, seconds = platform.account.tokens.old(at)
    return {"access_token": token, "expires_in": seconds}


def _grant_type(given: object) -> None:
    if given != "client_credential":
        raise refused(codes.BAD_GRANT_TYPE)


STABLE_TOKEN = Endpoint("stable_token", "POST", "/cgi-bin/stable_token", stable, side=Side.oa)
OLD_TOKEN = Endpoint("account_token", "GET", "/cgi-bin/token", old, side=Side.oa)
