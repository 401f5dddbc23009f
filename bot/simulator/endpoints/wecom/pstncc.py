"""POST /cgi-bin/pstncc/call and /getstates, work.weixin.qq.com documents 91627 and 91628: WeCom's emergency call. It
rings a member's telephone; no text is read, no key is taken."""

from collections.abc import Collection

from bot.simulator.acts.telephones import ring_up
from bot.simulator.endpoints.call import Answer, Call, Endpoint
from bot.simulator.endpoints.wecom.access import admit
from bot.simulator.platform import Platform
from bot.simulator.tables import codes
from bot.simulator.tables.codes import Refused
from bot.simulator.tables.limits import CALL_LIMITED, CALL_RATES, USERS_PER_CALL
from bot.simulator.world.telephones import OVER, Ring

DONE: Answer = {"errcode": codes.OK, "errmsg": "ok"}
UNANSWERED = 1  # a reason that is not the limit's; the page does not say which numbers there are


def call(platform: Platform, call: Call) -> Answer:
    at = _admit(platform, call)
    given = call.document().get("callee_userid")
    members = [str(one) for one in given] if isinstance(given, list) else []
    if not 0 < len(members) <= USERS_PER_CALL:
        raise Refused(codes.BAD_USER_LIST)
    return {**DONE, "states": [_one(platform, member, at) for member in members]}


def _admit(platform: Platform, call: Call) -> float:
    """Only for an application that an administrator has listed in the tool 紧急通知."""
    at = admit(platform, call, "")
    if "pstncc" in platform.standing.unauthorised:
        raise Refused(codes.NOT_FOR_CALLS)
    return at


def _one(platform: Platform, member: str, at: float) -> Answer:
    if platform.phones.addressed(member.lower()) is None:
        return {"code": codes.BAD_CALLEE, "callid": "", "userid": member}
    rings = platform.telephones.of(member.lower())
    ring = Ring(f"call-{len(platform.telephones) + 1}", member.lower(), at)
    if any(sum(r.at > at - rate.seconds for r in rings) >= rate.number for rate in CALL_RATES):
        platform.counts.limits["pstncc"] += 1
        ring.state, ring.reason = "failed", CALL_LIMITED
    ring_up(platform, ring)
    return {"code": codes.OK, "callid": ring.id, "userid": member}


def states(platform: Platform, call: Call) -> Answer:
    _admit(platform, call)
    said = call.document()
    ring = platform.telephones.known(str(said.get("callid", "")))
    if ring is None or ring.phone != str(said.get("callee_userid", "")).lower():
        raise Refused(codes.BAD_CALL)
    talked = ring.state == "answered"
    reason = ring.reason or (UNANSWERED if ring.state in OVER else 0)
    return {**DONE, "istalked": int(talked), "calltime": int(ring.at), "talktime": ring.heard, "reason": reason}


def targets(call: Call) -> Collection[str]:
    given = call.document().get("callee_userid")
    return [str(one).lower() for one in given] if isinstance(given, list) else (str(given or "").lower(),)


CALL = Endpoint("pstncc", "POST", "/cgi-bin/pstncc/call", call, targets)
CALL_STATES = Endpoint("pstncc_states", "POST", "/cgi-bin/pstncc/getstates", states, targets)
