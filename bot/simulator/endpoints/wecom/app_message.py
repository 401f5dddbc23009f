"""POST /cgi-bin/message/send, work.weixin.qq.com document 90236: one message to up to a thousand members."""

import hashlib
from collections.abc import Collection

from bot.simulator.config import Side
from bot.simulator.contents import app
from bot.simulator.endpoints.call import Answer, Call, Endpoint
from bot.simulator.endpoints.wecom.access import admit, check_agent
from bot.simulator.endpoints.wecom.recipients import Recipients, named, recipients
from bot.simulator.platform import Platform
from bot.simulator.tables import codes, limits
from bot.simulator.tables.codes import Refused
from bot.simulator.world.messages import Shown
from bot.simulator.world.sent import Sent
from bot.simulator.world.windows import full

# Document 90236: 微工作台 and the WeChat plug-in show none of these, and the sender is not told.
HIDDEN_IN_PLUGIN = frozenset({"markdown", *limits.APP_CARDS})


def answer(platform: Platform, call: Call) -> Answer:
    at = admit(platform, call, "app")
    document = call.document()
    check_agent(platform, document.get("agentid"))
    digest = hashlib.sha256(call.body).digest()
    if document.get("enable_duplicate_check") == 1 and (known := platform.answered.find(digest, at)):
        platform.counts.limits["duplicate"] += 1
        return known
    told = recipients(platform, document)
    shown = app.read(document, platform.lines)
    check_parts(platform, shown, at)
    take_task_id(platform, document)
    spend(platform, told, at)
    deliver(platform, told, platform.accept(shown, at))
    done = _answer(platform, told, shown)
    platform.answered.add(digest, done, document.get("duplicate_check_interval"), at)
    return done


def check_parts(platform: Platform, shown: Shown, at: float) -> None:
    """A card that calls back needs somewhere to call; a medium must have been uploaded, and not have run out."""
    if shown.card and platform.post.addresses[Side.wecom] is None:
        raise Refused(codes.NEEDS_CALLBACK)
    kept = platform.media.find(Side.wecom, shown.media, at) if shown.media else None
    if shown.media and (kept is None or (shown.type == "voice") != kept.mime.startswith("audio/")):
        raise Refused(codes.BAD_MEDIA)


def take_task_id(platform: Platform, document: Answer) -> None:
    """A card's task_id is used once in an app's life."""
    card = document.get("template_card")
    task_id = card.get("task_id") if document.get("msgtype") == "template_card" and isinstance(card, dict) else None
    if not task_id:
        return
    if task_id in platform.task_ids:
        raise Refused(codes.BAD_TASK_ID, "task_id used.")
    platform.task_ids.add(task_id)


def spend(platform: Platform, told: Recipients, at: float) -> None:
    most = platform.config.account_cap * limits.PERSON_TIMES_PER_ACCOUNT
    if not platform.spend_day(len(told.members), most, at):
        platform.counts.limits["app_day"] += 1
        raise Refused(codes.TOO_OFTEN)


def deliver(platform: Platform, told: Recipients, shown: Shown) -> None:
    """Show it to each member whose rates allow it; the others lose it in silence, and so does whoever reads in the
    WeChat plug-in, which shows neither markdown nor cards."""
    window = platform.config.window
    if shown.cut:
        platform.counts.limits["cut"] += 1
    hidden = shown.type in HIDDEN_IN_PLUGIN
    for member in told.members:
        if hidden and member.plugin:
            platform.counts.limits["plugin"] += 1
            continue
        broken = next((rate for rate in limits.MEMBER_RATES if full(member.messages, rate, window, shown.at)), None)
        if broken:
            platform.counts.limits[broken.name] += 1
        else:
            platform.show(platform.phones, member, shown)


def targets(call: Call) -> Collection[str]:
    try:
        return {user.lower() for user in named(call.document(), "touser")}
    except Refused:
        return ()


def _answer(platform: Platform, told: Recipients, shown: Shown) -> Answer:
    sent = Sent(shown, frozenset(member.handle.lower() for member in told.members), shown.at)
    done: Answer = {"errcode": codes.OK, "errmsg": "ok", **told.rejected, "msgid": platform.sent.add(sent)}
    if shown.card:
        shown.card.readers = sent.readers
        done["response_code"] = platform.response_codes.add(sent)
    return done


APP = Endpoint("app", "POST", "/cgi-bin/message/send", answer, targets)
