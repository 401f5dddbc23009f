"""POST /cgi-bin/message/send, work.weixin.qq.com document 90236: one message to up to a thousand members."""

import hashlib
import secrets
from collections.abc import Collection

from bot.simulator import codes, limits
from bot.simulator.codes import Refused
from bot.simulator.contents import app, cards
from bot.simulator.endpoints.call import Answer, Call, Endpoint
from bot.simulator.endpoints.recipients import Recipients, named, recipients
from bot.simulator.platform import Platform
from bot.simulator.world.messages import Shown
from bot.simulator.world.windows import full


def answer(platform: Platform, call: Call) -> Answer:
    at = platform.at()
    platform.tokens.check(call.params.get("access_token", ""), at)
    document = call.document()
    check_agent(platform, document.get("agentid"))
    digest = hashlib.sha256(call.body).digest()
    if document.get("enable_duplicate_check") == 1 and (known := platform.answered.find(digest, at)):
        platform.counts.limits["duplicate"] += 1
        return known
    told = recipients(platform, document)
    shown = app.read(document, platform.lines)
    shown.at = at
    take_task_id(platform, document)
    spend(platform, told, at)
    deliver(platform, told, shown)
    done = _answer(told, shown)
    platform.answered.add(digest, done, document.get("duplicate_check_interval"), at)
    return done


def check_agent(platform: Platform, agent: object) -> None:
    if agent is None:
        raise Refused(codes.NO_AGENT)
    if isinstance(agent, str) and agent.isdecimal():
        agent = int(agent)
    if not isinstance(agent, int) or isinstance(agent, bool) or agent <= 0:
        raise Refused(codes.BAD_AGENT)
    if agent != platform.config.agent_id:
        raise Refused(codes.WRONG_AGENT)


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
    """Show it to each member whose rates allow it; the others lose it in silence."""
    window = platform.config.window
    if shown.cut:
        platform.counts.limits["cut"] += 1
    for member in told.members:
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


def _answer(told: Recipients, shown: Shown) -> Answer:
    done: Answer = {"errcode": codes.OK, "errmsg": "ok", **told.rejected, "msgid": secrets.token_urlsafe(48)}
    if shown.type in cards.CALLS_BACK:
        done["response_code"] = secrets.token_urlsafe(32)
    return done


APP = Endpoint("app", "POST", "/cgi-bin/message/send", answer, targets)
