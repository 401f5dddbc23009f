"""The form of a notice: as the officer fills it in, and back into values; what is wrong stands beside its field."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import BooleanField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Optional

from bot.directory.tree import Tree
from broadcasts.alerts.models import Kind
from broadcasts.hazards.catalogue import hazard
from broadcasts.hazards.grades import Grade
from broadcasts.intake.message import Fault
from broadcasts.notices.writing.content import Content
from broadcasts.notices.writing.content import Form as Called
from handlers.console.county.rule_forms import hazard_code
from handlers.console.forms import Form
from handlers.console.paste.form import FORMS, Moment
from handlers.console.paste.places import ground as places
from handlers.console.scope import Scope

GRADES = {"": "请选", **{g.value: g.zh for g in (Grade.red, Grade.orange, Grade.yellow, Grade.blue)}}
ITEMS = {"类别": "hazard", "预警级别": "grade", "起始时间": "starts", "可能影响的范围": "areas", "警示事项": "text",
         "应当采取的措施": "measures", "发布单位": "body"}  # fmt: skip
ORDERS = ("现在转移", "准备转移", "不要出门", "远离河道", "请注意")
HAZARD = "没有“{}”这个灾种。请写名称（山洪）或国家代码（11A51）。"
PURE = {"text": "警示事项：出了什么、要防什么", "measures": "应当采取的措施：一行一条，动词开头"}


class NoticeForm(Form):
    form = SelectField("种类", choices={one.value: one.value for one in Called}, validate_choice=False)
    body = SelectField("发布单位（在权限表里的）", choices={}, validate_choice=False)
    hazard = StringField("灾种")
    grade = SelectField("预警级别", choices=GRADES, validate_choice=False)
    title = StringField("标题：一句话说清是什么事")
    order = StringField("头几个字：先说做什么")
    text = TextAreaField("正文")
    measures = TextAreaField("要做的事：一行一条，可以不写")
    starts = Moment("从什么时候开始", [Optional()], format=FORMS)
    ends = Moment("到什么时候（不写，每几小时会来问一次）", [Optional()], format=FORMS)
    areas = StringField("地方，几个之间用顿号隔开")
    roles = SelectMultipleField("给谁", choices={}, validate_choice=False)
    loud = BooleanField("叫醒，并要他们应答")


def offering(form: NoticeForm, kind: Kind, bodies: Iterable[str], hearers: Sequence[str]) -> NoticeForm:
    """With what may be chosen, and in the words of its kind."""
    named = list(bodies)
    if form.body.data and form.body.data not in named:
        named.append(form.body.data)
    form.body.choices = {"": "请选", **{name: name for name in named}}
    form.roles.choices = {name: name for name in hearers}
    if kind is Kind.local:
        form.text.label.text, form.measures.label.text = PURE["text"], PURE["measures"]
        form.roles.label.text = "除了规则里的人，还给谁"
    return form


def filled(content: Content, areas: Tree, zone: ZoneInfo) -> NoticeForm:
    names = {node.code: node.name for node in areas.nodes.values()}
    values: dict[str, Any] = {
        "form": content.form.value,
        "body": content.body,
        "hazard": hazard(content.hazard).name if content.hazard else "",
        "grade": content.grade.value if content.grade else "",
        "title": content.title,
        "order": content.order,
        "text": content.text,
        "measures": content.measures,
        "starts": _local(content.starts, zone),
        "ends": _local(content.ends, zone),
        "areas": "、".join(_named(code, names) for code in content.areas),
        "roles": list(content.roles),
        "loud": content.loud,
    }
    return NoticeForm(data=values)


def read(form: NoticeForm, kind: Kind, mine: Scope, zone: ZoneInfo) -> tuple[Content, list[Fault]]:
    """The values, and what could not even be read."""
    form.validate()
    faults = [Fault(one.name, None, str(one.errors[0])) for one in form if one.errors]
    codes, wrong = places(mine).find(_text(form.areas))
    faults += [Fault("areas", None, words) for words in wrong]
    code = hazard_code(form.hazard.data)
    if _text(form.hazard) and not code:
        faults.append(Fault("hazard", None, HAZARD.format(_text(form.hazard)[:16])))
    local = kind is Kind.local
    grade = form.grade.data if form.grade.data in GRADES else ""
    called = form.form.data if form.form.data in set(Called) else Called.notice
    made = Content(
        Called.notice if local else Called(called),
        _text(form.body),
        code,
        Grade(grade) if local and grade else None,
        "" if local else _text(form.title),
        _text(form.order) if local else "",
        _text(form.text),
        _text(form.measures),
        _aware(form.starts.data, zone),
        _aware(form.ends.data, zone),
        tuple(codes),
        tuple(filter(None, form.roles.data or ())),
        bool(form.loud.data),
    )
    return made, faults


def beside(form: NoticeForm, faults: Iterable[Fault]) -> None:
    """Put each fault at its field."""
    for fault in faults:
        name = ITEMS.get(fault.path, fault.path)
        if name in form:
            words = f"{fault.path}：{fault.message}" if fault.path in ITEMS else fault.message
            form[name].errors = [*form[name].errors, words]


def _named(code: str, names: dict[str, str]) -> str:
    """A name that two places share is written as its code."""
    name = names.get(code, code)
    return name if sum(1 for one in names.values() if one == name) == 1 else code


def _text(field: Any) -> str:
    return str(field.data or "").replace("\r\n", "\n").replace("\r", "\n").strip()


def _aware(at: datetime | None, zone: ZoneInfo) -> datetime | None:
    return at.replace(tzinfo=zone) if at else None


def _local(at: datetime | None, zone: ZoneInfo) -> datetime | None:
    return at.astimezone(zone).replace(tzinfo=None) if at else None
