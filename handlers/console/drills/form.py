"""The form by which a drill is written down, and the lines of its script."""

from collections.abc import Iterator, Sequence
from typing import Any

from wtforms import (
    BooleanField,
    DateTimeLocalField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from bot.access.guards import Form as Posted
from bot.config import Settings
from broadcasts.dispatch.states import Road
from broadcasts.dispatch.texts.render import wording
from broadcasts.hazards.catalogue import by_name, hazard
from broadcasts.hazards.grades import Grade
from drills.drills.models import Aim, Content, Drill, Inject
from drills.drills.models import Form as Manner
from drills.drills.plan import LONGEST, Line, Outline
from drills.drills.wording import FILE
from handlers.console.forms import Form
from handlers.console.scope import Scope

GRADES = {"": "没有颜色", **{grade.value: grade.zh for grade in Grade if grade is not Grade.white}}
BLANK = 3  # empty lines below those that are written
MOST = 40


class DrillForm(Form):
    name = StringField("叫什么", [DataRequired("请写名字。"), Length(max=64, message="最多 64 个字。")])
    hazard = StringField("练哪个灾种", [DataRequired("请写灾种。"), Length(max=32, message="最多 32 个字。")])
    grade = SelectField("练哪个颜色", choices=GRADES)
    form = SelectField("形式")
    content = SelectField("内容")
    aim = SelectField("目的")
    unit = StringField("组织单位", [DataRequired("请写组织单位。"), Length(max=64, message="最多 64 个字。")])
    unit_area = SelectField("单位所在", coerce=int, validate_choice=False)
    areas = SelectMultipleField("在哪里演练（可以选几处）", coerce=int, validate_choice=False)
    starts_at = DateTimeLocalField("什么时候开始", [InputRequired("请填时间。")], format="%Y-%m-%dT%H:%M")
    minutes = IntegerField("演练多少分钟", [InputRequired("请填分钟。"), NumberRange(5, LONGEST, "5 分钟到 24 小时。")])
    leader = StringField("谁主持", [DataRequired("请写主持人。"), Length(max=64, message="最多 64 个字。")])
    road = SelectField("走哪条通道", [DataRequired("请选通道，定了不能改。")])
    blind = BooleanField("双盲：事先不告诉参演的人")
    again = BooleanField("没应答的人再叫（和真的一样）")
    scenario = TextAreaField("情景", [DataRequired("请写情景。"), Length(max=4000, message="最多 4000 个字。")])

    def validate_hazard(self, field: StringField) -> None:
        if code(str(field.data)) is None:
            raise ValidationError("没有这个灾种。请写名称（暴雨）或国家代码（11B03）。")


def code(text: str) -> str | None:
    """The national code of what was written."""
    known = hazard(text.strip().upper())
    if known.known:
        return known.code
    named = by_name(text)
    return named.code if named else None


def offered(form: DrillForm, mine: Scope, settings: Settings) -> DrillForm:
    """Its choices: places of the caller's part, and the training road where there is one."""
    form.form.choices = list(wording(FILE, "FORMS").items())
    form.content.choices = list(wording(FILE, "CONTENTS").items())
    form.aim.choices = list(wording(FILE, "AIMS").items())
    roads = wording(FILE, "ROADS")
    open_ = [(key, zh) for key, zh in roads.items() if key == Road.live or settings.training_api_base]
    form.road.choices = [("", "请选"), *open_]  # nobody falls upon the real road because it stood there first
    nodes = sorted((n for n in mine.areas.nodes.values() if mine.holds(n.id)), key=lambda n: n.code)
    form.unit_area.choices = [(n.id, n.name) for n in nodes]
    form.areas.choices = [(n.id, f"{n.name}（{n.level}）") for n in nodes]
    return form


def written(form: DrillForm, settings: Settings, road: Road | None = None) -> Outline:
    """`road` of a draft that is there already: it stays."""
    starts = form.starts_at.data
    assert starts is not None  # noqa: S101 - InputRequired
    return Outline(
        name=str(form.name.data).strip(),
        hazard=code(str(form.hazard.data)) or "",
        unit=str(form.unit.data).strip(),
        unit_area=int(form.unit_area.data or 0),
        areas=list(form.areas.data or []),
        starts_at=starts.replace(tzinfo=settings.zone),
        leader=str(form.leader.data).strip(),
        scenario=str(form.scenario.data).strip(),
        grade=Grade(form.grade.data) if form.grade.data else None,
        form=Manner(form.form.data),
        content=Content(form.content.data),
        aim=Aim(form.aim.data),
        blind=bool(form.blind.data),
        road=road or Road(form.road.data),
        minutes=int(form.minutes.data or 0),
        again=bool(form.again.data),
    )


def filled(drill: Drill, areas: Sequence[int], settings: Settings) -> dict[str, Any]:
    """A draft as the form's data."""
    names = ("name", "unit", "minutes", "leader", "blind", "again", "scenario")
    return {name: getattr(drill, name) for name in names} | {
        "hazard": hazard(drill.hazard).name,
        "grade": drill.grade.value if drill.grade else "",
        "form": drill.form.value,
        "content": drill.content.value,
        "aim": drill.aim.value,
        "road": drill.road.value,
        "unit_area": drill.unit_area_id,
        "areas": list(areas),
        "starts_at": drill.starts_at.astimezone(settings.zone).replace(tzinfo=None),
    }


def lines(form: Posted) -> list[Line]:
    """The script's lines in which something is written. Raises ValueError for a minute that is no number."""
    found = []
    for number in range(MOST):
        text = str(form.get(f"text-{number}", "")).strip()
        if text:
            minute = str(form.get(f"minute-{number}", "")).strip()
            if not (minute.isascii() and minute.isdecimal() and len(minute) < 5):
                raise ValueError(f"第 {number + 1} 条：分钟请写整数，例如 0、15。")
            whom, expected = (str(form.get(f"{name}-{number}", "")).strip() for name in ("whom", "expected"))
            found.append(Line(int(minute), text, whom, expected, f"asks-{number}" in form))
    return found


def rows(script: Sequence[Inject]) -> Iterator[Line]:
    """What the form shows: the lines, and a few empty ones."""
    for one in script:
        yield Line(one.minute, one.text, one.whom, one.expected, one.asks)
    for _ in range(min(BLANK, MOST - len(script))):
        yield Line(0, "", "", "", asks=True)
