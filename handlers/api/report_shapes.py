"""What the machine API's answers about reports look like, for their description."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from handlers.api.shapes import Shape

StageName = Literal["first", "follow", "final", "zero"]
KindName = Literal["disaster", "danger", "accident"]
StateName = Literal["filed", "confirmed", "returned"]


class FieldShape(Shape):
    """words 是它来自的原话；value 为空：有，没说多少。"""

    name: str
    value: float | str | None
    unit: str
    words: str


class ReadShape(Shape):
    """?dry_run=1：怎样读的，什么也不存。"""

    stage: StageName
    kind: KindName
    fields: list[FieldShape]
    asks: list[str]


class ReportShape(Shape):
    id: str
    number: str
    thread: str
    stage: StageName
    kind: KindName
    state: StateName
    drill: bool
    source: str
    area_code: str
    area: str
    group: str
    hazard: str | None
    happened_at: datetime | None
    first_at: datetime
    filed_at: datetime | None
    text: str
    place: str
    lon: float | None
    lat: float | None
    comment: str
    incident_id: str | None
    version: int
    fields: list[FieldShape]
    asks: list[str]


class ReportPage(Shape):
    items: list[ReportShape]
    next: str | None


class ReportBody(BaseModel):
    """area_code 是报的人所在的地方；at 是说这句话的时间，不写就是现在。id 是对方系统的编号，重复发只存一次。"""

    model_config = ConfigDict(extra="forbid")
    text: str
    area_code: str | None = None
    at: datetime | None = None
    id: str | None = None
    lon: float | None = None
    lat: float | None = None
