"""The second screen of 粘贴: what was read as the fields' first values, and what the officer says of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import DateTimeLocalField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from broadcasts.alerts.models import Alert
from broadcasts.dispatch.texts.spoken import spoken
from broadcasts.hazards.grades import Grade
from broadcasts.intake.readers.paste import Proposal
from handlers.console.forms import Form
from handlers.console.paste.drafts import Draft
from handlers.console.paste.places import Ground, proposed_areas
from handlers.console.paste.threads import best

KINDS = {"Alert": "发布", "Update": "更新", "Cancel": "解除"}
COLOURS = {"?": "请选择", **{grade.value: grade.zh for grade in Grade}, "": "没有颜色"}
NOBODY = "-"  # refers to nothing that we know
READ = "read"  # the end that stands in the text
HOURS = (3, 6, 12, 24)
UNSAID = "原文没有写"
NEED = "没有读出来，请填写。"
FORMS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


class Moment(DateTimeLocalField):
    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError("时间写法不对。") from error


class Checked(Form):
    station = StringField("台站", [DataRequired(NEED), Length(max=64, message="最多 64 个字。")])
    hazard = StringField("灾种", [DataRequired(NEED), Length(max=32, message="最多 32 个字。")])
    colour = SelectField("颜色", choices=COLOURS)
    sent = Moment("发布时间", [InputRequired(NEED)], format=FORMS)
    lasts = SelectField("到什么时候", choices={})
    until = Moment("或写明到几时", [Optional()], format=FORMS)
    areas = StringField("地方", [DataRequired("请写地方，几个之间用顿号隔开。"), Length(max=2000)])
    msg_type = RadioField("种类", choices=KINDS)
    refers = RadioField("指向哪一条", choices={}, validate_choice=False)


@dataclass(frozen=True)
class Screen:
    """What the second screen shows beside its form, and the moment and zone in which it is read."""

    draft: Draft
    found: Proposal
    ground: Ground
    now: datetime
    zone: ZoneInfo
    alerts: Sequence[Alert] = field(default_factory=tuple)


def proposed(screen: Screen) -> Checked:
    """The form with its first values: what was read, else nothing."""
    found, zone = screen.found, screen.zone
    guess = best(screen.alerts, found.event_code.value if found.event_code else None)
    values: dict[str, Any] = {
        "station": found.station.value if found.station else "",
        "hazard": found.hazard.value if found.hazard else "",
        "colour": found.colour.value.value if found.colour else "?",
        "sent": found.sent.value.astimezone(zone).replace(tzinfo=None) if found.sent else None,
        "lasts": READ if found.expires else "",
        "areas": "、".join(proposed_areas(screen.ground, [area.value for area in found.areas])[0]),
        "msg_type": found.msg_type.value if found.msg_type else "Alert",
        "refers": guess.uid if guess else NOBODY,
    }
    return _offering(Checked(data=values), screen)


def filled(form: Any, screen: Screen) -> Checked:
    """The form as the officer sent it."""
    return _offering(Checked(form), screen)


def fits(checked: Checked, screen: Screen) -> bool:
    """Whether the officer's values hold together; what does not is said beside its field."""
    fine = bool(checked.validate())
    wrong: list[tuple[Any, list[str]]] = []
    if checked.colour.data == "?":
        wrong.append((checked.colour, [NEED]))
    if unknown := screen.ground.find(checked.areas.data or "")[1]:
        wrong.append((checked.areas, list(unknown)))
    if (sent := _aware(checked.sent.data, screen)) and sent > screen.now:
        wrong.append((checked.sent, ["发布时间还没有到，请核对。"]))
    if fine and (why := _over(checked, screen)):
        wrong.append((checked.until if checked.until.data else checked.lasts, [why]))
    known = {NOBODY, *(alert.uid for alert in screen.alerts)}
    if checked.msg_type.data != "Alert" and checked.refers.data not in known:
        wrong.append((checked.refers, ["请选它指向哪一条。"]))
    for one, words in wrong:
        one.errors = words
    return fine and not wrong


def settled(checked: Checked, screen: Screen) -> Draft:
    """The draft as the third screen shows it, of values that fit."""
    sent, end = _aware(checked.sent.data, screen), _end(checked, screen)
    refers = checked.refers.data if checked.msg_type.data != "Alert" else ""
    return replace(
        screen.draft,
        station=(checked.station.data or "").strip(),
        event=(checked.hazard.data or "").strip(),
        colour=checked.colour.data if checked.colour.data != "?" else "",
        sent=sent.isoformat() if sent else "",
        expires=end.isoformat() if end else "",
        msg_type=checked.msg_type.data or "",
        areas=tuple(screen.ground.find(checked.areas.data or "")[0]),
        refers="" if refers == NOBODY else (refers or ""),
    )


def _offering(checked: Checked, screen: Screen) -> Checked:
    now, zone, found = screen.now, screen.zone, screen.found.expires
    read = {READ: f"到{spoken(found.value, now, zone)}（原文）"} if found else {}
    checked.lasts.choices = {**read, "": UNSAID, **{str(hours): f"发布起 {hours} 小时" for hours in HOURS}}
    checked.refers.choices = {
        **{
            a.uid: f"{a.grade.zh if a.grade else ''}{a.event}　{a.sender_name} {spoken(a.sent, now, zone)}发布"
            for a in screen.alerts
        },
        NOBODY: "系统里没有它指向的那一条",
    }
    return checked


def _end(checked: Checked, screen: Screen) -> datetime | None:
    """What is written out goes before what is chosen; an all-clear has no end."""
    if checked.msg_type.data == "Cancel":
        return None
    sent, lasts = _aware(checked.sent.data, screen), checked.lasts.data
    if written := _aware(checked.until.data, screen):
        return written
    if lasts == READ:
        return screen.found.expires.value if screen.found.expires else None
    return sent + timedelta(hours=int(lasts)) if sent and lasts else None


def _over(checked: Checked, screen: Screen) -> str:
    """Why the end cannot be: a warning that is over would be kept and sent to nobody."""
    end, sent = _end(checked, screen), _aware(checked.sent.data, screen)
    if end and sent and end <= sent:
        return "不能早于发布时间，请核对。"
    if end and end <= screen.now:
        return "这个时间已经过去，发出去谁也不会收到。请核对；已经结束的不用再发。"
    return ""


def _aware(at: datetime | None, screen: Screen) -> datetime | None:
    return at.replace(tzinfo=screen.zone) if at else None
