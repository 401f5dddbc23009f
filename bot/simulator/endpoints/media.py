"""media/upload and media/get of both platforms: one path, and the token says whose (documents 90253, 90254; the
account's "temporary media")."""

from bot.simulator.config import Side
from bot.simulator.contents.amr import seconds
from bot.simulator.contents.multipart import Part, first
from bot.simulator.endpoints.account import access as account
from bot.simulator.endpoints.call import Answer, Blob, Call, Endpoint
from bot.simulator.endpoints.wecom import access as wecom
from bot.simulator.platform import Platform
from bot.simulator.tables import codes, codes_account, limits
from bot.simulator.tables.codes import Refused
from bot.simulator.tables.codes_account import refused

STARTS = {"image": (b"\xff\xd8", b"\x89PNG"), "voice": (b"#!AMR", b"ID3", b"\xff\xfb"), "video": (), "file": ()}
MIMES = {"image": "image/jpeg", "voice": "audio/amr", "video": "video/mp4", "file": "application/octet-stream"}


def upload(platform: Platform, call: Call) -> Answer:
    side, at = _admit(platform, call, "media_upload")
    kind = call.params.get("type", "")
    if kind not in limits.MEDIA_BYTES:
        raise Refused(codes.BAD_TYPE) if side is Side.wecom else refused(codes_account.BAD_MEDIA_TYPE)
    part = first(call.content_type, call.body)
    _check(side, kind, part)
    kept = platform.media.keep(side, part.body, _mime(kind, part), part.filename or "media", at)
    made = int(at)
    done: Answer = {"type": kind, "media_id": kept.id}
    if side is Side.oa:
        return {**done, "created_at": made}
    return {"errcode": codes.OK, "errmsg": "ok", **done, "created_at": str(made)}


def get(platform: Platform, call: Call) -> Blob | Answer:
    """The bytes; of a video the account tells only where they lie."""
    side, at = _admit(platform, call, "media_get")
    kept = platform.media.find(side, call.params.get("media_id", ""), at)
    if kept is None:
        raise Refused(codes.BAD_MEDIA) if side is Side.wecom else refused(codes_account.BAD_MEDIA)
    if side is Side.oa and kept.mime.startswith("video/"):
        return {"video_url": f"{call.origin}/_sim/media/{kept.id}"}
    return Blob(kept.body, kept.mime, kept.name)


def _admit(platform: Platform, call: Call, name: str) -> tuple[Side, float]:
    if platform.account.tokens.knows(call.params.get("access_token", "")):
        return Side.oa, account.admit(platform, call, name)
    return Side.wecom, wecom.admit(platform, call, name)


def _check(side: Side, kind: str, part: Part) -> None:
    wecom_side = side is Side.wecom
    if not part.body:
        raise Refused(codes.NO_FILE) if wecom_side else refused(codes_account.NO_MEDIA)
    if not limits.MEDIA_BYTES_LEAST < len(part.body) <= limits.MEDIA_BYTES[kind]:
        raise Refused(codes.BAD_FILE_SIZE) if wecom_side else refused(codes_account.TOO_BIG)
    if wecom_side and kind == "voice":
        _check_voice(part)
    elif STARTS[kind] and not part.body.startswith(STARTS[kind]):
        raise Refused(codes.BAD_MEDIA_TYPE) if wecom_side else refused(codes_account.BAD_MEDIA_TYPE)


def _check_voice(part: Part) -> None:
    """WeCom takes AMR and no other."""
    lasts = seconds(part.body)
    if lasts is None:
        raise Refused(codes.BAD_MEDIA_TYPE)
    if lasts > limits.VOICE_SECONDS:
        raise Refused(codes.PLAYS_TOO_LONG)


def _mime(kind: str, part: Part) -> str:
    return "image/png" if kind == "image" and part.body.startswith(b"\x89PNG") else MIMES[kind]


MEDIA_UPLOAD = Endpoint("media_upload", "POST", "/cgi-bin/media/upload", upload)
MEDIA_GET = Endpoint("media_get", "GET", "/cgi-bin/media/get", get)
