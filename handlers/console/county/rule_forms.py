"""The forms of a county's rules: what may be left open is open, a basis never."""

import re

from wtforms import DateField, IntegerField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from broadcasts.dispatch.states import Mode
from broadcasts.hazards.catalogue import by_name, hazard
from broadcasts.hazards.grades import Grade
from handlers.console.forms import Form

CODE = re.compile(r"1[0-9][A-Z]?[0-9]{0,2}")  # 11B03 or its beginning
HOURS = re.compile(r"([01]\d|2[0-3])-([01]\d|2[0-4])")
GRADES = {"": "任何颜色", **{grade.value: grade.zh for grade in Grade}}
MODES = {Mode.wake: "叫醒", Mode.quiet: "静默送达", Mode.digest: "早间汇总"}
MESSAGES = {"alert": "预警", "all-clear": "解除"}
CHANNELS = {
    "": "所有开着的", "wecom_app,oa_template": "个人", "wecom_robot,appchat,relay": "群",
    "speaker,screen": "大喇叭和显示屏",
}  # fmt: skip
ROLE = Length(max=24, message="最多 24 个字。")


class Based(Form):
    grade = SelectField("颜色", choices=GRADES)
    basis = StringField(
        "依据（哪个文件、谁定的）", [DataRequired("请写依据。"), Length(max=128, message="最多 128 个字。")]
    )
    valid_from = DateField("从哪天起（空着是一直）", [Optional()])
    valid_to = DateField("到哪天止，含当天", [Optional()])

    def validate_valid_to(self, field: DateField) -> None:
        if field.data and self.valid_from.data and field.data < self.valid_from.data:
            raise ValidationError("止的那天在起的那天之前。")


class Dated(Based):
    hazard = StringField("灾种（名称或代码，空着是任何灾种）")

    def validate_hazard(self, field: StringField) -> None:
        if (field.data or "").strip() and not hazard_code(field.data):
            raise ValidationError("没有这个灾种。请写名称（暴雨）或国家代码（11B03，或它的开头 11B）。")


class AudienceForm(Dated):
    message = SelectField("说什么", choices=MESSAGES)
    role = StringField("给谁（角色或群类别，空着是所有人）", [ROLE])
    tag = StringField("只在有这个标签的地方", [Length(max=32, message="最多 32 个字。")])
    hours = StringField("只在这几点（例如 22-07）")
    channels = SelectField("走哪条路", choices=CHANNELS)
    mode = SelectField("多响", choices={mode.value: zh for mode, zh in MODES.items()})

    def validate_hours(self, field: StringField) -> None:
        text = (field.data or "").strip()
        if text and (not HOURS.fullmatch(text) or text[:2] == text[3:]):
            raise ValidationError("请写成 22-07 这样：两个不同的整点，各两位数字。")


class ReleaseForm(Dated):
    sender = StringField("发布单位（空着是任何单位）", [Length(max=128, message="最多 128 个字。")])
    hold = SelectField("怎么办", choices={"1": "扣下，等人放行", "0": "不扣，只改多旧算太旧"})
    stale_minutes = IntegerField(
        "多少分钟以前的算太旧（空着是 120）", [Optional(), NumberRange(1, 10080, "请填 1 到 10080。")]
    )


class AdviceForm(Form):
    hazard = StringField("灾种（名称或代码，空着是任何灾种）")
    grade = SelectField("颜色", choices=GRADES)
    role = StringField("给谁（角色，空着是所有人）", [ROLE])
    language = SelectField("用哪种语言写的", choices={"zh-CN": "汉语", "ko": "朝鲜语"}, default="zh-CN")
    lines = TextAreaField("现在要做：最多三行，动词开头", [DataRequired("请写要做的事。"), Length(max=300)])

    validate_hazard = Dated.validate_hazard

    def validate_lines(self, field: TextAreaField) -> None:
        lines = [line for line in (field.data or "").splitlines() if line.strip()]
        if not 1 <= len(lines) <= 3:
            raise ValidationError("要一到三行。")
        if any(len(line.strip()) > 40 for line in lines):
            raise ValidationError("每行最多 40 个字。")


def hazard_code(text: str | None) -> str:
    """The code that a name or a code means; empty where there is none."""
    word = (text or "").strip()
    if CODE.fullmatch(word.upper()):
        return word.upper()
    found = by_name(word) if word else None
    return found.code if found and word in {found.name, found.official, *found.aliases} else ""


def hazard_name(code: str) -> str:
    """暴雨 11B03; the beginning of codes stands for all of them."""
    if not code:
        return ""
    known = hazard(code if len(code) == 5 else f"{code}0000"[:5])
    return f"{known.name} {code}" if known.known else f"代码 {code} 开头的" if len(code) < 5 else code
