"""POST /sms/messages: the county's own gateway for text messages, as docs/gateways.zh-CN.md asks it to be. Whoever is
written to has a telephone; one id is sent once."""

import re
from collections.abc import Collection

from bot.simulator.endpoints.call import Answer, Call, Endpoint
from bot.simulator.endpoints.gateway_access import admit
from bot.simulator.platform import Platform
from bot.simulator.tables import codes_sms as codes
from bot.simulator.tables.codes import Refused
from bot.simulator.world.messages import Shown

DONE: Answer = {"code": 0, "message": "ok"}
NUMBER = re.compile(r"\+?[0-9-]{5,20}")
LONGEST_ID = 64


def send(platform: Platform, call: Call) -> Answer:
    admit(platform.config.sms_key, call, codes.WORDS)
    if call.document().get("echo") is True:
        return DONE  # it knows us; nobody is written to
    said = {name: str(call.document().get(name, "")) for name in ("id", "phone", "text")}
    if not 0 < len(said["id"]) <= LONGEST_ID:
        raise _refused(codes.BAD_ID)
    if not NUMBER.fullmatch(said["phone"]):
        raise _refused(codes.BAD_NUMBER)
    if not said["text"].strip():
        raise _refused(codes.BAD_TEXT)
    if said["id"] not in platform.sms_ids:
        platform.sms_ids.add(said["id"])
        chat = platform.numbers.addressed(said["phone"])
        if chat is None:
            raise _refused(codes.BAD_NUMBER)
        shown = platform.accept(Shown("text", platform.lines.share(said["text"])), platform.at())
        platform.show(platform.numbers, chat, shown)
    return DONE


def _refused(code: int) -> Refused:
    return Refused(code, meanings=codes.WORDS)


def targets(call: Call) -> Collection[str]:
    return (str(call.document().get("phone", "")),)


SMS = Endpoint("sms", "POST", "/sms/messages", send, targets, code="code")
