"""What the machine API takes and answers of own notices, for their description."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from broadcasts.notices.models import State
from broadcasts.notices.writing.content import Form
from handlers.api.shapes import FaultShape, Problem, Shape

KindName = Literal["notice", "local"]
TypeName = Literal["Alert", "Update", "Cancel"]
GradeName = Literal["red", "orange", "yellow", "blue"]


class NoticeBody(BaseModel):
    """kind：notice 是提示、通知、响应令，local 是本级预警。body 是发布单位，要在权限表里；hazard 写名称或国家代码；
    order 是本级预警先说的话（现在转移）；areas 写区划代码或地名；roles 写角色、群类别或居民；submit 为真就提交审批，
    否则存为草稿；refers 是要更新或解除的预警的 id；id 是对方系统的编号，重复发只存一次。"""

    model_config = ConfigDict(extra="forbid")
    kind: KindName = "notice"
    type: TypeName = "Alert"
    refers: str = ""
    form: Form = Form.notice
    body: str = ""
    hazard: str = ""
    grade: GradeName | None = None
    title: str = ""
    order: str = ""
    text: str = ""
    measures: str | list[str] = ""
    starts: datetime | None = None
    ends: datetime | None = None
    areas: list[str] = []
    roles: list[str] = []
    loud: bool = True
    submit: bool = False
    approver: str = ""
    id: str | None = None


class NoticeShape(Shape):
    """missing 是本级预警按突发事件应对法第六十四条还缺的项；alert_id 是发出以后的那条预警。"""

    id: str
    kind: KindName
    type: TypeName
    refers: str | None
    state: State
    version: int
    author: str
    word: str
    form: Form
    body: str
    hazard: str | None
    grade: GradeName | None
    title: str
    order: str
    text: str
    measures: list[str]
    starts: datetime | None
    ends: datetime | None
    areas: list[str]
    roles: list[str]
    loud: bool
    missing: list[str]
    approved_at: datetime | None
    alert_id: str | None
    created_at: datetime
    changed_at: datetime


class NoticePage(Shape):
    items: list[NoticeShape]
    next: str | None


class UnfitNotice(Problem):
    """errors 一项一条：哪一项、怎么改。什么也没有存。"""

    errors: list[FaultShape]
