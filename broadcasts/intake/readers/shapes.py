"""The shapes of our own JSON, field by field, and what is said of a field that does not fit."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from broadcasts.hazards.grades import Grade
from broadcasts.intake.message import Circle, Fault
from broadcasts.intake.readers import places, times
from broadcasts.intake.readers.colour import plain
from broadcasts.intake.readers.xml import MOST

TIME = "时间应写成 2026-07-12T02:38:00+08:00 这样，带时区"
COLOUR = "颜色应是 red、orange、yellow、blue、white 之一，或红色、橙色、黄色、蓝色、白色"
RING = "多边形应是至少三个不同的 [纬度, 经度]"
CROSSED = "多边形自己相交或没有面积，说不清哪些地方在里面。请改正，或补上区划代码"
NAMELESS = "event 和 event_code 至少要有一个，例如 暴雨、11B03"
SILENT = "headline 和 description 至少要有一个"
SAID = {
    "missing": "缺少这一项。请补上。",
    "extra_forbidden": "不认得这一项。请核对拼写，或去掉。",
    "string_type": "应当是文字（加引号）。",
    "string_too_short": "不能为空。请补上。",
    "string_too_long": "太长。请核对内容。",
    "string_pattern_mismatch": "写法不对：{pattern}。",
    "list_type": "应当是列表 […]。",
    "model_type": "应当是对象 {{…}}。",
    "dict_type": "应当是对象 {{…}}。",
    "float_type": "应当是数字（不加引号）。",
    "literal_error": "值不认得。请改成其中之一：{expected}。",
    "too_short": "至少要有一项。",
    "value_error": "{error}。",
}
MARK = r"^[^\s,<&]+$"  # as CAP has it: no blank, comma, < or &


def _time(value: object) -> datetime:
    text = value.replace("Z", "+00:00") if isinstance(value, str) else ""
    try:
        found = times.placed(datetime.fromisoformat(text)) if "T" in text else None
    except (ValueError, OverflowError):
        found = None
    if found is None:
        raise ValueError(TIME)
    return found


def _grade(value: object) -> Grade | None:
    if value is None:
        return None
    found = plain(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError(COLOUR)
    return found


def _pairs(value: object) -> object:
    """{"name": "value"} is short for [{"name": "name", "value": "value"}]."""
    return [{"name": key, "value": one} for key, one in value.items()] if isinstance(value, dict) else value


def _reference(value: object) -> object:
    if not isinstance(value, str):
        return value
    parts = value.split(",")
    triple = dict(zip(("sender", "identifier", "sent"), parts, strict=True)) if len(parts) == 3 else None
    return triple or {"identifier": value}


Time = Annotated[datetime, BeforeValidator(_time)]
Mark = Annotated[str, Field(min_length=1, max_length=200, pattern=MARK)]


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class Pair(Shape):
    name: str
    value: str


class Earlier(Shape):
    identifier: Mark
    sender: str | None = None
    sent: Time | None = None


class File(Shape):
    desc: str
    mime_type: str = ""
    size: str = ""
    uri: str = ""
    digest: str = ""


class Round(Shape):
    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)
    km: float = Field(ge=0)

    @property
    def circle(self) -> Circle:
        return Circle(self.lat, self.lon, self.km)


Pairs = Annotated[list[Pair], BeforeValidator(_pairs)]


class Area(Shape):
    desc: str
    codes: list[str] = []
    other_codes: Pairs = []
    polygons: list[list[list[float]]] = []
    circles: list[Round] = []
    altitude: float | None = None
    ceiling: float | None = None

    @property
    def rings(self) -> Iterator[places.Ring]:
        return (ring for one in self.polygons if (ring := _ring(one)))

    @model_validator(mode="after")
    def closed(self) -> Self:
        if not all(map(_ring, self.polygons)):
            raise ValueError(RING)
        if any(map(places.crosses, self.rings)) and not any(map(places.is_division, self.codes)):
            raise ValueError(CROSSED)
        return self


class Block(Shape):
    language: str = "zh-CN"
    event: str = ""
    event_code: str | None = None
    colour: Annotated[Grade | None, BeforeValidator(_grade)] = None
    categories: list[str] = []
    urgency: Literal["Immediate", "Expected", "Future", "Past", "Unknown"] = "Unknown"
    severity: Literal["Extreme", "Severe", "Moderate", "Minor", "Unknown"] | None = None
    certainty: Literal["Observed", "Likely", "Possible", "Unlikely", "Unknown"] = "Unknown"
    response_types: list[str] = []
    audience: str = ""
    effective: Time | None = None
    onset: Time | None = None
    expires: Time | None = None
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    web: str = ""
    contact: str = ""
    parameters: Pairs = []
    event_codes: Pairs = []
    resources: list[File] = []
    areas: list[Area] = []
    area_codes: list[str] = []

    @property
    def everywhere(self) -> list[Area]:
        """All areas; `area_codes` is one more."""
        return [*self.areas, *([Area(desc="", codes=self.area_codes)] if self.area_codes else [])]

    @model_validator(mode="after")
    def told(self) -> Self:
        if not (self.event.strip() or (self.event_code or "").strip()):
            raise ValueError(NAMELESS)
        if not (self.headline.strip() or self.description.strip()):
            raise ValueError(SILENT)
        return self


class Head(Shape):
    identifier: Mark
    sender: Mark
    sent: Time
    msg_type: Literal["Alert", "Update", "Cancel", "Ack", "Error"] = "Alert"
    status: Literal["Actual", "Exercise", "System", "Test", "Draft"] = "Actual"
    scope: Literal["Public", "Restricted", "Private"] = "Public"
    source: str = ""
    note: str = ""
    restriction: str = ""
    addresses: str = ""
    codes: list[str] = []
    incidents: str = ""
    references: list[Annotated[Earlier, BeforeValidator(_reference)]] = []


class Warned(Head):
    info: list[Block] = Field(min_length=1)


class Flat(Head, Block):
    pass


def faults(error: ValidationError, pointer: str) -> list[Fault]:
    """Every misfit with its JSON pointer, as a person may read it."""
    found = islice(error.errors(include_url=False, include_input=False), MOST)
    return [_fault(one["type"], one["loc"], one.get("ctx", {}), pointer) for one in found]


def _fault(kind: str, at: tuple[int | str, ...], context: dict[str, Any], pointer: str) -> Fault:
    context = {**context, "pattern": "不能有空格、逗号、< 或 &"}
    path = "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in at)
    said = SAID.get(kind, "值不合要求（" + kind + "）。").format(**context)
    name = next((step for step in reversed(at) if isinstance(step, str)), "")
    return Fault(pointer + path, None, f"“{name}”：{said}" if name else said)


def _ring(pairs: list[list[float]]) -> places.Ring | None:
    if any(len(pair) != 2 for pair in pairs):
        return None
    return places.ring(" ".join(f"{lat},{lon}" for lat, lon in pairs))
