"""What the platforms tell of a phone: the fields of each message and event (documents 90239, 90240; the account's
"receiving standard messages" and "receiving event pushes")."""

from typing import Any

from bot.simulator.config import Side
from bot.simulator.platform import Platform
from bot.simulator.world.chats import Chat
from bot.simulator.world.media import Medium

Fields = dict[str, Any]
PLATFORM_ITSELF = Chat("o-platform-itself", "微信", "")


def message(platform: Platform, side: Side, who: Chat, kind: str, **own: Any) -> Fields:
    """A message: it has a MsgId."""
    own = {name: value for name, value in own.items() if value is not None}
    return _from(platform, side, who, kind, {**own, "MsgId": next(platform.account.numbers)})


def event(platform: Platform, side: Side, who: Chat, name: str, **own: Any) -> Fields:
    """An event: no MsgId."""
    return _from(platform, side, who, "event", {"Event": name, **own})


def picture(platform: Platform, side: Side, who: Chat, medium: Medium, origin: str) -> Fields:
    return message(platform, side, who, "image", PicUrl=f"{origin}/_sim/media/{medium.id}", MediaId=medium.id)


def job_finish(platform: Platform, who: Chat, msgid: int, status: str) -> Fields:
    """What became of a template message."""
    return event(platform, Side.oa, who, "TEMPLATESENDJOBFINISH", MsgID=msgid, Status=status)


def notice_sent(platform: Platform, who: Chat, template_id: str, msgid: int, code: int, status: str) -> Fields:
    """What became of a subscription notice."""
    row = {"TemplateId": template_id, "MsgID": msgid, "ErrorCode": code, "ErrorStatus": status}
    return event(platform, Side.oa, who, "subscribe_msg_sent_event", SubscribeMsgSentEvent={"List": row})


def mass_finished(platform: Platform, number: int, status: str, numbers: Fields) -> Fields:
    """What became of a mass send: nobody's own event, so that the platform itself says it."""
    own = {"Event": "MASSSENDJOBFINISH", "MsgID": number, "Status": status, **numbers}
    return _from(platform, Side.oa, PLATFORM_ITSELF, "event", own)


def _from(platform: Platform, side: Side, who: Chat, kind: str, own: Fields) -> Fields:
    wecom = side is Side.wecom
    fields: Fields = {
        "ToUserName": platform.config.corp_id if wecom else platform.config.account_id,
        "FromUserName": who.handle,
        "CreateTime": int(platform.at()),
        "MsgType": kind,
        **own,
    }
    return {**fields, "AgentID": platform.config.agent_id} if wecom else fields
