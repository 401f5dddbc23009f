"""What may be done with a message that is out: a card's buttons replaced, once within 72 hours; a message recalled
within 24, which takes it out of WeCom's own clients, not out of the WeChat plug-in (documents 94888 and 94867)."""

from collections.abc import Mapping, Sequence

import orjson

from bot.coordination.contract import Quota
from bot.wechat.frequency import base

UPDATE, RECALL = "card-update", "recall"
# Neither is a message to a member: the platform counts them as calls of an interface, all applications together.
Interfaces = Mapping[str, tuple[Quota, ...]]
INTERFACES: Interfaces = {UPDATE: base(UPDATE), RECALL: base(RECALL)}
PATHS = {UPDATE: "/cgi-bin/message/update_template_card", RECALL: "/cgi-bin/message/recall"}


def interfaces(minute: int, hour: int) -> Interfaces:
    """Where somebody has said that the platform allows another number."""
    return {form: base(form, minute, hour) for form in INTERFACES}


def update(response_code: str, replace_name: str) -> str:
    """The frozen text of a change: the buttons give way to a word. Whose cards it is about are the batch's members."""
    return orjson.dumps({"response_code": response_code, "button": {"replace_name": replace_name}}).decode()


def recall(message_id: str) -> str:
    """The frozen text of a recall: of all who got that message."""
    return orjson.dumps({"msgid": message_id}).decode()


def later_body(agent_id: int, members: Sequence[str], text: str, form: str) -> bytes:
    """The bytes of a frozen change or recall."""
    said = orjson.loads(text)
    return orjson.dumps({"userids": list(members), "agentid": agent_id, **said} if form == UPDATE else said)
