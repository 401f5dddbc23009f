"""POST /cgi-bin/webhook/send, work.weixin.qq.com document 99110: one key is one group, and nothing else is asked."""

from collections.abc import Collection

from bot.simulator.contents import robot
from bot.simulator.endpoints.call import Answer, Call, Endpoint
from bot.simulator.platform import Platform
from bot.simulator.tables import codes
from bot.simulator.tables.codes import Refused
from bot.simulator.tables.limits import ROBOT_MINUTE
from bot.simulator.world.windows import full

NOBODY = "00000000-0000-0000-0000-000000000000"  # no robot's, in an open world either
DONE: Answer = {"errcode": codes.OK, "errmsg": "ok"}


def answer(platform: Platform, call: Call) -> Answer:
    key = call.params.get("key", "")
    group = None if key == NOBODY else platform.groups.addressed(key)
    if group is None:
        raise Refused(codes.ROBOT_GONE)
    shown = robot.read(call.document(), platform.lines)
    at = platform.at()
    if full(group.messages, ROBOT_MINUTE, platform.config.window, at):
        platform.counts.limits[ROBOT_MINUTE.name] += 1
        raise Refused(codes.TOO_OFTEN)
    platform.show(platform.groups, group, platform.accept(shown, at))
    return DONE


def targets(call: Call) -> Collection[str]:
    return (call.params.get("key", "").lower(),)


ROBOT = Endpoint("robot", "POST", "/cgi-bin/webhook/send", answer, targets)
