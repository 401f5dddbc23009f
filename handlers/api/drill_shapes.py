"""What the machine API's answers about drills look like, for their description."""

from datetime import datetime

from broadcasts.dispatch.states import Road
from broadcasts.hazards.grades import Grade
from drills.drills.models import Aim, Approval, Content, Form, Stage
from handlers.api.shapes import Shape


class DrillShape(Shape):
    """name 两头带着“【演练】”。approval 是方案批了没有。应答的数只由记录算出；用时是秒，没有人应答时为空。"""

    id: str
    number: str
    name: str
    state: Stage
    form: Form
    content: Content
    aim: Aim
    blind: bool
    event_code: str
    grade: Grade | None
    unit: str
    road: Road
    areas: list[str]
    approval: Approval
    approved_at: datetime | None
    starts_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    people: int
    groups: int
    told: int
    asked: int
    answered: int
    median_seconds: int | None
    slowest_seconds: int | None
    silent: int


class DrillPage(Shape):
    items: list[DrillShape]
    next: str | None
