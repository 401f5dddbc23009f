"""POST /voice/calls: the county's own gateway for telephone calls, as docs/gateways.zh-CN.md asks it to be. Whoever is
called has a telephone that rings until somebody takes it (control and pages: calls); one id rings once."""

import re
from collections.abc import Collection

from bot.simulator.acts.telephones import ring_up
from bot.simulator.endpoints.call import Answer, Call, Endpoint
from bot.simulator.endpoints.gateway_access import admit
from bot.simulator.platform import Platform
from bot.simulator.tables import codes_voice as codes
from bot.simulator.tables.codes import Refused
from bot.simulator.world.telephones import Ring

DONE: Answer = {"code": 0, "message": "ok"}
NUMBER = re.compile(r"\+?[0-9-]{5,20}")
LONGEST_ID = 64


def call(platform: Platform, call: Call) -> Answer:
    admit(platform.config.voice_key, call, codes.WORDS)
    said, at = call.document(), platform.at()
    if said.get("echo") is True:
        return DONE  # it knows us; nobody is called
    id, phone, text = (str(said.get(name, "")) for name in ("id", "phone", "text"))
    seconds = said.get("seconds")
    if not 0 < len(id) <= LONGEST_ID or not isinstance(seconds, int) or not 0 < seconds <= codes.SECONDS:
        raise _refused(codes.BAD_ID)
    if not NUMBER.fullmatch(phone):
        raise _refused(codes.BAD_NUMBER)
    if not text.strip() or len(text.encode()) > codes.BYTES:
        raise _refused(codes.BAD_TEXT)
    if platform.telephones.known(id) is None:
        _room(platform, phone, at)
        language, clip = str(said.get("language", "")), str(said.get("clip", ""))
        ring_up(platform, Ring(id, phone, at, text, language, clip, seconds))
    return DONE


def _room(platform: Platform, phone: str, at: float) -> None:
    """Whether there is a line, and this number has not been called too often."""
    most, within = codes.CALLS
    if sum(ring.at > at - within for ring in platform.telephones.of(phone)) >= most:
        platform.counts.limits["voice_number"] += 1
        raise _refused(codes.TOO_OFTEN)
    if platform.telephones.open >= platform.config.voice_lines:
        platform.counts.limits["voice_lines"] += 1
        raise _refused(codes.NO_LINE)


def _refused(code: int) -> Refused:
    return Refused(code, meanings=codes.WORDS)


def targets(call: Call) -> Collection[str]:
    return (str(call.document().get("phone", "")),)


VOICE = Endpoint("voice", "POST", "/voice/calls", call, targets, code="code")
