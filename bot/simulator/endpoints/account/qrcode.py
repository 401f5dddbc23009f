"""POST /cgi-bin/qrcode/create: a code whose scan tells who came by which poster."""

from bot.simulator.config import Side
from bot.simulator.endpoints.account.access import admit, spend
from bot.simulator.endpoints.account.documents import JsonObject, document, part, text
from bot.simulator.endpoints.call import Answer, Call, Endpoint
from bot.simulator.platform import Platform
from bot.simulator.tables import codes_account as codes
from bot.simulator.tables.codes_account import refused
from bot.simulator.tables.limits_account import PERMANENT_CODES, SCENE_CHARS, SCENE_SECONDS, SCENE_SECONDS_MAX

TEMPORARY = {"QR_SCENE": "scene_id", "QR_STR_SCENE": "scene_str"}
PERMANENT = {"QR_LIMIT_SCENE": "scene_id", "QR_LIMIT_STR_SCENE": "scene_str"}


def answer(platform: Platform, call: Call) -> Answer:
    at = admit(platform, call, "qrcode")
    asked = document(call)
    action = text(asked, "action_name", codes.BAD_ACTION_NAME)
    field = {**TEMPORARY, **PERMANENT}.get(action)
    if field is None:
        raise refused(codes.BAD_ACTION_NAME)
    scene = _scene(asked, field)
    seconds = _seconds(asked) if action in TEMPORARY else None
    scenes = platform.account.scenes
    if seconds is None and scenes.permanent() >= PERMANENT_CODES:
        raise refused(codes.DAY_SPENT)
    spend(platform, "qrcode", at)
    made = scenes.make(scene, None if seconds is None else at + seconds)
    platform.live.touch()
    done: Answer = {"ticket": made.ticket, "url": f"{call.origin}/q/{made.code}"}
    return done if seconds is None else {**done, "expire_seconds": seconds}


def _scene(asked: JsonObject, field: str) -> str:
    scene = part(part(asked, "action_info", codes.BAD_ACTION_INFO), "scene", codes.BAD_ACTION_INFO)
    value = scene.get(field)
    if field == "scene_id":
        if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
            raise refused(codes.BAD_ACTION_INFO)
        return str(value)
    if not isinstance(value, str) or len(value) not in SCENE_CHARS:
        raise refused(codes.BAD_ACTION_INFO)
    return value


def _seconds(asked: JsonObject) -> int:
    seconds = asked.get("expire_seconds", SCENE_SECONDS)
    if not isinstance(seconds, int) or isinstance(seconds, bool) or not 0 < seconds <= SCENE_SECONDS_MAX:
        raise refused(codes.BAD_ACTION_INFO, "expire_seconds:")
    return seconds


QRCODE = Endpoint("qrcode", "POST", "/cgi-bin/qrcode/create", answer, side=Side.oa)
