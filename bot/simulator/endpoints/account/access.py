"""Whether the account is let in: its token, its address, its standing, and what its day and minute have left."""

import hmac

from bot.simulator.endpoints.call import Call
from bot.simulator.platform import Platform
from bot.simulator.tables import codes_account as codes
from bot.simulator.tables.codes_account import refused
from bot.simulator.tables.limits_account import MINUTES, QUOTAS


def admit(platform: Platform, call: Call, name: str) -> float:
    """The time of the call. Raises Refused. The quota is taken by `spend`, once the call is known to be good."""
    at, account = platform.at(), platform.account
    account.tokens.check(call.params.get("access_token", ""), at)
    trusted(platform, call)
    if account.standing.restricted:
        raise refused(codes.RESTRICTED)
    if account.standing.banned:
        raise refused(codes.BANNED)
    if name in account.standing.unauthorised:
        raise refused(codes.NOT_AUTHORISED)
    return at


def trusted(platform: Platform, call: Call) -> None:
    allowed = platform.account.standing.trusted
    if allowed and call.remote not in allowed:
        raise refused(codes.ADDRESS_UNKNOWN, f"invalid ip {call.remote}, not in whitelist:")


def spend(platform: Platform, name: str, at: float) -> None:
    """Take one from the day (45009) and the minute (45011)."""
    for table, code in ((MINUTES, codes.TOO_OFTEN), (QUOTAS, codes.DAY_SPENT)):
        quota = table.get(name)
        if quota and not platform.account.quotas.spend(quota, at):
            platform.counts.limits[quota.key] += 1
            raise refused(code)


def prove(platform: Platform, appid: object, secret: object) -> None:
    """The account's own id and secret."""
    if not appid:
        raise refused(codes.NO_APP)
    if not secret:
        raise refused(codes.NO_SECRET)
    if appid != platform.config.app_id:
        raise refused(codes.BAD_APP)
    if not hmac.compare_digest(str(secret).encode(), platform.config.account_secret.encode()):
        raise refused(codes.BAD_CREDENTIAL)
