"""The form of a row that lets drills go without an approval."""

from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from broadcasts.dispatch.texts.render import wording
from drills.drills.wording import FILE
from handlers.console.forms import Form


class WaiverForm(Form):
    form = SelectField("形式")
    road = SelectField("通道")
    most = IntegerField("最多几个人和群（空着：不限）", [Optional(), NumberRange(1, 9999, "1 到 9999。")])
    basis = StringField("依据（哪个文件、谁定的）", [DataRequired("请写依据。"), Length(max=128, message="太长了。")])


def offered(form: WaiverForm) -> WaiverForm:
    """Its choices; an empty one stands for any."""
    form.form.choices = [("", "任何形式"), *wording(FILE, "FORMS").items()]
    form.road.choices = [("", "任何通道"), *wording(FILE, "ROADS").items()]
    return form
