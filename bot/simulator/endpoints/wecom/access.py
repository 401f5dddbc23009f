"""Whether WeCom lets the application in: its token, its address, its rights."""

from bot.simulator.endpoints.call import Call
from bot.simulator.platform import Platform
from bot.simulator.tables import codes
from bot.simulator.tables.codes import Refused


def admit(platform: Platform, call: Call, name: str) -> float:
    """The time of the call. Raises Refused."""
    at, standing = platform.at(), platform.standing
    platform.tokens.check(call.params.get("access_token", ""), at)
    if standing.trusted and call.remote not in standing.trusted:
        raise Refused(codes.ADDRESS_NOT_TRUSTED)
    if standing.disabled:
        raise Refused(codes.DISABLED)
    if standing.withdrawn:
        raise Refused(codes.RIGHT_WITHDRAWN)
    if name in standing.unauthorised:
        raise Refused(codes.NOT_AUTHORISED)
    return at


def count_call(platform: Platform, name: str, at: float) -> None:
    """One call of a base interface. Raises Refused beyond what the enterprise may."""
    broken = platform.frequencies[name].broken(platform.config.window, at)
    if broken is not None:
        platform.counts.limits[broken.name] += 1
        raise Refused(codes.TOO_OFTEN)


def check_agent(platform: Platform, agent: object) -> None:
    if agent is None:
        raise Refused(codes.NO_AGENT)
    if isinstance(agent, str) and agent.isdecimal():
        agent = int(agent)
    if not isinstance(agent, int) or isinstance(agent, bool) or agent <= 0:
        raise Refused(codes.BAD_AGENT)
    if agent != platform.config.agent_id:
        raise Refused(codes.WRONG_AGENT)
