"""What the machine API's answers about hints look like, for their description."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from handlers.api.shapes import Shape

HintState = Literal["filed", "returned", "accepted", "assigned", "done", "closed", "declined", "joined"]
DomainName = Literal["safety", "fire", "nature"]
SeverityName = Literal["minor", "serious", "grave"]


class HintShape(Shape):
    """domain 是值班员定的，proposed 是按原话提议的。没有任何人的姓名；anonymous 为真时谁也看不到是谁报的。"""

    id: str
    number: str
    state: HintState
    drill: bool
    source: str
    anonymous: bool
    area_code: str
    area: str
    group: str
    place: str
    lon: float | None
    lat: float | None
    text: str
    proposed: DomainName | None
    domain: DomainName | None
    severity: SeverityName | None
    measures: str
    funds: str
    plan: str
    due_at: datetime | None
    basis: str
    overdue: bool
    result: str
    comment: str
    reward: bool
    joined_id: str | None
    version: int
    filed_at: datetime
    done_at: datetime | None
    closed_at: datetime | None


class HintPage(Shape):
    items: list[HintShape]
    next: str | None


class HintBody(BaseModel):
    """area_code 是隐患所在的地方，不写就按原话里的地名；at 是看到的时间，不写就是现在。

    id 是对方系统的编号，重复发只存一次。"""

    model_config = ConfigDict(extra="forbid")
    text: str
    area_code: str | None = None
    place: str = ""
    at: datetime | None = None
    id: str | None = None
    lon: float | None = None
    lat: float | None = None
