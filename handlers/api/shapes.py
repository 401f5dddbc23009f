"""What the machine API's answers look like, for their description; handlers.api.views makes them, a test compares."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from broadcasts.alerts.models import Kind, Status
from broadcasts.answers.models import Said
from broadcasts.dispatch.states import Mode, Purpose, Road, State


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TakenShape(Shape):
    id: str
    identifier: str
    status: Status


class FaultShape(Shape):
    path: str
    line: int | None
    message: str


class Problem(Shape):
    """RFC 9457：title 说是什么，detail 说怎么办。"""

    type: str
    title: str
    status: int
    detail: str


class Unread(Problem):
    errors: list[FaultShape]


class Contradicted(Problem):
    """fields 是不一致的各项。"""

    id: str
    identifier: str
    fields: list[str]


class EnvelopeShape(Shape):
    """一份来源或信封：里面的每一条，和读不懂的地方。"""

    alerts: list[TakenShape]
    errors: list[FaultShape] = []


class AlertShape(Shape):
    """content 是读到的全部内容。"""

    id: str
    identifier: str
    sender: str
    sender_name: str
    status: Status
    kind: Kind
    msg_type: str
    thread: str
    event: str
    event_code: str | None
    grade: str | None
    headline: str
    sent: datetime
    expires: datetime | None
    received_at: datetime
    ended_at: datetime | None
    replaced_by: str | None
    typed_in: bool
    note: str
    content: dict[str, Any]


class SentShape(Shape):
    id: str
    purpose: Purpose


class RelatedShape(Shape):
    id: str
    status: Status
    msg_type: str


class OneAlertShape(AlertShape):
    """broadcasts 和 alerts_of_thread 都是新的在后。"""

    broadcasts: list[SentShape]
    alerts_of_thread: list[RelatedShape]


class AlertPage(Shape):
    items: list[AlertShape]
    next: str | None


class CountsShape(Shape):
    """targets 数份数，七种状态合起来等于它。"""

    targets: int
    queued: int
    sending: int
    sent: int
    delivered: int
    failed: int
    unknown: int
    skipped: int


class OutletsShape(Shape):
    """done 是负责人报了已播、屏自己取走了、或应急广播平台说成功的；cannot 是播不了的。"""

    targets: int
    done: int
    cannot: int


class BroadcastShape(CountsShape):
    """people 数收到的人，answered 数已经应答的人（按最后一次算）；by_channel 按通道，by_area 按乡镇编码；
    公众号群发只知道总数，不在 by_area 里；outlets 按
    speaker（大喇叭）、screen（显示屏）。"""

    id: str
    alert_id: str | None
    subject: str
    purpose: Purpose
    drill: bool
    road: Road
    mode: Mode
    people: int
    answered: int
    calls: int
    by_channel: dict[str, CountsShape]
    by_area: dict[str, CountsShape]
    outlets: dict[str, OutletsShape]
    started_at: datetime
    finished_at: datetime | None


class TargetShape(Shape):
    kind: str
    id: str
    name: str
    area: str


class DeliveryShape(Shape):
    target: TargetShape
    channel: str | None
    purpose: Purpose
    state: State
    reason: str | None
    attempts: int
    attempted_at: datetime | None
    settled_at: datetime | None
    answer: Said | None


class DeliveryPage(Shape):
    items: list[DeliveryShape]
    next: str | None


class OnShiftShape(Shape):
    """leads 是带班的人。"""

    name: str
    role: str
    leads: bool
    since: datetime
    until: datetime
    confirmed: bool


class DutyShape(Shape):
    """post 空着：没有排班，叫醒所有值班员。phone 是现在接电话的那个。"""

    area: str
    at: datetime
    post: str | None
    phone: str
    people: list[OnShiftShape]


class DutyPage(Shape):
    items: list[DutyShape]
    next: str | None
