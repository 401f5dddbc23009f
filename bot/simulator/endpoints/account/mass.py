"""POST /cgi-bin/message/mass/send, sendall, preview, get and delete: one text for many followers, four a month each."""

from typing import Any

from bot.simulator import masses
from bot.simulator.config import Side
from bot.simulator.endpoints.account.access import admit, spend
from bot.simulator.endpoints.account.documents import JsonObject, addressee, document, part, targets, text
from bot.simulator.endpoints.call import Answer, Call, Endpoint
from bot.simulator.platform import Platform
from bot.simulator.tables import codes_account as codes
from bot.simulator.tables.codes_account import refused
from bot.simulator.tables.limits_account import MASS_KEY_BYTES, MASS_OPENIDS, MASS_TEXT_BYTES
from bot.simulator.world.chats import Follower
from bot.simulator.world.masses import Fate, Job
from bot.simulator.world.messages import Shown

DELETABLE = frozenset({"mpnews", "mpvideo"})  # a text stays
WORDS = {"mpnews": "[图文]", "mpvideo": "[视频]", "image": "[图片]", "voice": "[语音]"}


def send(platform: Platform, call: Call) -> Answer:
    """To named openids."""
    at, asked = _begin(platform, call)
    named = asked.get("touser")
    if not isinstance(named, list) or not all(isinstance(one, str) for one in named):
        raise refused(codes.BAD_JSON, "touser:")
    if len(named) not in MASS_OPENIDS:
        raise refused(codes.BAD_OPENID_COUNT)
    return _send(platform, at, asked, named, to_all=False)


def send_all(platform: Platform, call: Call) -> Answer:
    """To a tag, or to all, which an administrator may have to confirm."""
    at, asked = _begin(platform, call)
    chosen = part(asked, "filter")
    if chosen.get("is_to_all") is True:
        named = [one.handle for one in platform.followers if isinstance(one, Follower) and one.followed]
        return _send(platform, at, asked, named, to_all=True)
    tag = platform.account.masses.tags.get(chosen.get("tag_id", 0))
    if tag is None:
        raise refused(codes.BAD_TAG)
    return _send(platform, at, asked, [*tag.openids], to_all=False)


def _begin(platform: Platform, call: Call) -> tuple[float, JsonObject]:
    at = admit(platform, call, "mass")
    masses.expire(platform, at)
    return at, document(call)


def _send(platform: Platform, at: float, asked: JsonObject, named: list[str], *, to_all: bool) -> Answer:
    account, shown, key = platform.account, _read(platform, asked), text(asked, "clientmsgid")
    if len(key.encode()) > MASS_KEY_BYTES:
        raise refused(codes.MASS_KEY_LONG)
    if key and (known := account.masses.repeated(key, at)):
        number, soon = known
        platform.counts.limits["mass_duplicate"] += 1
        raise refused(codes.MASS_TOO_SOON if soon else codes.MASS_KNOWN, extra={"msg_id": number})
    found = [one for openid in named if (one := platform.follower(openid))]
    if not found:
        raise refused(codes.BAD_OPENID)
    if not any(account.masses.room(one, at) for one in found):
        platform.counts.limits["mass_month"] += 1
        raise refused(codes.NO_MASS_LEFT)
    spend(platform, "mass", at)
    number = next(account.numbers)
    if key:
        account.masses.remember(key, number, at)
    masses.begin(platform, Job(number, at, shown, named), protected=to_all and account.standing.protected)
    return {"errcode": codes.OK, "errmsg": "send job submission success", "msg_id": number, "msg_data_id": number + 1}


def _read(platform: Platform, asked: JsonObject) -> Shown:
    kind = text(asked, "msgtype")
    if kind == "text":
        content = text(part(asked, "text"), "content")
        if not content.strip():
            raise refused(codes.EMPTY_CONTENT)
        if len(content.encode()) > MASS_TEXT_BYTES:
            raise refused(codes.TOO_LONG)
        return Shown("text", platform.lines.share(content))
    if kind not in WORDS:
        raise refused(codes.BAD_MSGTYPE)
    media = text(part(asked, kind), "media_id")
    if not media:
        raise refused(codes.BAD_MEDIA)
    return Shown(kind, platform.lines.share(WORDS[kind]), media=media)


def preview(platform: Platform, call: Call) -> Answer:
    """For one who looks before the others: nothing is counted but the call."""
    at = admit(platform, call, "mass_preview")
    asked = document(call)
    to = addressee(platform, text(asked, "touser"))
    if to.refuses:
        raise refused(codes.REFUSES)
    shown = _read(platform, asked)
    spend(platform, "mass_preview", at)
    platform.show(platform.followers, to, platform.accept(shown, at))
    return {"errcode": codes.OK, "errmsg": "preview success", "msg_id": next(platform.account.numbers)}


def get(platform: Platform, call: Call) -> Answer:
    """How far it is; an answer without an errcode."""
    at = admit(platform, call, "mass_get")
    masses.expire(platform, at)
    job = _job(platform, document(call))
    return {"msg_id": job.id, "msg_status": job.fate.value}


def delete(platform: Platform, call: Call) -> Answer:
    """Articles and videos can be taken back; a text that was sent stays where it is."""
    at = admit(platform, call, "mass_delete")
    job = _job(platform, document(call))
    if job.shown.type not in DELETABLE:
        raise refused(codes.BAD_MSGTYPE)
    spend(platform, "mass_delete", at)
    job.fate, job.shown.recalled = Fate.deleted, True
    platform.live.touch()
    return {"errcode": codes.OK, "errmsg": "ok"}


def _job(platform: Platform, asked: dict[str, Any]) -> Job:
    number = str(asked.get("msg_id", ""))
    job = platform.account.masses.jobs.get(int(number)) if number.isdecimal() else None
    if job is None:
        raise refused(codes.BAD_MESSAGE_ID)
    return job


MASS = Endpoint("mass", "POST", "/cgi-bin/message/mass/send", send, side=Side.oa)
MASS_ALL = Endpoint("mass_all", "POST", "/cgi-bin/message/mass/sendall", send_all, side=Side.oa)
MASS_PREVIEW = Endpoint("mass_preview", "POST", "/cgi-bin/message/mass/preview", preview, targets, Side.oa)
MASS_GET = Endpoint("mass_get", "POST", "/cgi-bin/message/mass/get", get, side=Side.oa)
MASS_DELETE = Endpoint("mass_delete", "POST", "/cgi-bin/message/mass/delete", delete, side=Side.oa)
MASSES = (MASS, MASS_ALL, MASS_PREVIEW, MASS_GET, MASS_DELETE)
