"""POST /cgi-bin/externalcontact/add_msg_template and what is asked of its tasks, documents 92135, 93338 and 97610.
Nothing is shown to any group before its owner has confirmed."""

from typing import Any

from bot.simulator.contents import fields
from bot.simulator.endpoints.call import Answer, Call, Endpoint
from bot.simulator.endpoints.wecom.access import admit
from bot.simulator.platform import Platform
from bot.simulator.tables import codes
from bot.simulator.tables import limits_customers as limits
from bot.simulator.tables.codes import Refused
from bot.simulator.world.customers import Task
from bot.simulator.world.messages import Button, Card, Shown

PATH = "/cgi-bin/externalcontact"
NAME = "customer_group"
DONE: Answer = {"errcode": codes.OK, "errmsg": "ok"}
KIND = "groupmsg"


def add(platform: Platform, call: Call) -> Answer:
    at, document = admit(platform, call, NAME), call.document()
    sender = fields.text(document, "sender", codes.BAD_USER).lower()
    chats = fields.strings(document, "chat_id_list")
    if document.get("chat_type") != "group" or len(chats) > limits.CHATS_PER_CALL:
        raise Refused(codes.BAD_PARAMETER, "chat_id_list:")
    text = fields.text(fields.part(document, "text"), "content", codes.EMPTY_CONTENT)
    fields.whole(text, limits.TEXT_BYTES, "content", codes.TOO_LONG)
    member = platform.phones.addressed(sender)
    if member is None:
        raise Refused(codes.BAD_USER)
    mine = [one for one in chats if platform.customers.owned(one, sender) and platform.customer_chats.addressed(one)]
    if not mine:
        raise Refused(codes.NO_CUSTOMERS)
    task = Task(f"msg{len(platform.customers.tasks) + 1:012d}", sender, tuple(mine), text, at)
    platform.customers.tasks[task.msgid] = task
    card = Card(KIND, (Button(task.msgid, f"发送到 {len(mine)} 个客户群"),), readers=frozenset({sender}))
    platform.show(
        platform.phones, member, platform.accept(Shown(KIND, platform.lines.share(text), "群发任务", card=card), at)
    )
    return {**DONE, "fail_list": [one for one in chats if one not in mine], "msgid": task.msgid}


def task_of(platform: Platform, call: Call) -> Answer:
    admit(platform, call, NAME)
    task = _task(platform, call)
    status = 2 if task.confirmed_at is not None else 0
    member = {"userid": task.sender, "status": status, "send_time": int(task.confirmed_at or 0)}
    return {**DONE, "next_cursor": "", "task_list": [member]}


def results(platform: Platform, call: Call) -> Answer:
    """For groups only what was sent comes back."""
    admit(platform, call, NAME)
    task, document = _task(platform, call), call.document()
    if fields.text(document, "userid", codes.BAD_USER).lower() != task.sender:
        raise Refused(codes.BAD_USER)
    sent = [
        {"chat_id": chat, "userid": task.sender, "status": status, "send_time": int(task.confirmed_at or 0)}
        for chat, status in task.results.items()
    ]
    return {**DONE, **page(document, sent, "send_list")}


def remind(platform: Platform, call: Call) -> Answer:
    at, task = admit(platform, call, NAME), _task(platform, call)
    if task.cancelled:
        raise Refused(codes.TASK_CANCELLED)
    task.reminders = [one for one in task.reminders if at - one < limits.REMINDER_SECONDS]
    if len(task.reminders) >= limits.REMINDERS:
        platform.counts.limits["groupmsg_reminders"] += 1
        raise Refused(codes.REMINDED_ENOUGH)
    task.reminders.append(at)
    member = platform.phones.addressed(task.sender)
    if member is not None:
        platform.hear(member, "system", "有一条群发任务等您确认").state = ""
    return DONE


def cancel(platform: Platform, call: Call) -> Answer:
    admit(platform, call, NAME)
    task = _task(platform, call)
    if task.cancelled:
        raise Refused(codes.TASK_CANCELLED)
    task.cancelled = True
    member = platform.phones.addressed(task.sender)
    for shown in member.messages if member else ():
        if shown.card is not None and shown.card.kind == KIND and shown.card.buttons[0].key == task.msgid:
            shown.card.replaced.setdefault(task.sender, "已取消")
    platform.live.touch()
    return DONE


def page(document: dict[str, Any], found: list[dict[str, Any]], name: str) -> Answer:
    """A page of `found`, as `limit` and `cursor` ask for it."""
    most, cursor = int(document.get("limit") or limits.LISTED[-1]), str(document.get("cursor") or "0")
    if most not in limits.LISTED or not cursor.isdecimal():
        raise Refused(codes.BAD_PARAMETER, "limit or cursor:")
    start = int(cursor)
    following = str(start + most) if len(found) > start + most else ""
    return {name: found[start : start + most], "next_cursor": following}


def _task(platform: Platform, call: Call) -> Task:
    found = platform.customers.tasks.get(fields.text(call.document(), "msgid", codes.BAD_PARAMETER))
    if found is None:
        raise Refused(codes.BAD_PARAMETER, "msgid:")
    return found


GROUP_MESSAGES = (
    Endpoint(NAME, "POST", f"{PATH}/add_msg_template", add),
    Endpoint("groupmsg_task", "POST", f"{PATH}/get_groupmsg_task", task_of),
    Endpoint("groupmsg_result", "POST", f"{PATH}/get_groupmsg_send_result", results),
    Endpoint("groupmsg_remind", "POST", f"{PATH}/remind_groupmsg_send", remind),
    Endpoint("groupmsg_cancel", "POST", f"{PATH}/cancel_groupmsg_send", cancel),
)
