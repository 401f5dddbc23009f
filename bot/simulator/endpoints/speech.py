"""POST /speech/recognise: the county's own gateway that recognises recordings, as docs/gateways.zh-CN.md asks it to be.
It hears what the phone's owner was told to say into the recording (the act `voice`); of another it hears nothing."""

import base64
import binascii
import hashlib

from bot.simulator.endpoints.call import Answer, Call, Endpoint
from bot.simulator.endpoints.gateway_access import admit
from bot.simulator.platform import Platform
from bot.simulator.tables import codes_speech as codes
from bot.simulator.tables.codes import Refused


def recognise(platform: Platform, call: Call) -> Answer:
    admit(platform.config.speech_key, call, codes.WORDS)
    said = call.document()
    if said.get("format") not in codes.FORMATS:
        raise Refused(codes.BAD_FORMAT, meanings=codes.WORDS)
    try:
        audio = base64.b64decode(str(said.get("audio", "")), validate=True)
    except binascii.Error as error:
        raise Refused(codes.UNREADABLE, meanings=codes.WORDS) from error
    if not 0 < len(audio) <= codes.BYTES or not said.get("language"):
        raise Refused(codes.UNREADABLE, meanings=codes.WORDS)
    text, confidence = platform.spoken.get(hashlib.sha256(audio).hexdigest(), ("", 0.0))
    return {"code": 0, "text": text, "confidence": confidence}


SPEECH = Endpoint("speech", "POST", "/speech/recognise", recognise, code="code")
