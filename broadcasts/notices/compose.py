"""From an approved content to the message that goes out and into the feed: CAP's fields, with nothing left out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.directory.tree import Tree
from broadcasts.alerts.models import Alert, Kind
from broadcasts.audience.choice import RESIDENTS
from broadcasts.dispatch.texts.own_words import APPROVER, FORM, ORDER
from broadcasts.hazards.grades import SEVERITIES
from broadcasts.intake.message import Form as Source
from broadcasts.intake.message import Info, Message, MessageArea, Reference
from broadcasts.notices.writing.content import Content, called

LANGUAGE = "zh-CN"
LEVEL = "预警级别"
CODES = "国家突发事件类型编码"
CATEGORIES = {"11A": "Met", "11B": "Met", "11C": "Geo", "11D": "Geo", "11E": "Met", "11G": "Fire", "12": "Safety",
              "13": "Health", "14": "Security"}  # fmt: skip
LEAVING = ("转移", "撤离", "离开")
SOON = timedelta(hours=1)
STAFF = frozenset({"带班领导", "值班员", "灾害信息员", "网格员", "值班群", "工作群"})


def compose(
    kind: Kind,
    content: Content,
    areas: Tree,
    *,
    msg_type: str,
    identifier: str,
    sent: datetime,
    approver: str,
    form: str = "",
    refers: Sequence[Alert] = (),
) -> Message:
    """`approver` is a name; `form` overrides what the notice calls itself."""
    local = kind is Kind.local
    public = local or RESIDENTS in content.roles or not set(content.roles) <= STAFF
    named = form or content.form.value
    info = _local(content, msg_type, sent) if local else _notice(content, named, msg_type, approver)
    return Message(
        form=Source.notice,
        identifier=identifier,
        sender=sender(areas),
        sent=sent,
        infos=(_placed(info, content, areas, sent),),
        msg_type=msg_type,
        scope="Public" if public else "Restricted",
        restriction="" if public else "工作人员",
        references=tuple(Reference(one.identifier, one.sender, one.sent) for one in refers),
    )


def sender(areas: Tree) -> str:
    """This installation's name among machines."""
    return f"{areas.roots[0].code if areas.roots else 'county'}@signaltree"


def _local(content: Content, msg_type: str, sent: datetime) -> Info:
    name = called(content.hazard)
    colour = content.grade.zh if content.grade else ""
    verb = "解除" if msg_type == "Cancel" else "发布"
    leaving = any(word in content.order for word in LEAVING)
    return Info(
        LANGUAGE,
        name,
        colour=content.grade,
        urgency="Immediate" if content.starts and content.starts <= sent + SOON else "Expected",
        severity=SEVERITIES[content.grade] if content.grade else "Unknown",
        certainty="Likely",
        response_types=("AllClear",) if msg_type == "Cancel" else ("Evacuate",) if leaving else ("Prepare",),
        headline=f"{content.body}{verb}{name}{colour}预警（本级预警）",
        parameters=((LEVEL, colour), (ORDER, content.order)),
    )


def _notice(content: Content, form: str, msg_type: str, approver: str) -> Info:
    return Info(
        LANGUAGE,
        content.title,
        response_types=("AllClear",) if msg_type == "Cancel" else (),
        headline=content.title,
        parameters=((FORM, form), (APPROVER, approver)),
    )


def _placed(info: Info, content: Content, areas: Tree, sent: datetime) -> Info:
    """With what both kinds have."""
    names = {node.code: node.name for node in areas.nodes.values()}
    known = content.hazard
    category = next((word for start, word in CATEGORIES.items() if known.startswith(start)), "Other")
    return replace(
        info,
        event_code=known or None,
        categories=(category,),
        audience="、".join(content.roles),
        effective=sent,
        onset=content.starts,
        expires=content.ends,
        sender_name=content.body,
        description=content.text,
        instruction="\n".join(content.steps),
        parameters=tuple((name, value) for name, value in info.parameters if value),
        event_codes=((CODES, known),) if known else (),
        areas=tuple(MessageArea(names.get(code, code), (code,)) for code in content.areas),
    )
