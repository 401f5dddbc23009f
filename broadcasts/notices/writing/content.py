"""What a notice says, as values; and what one version says otherwise than another."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from broadcasts.hazards.catalogue import hazard
from broadcasts.hazards.grades import Grade


class Form(StrEnum):
    """How an own notice calls itself; a local warning calls itself 本级预警."""

    hint = "提示"
    notice = "通知"
    order = "响应令"


TITLES = {
    "form": "种类",
    "body": "发布单位",
    "hazard": "灾种",
    "grade": "预警级别",
    "title": "标题",
    "order": "先说做什么",
    "text": "警示事项、正文",
    "measures": "应当采取的措施",
    "starts": "起始时间",
    "ends": "到什么时候",
    "areas": "地方",
    "roles": "给谁",
    "loud": "叫醒",
}


@dataclass(frozen=True)
class Content:
    """`hazard` is a national event code; `order` what a local warning says first (现在转移); `measures` are lines;
    `areas` division codes; `roles` people's roles and kinds of groups; `loud` wakes and asks for an answer."""

    form: Form = Form.notice
    body: str = ""
    hazard: str = ""
    grade: Grade | None = None
    title: str = ""
    order: str = ""
    text: str = ""
    measures: str = ""
    starts: datetime | None = None
    ends: datetime | None = None
    areas: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    loud: bool = True

    @property
    def steps(self) -> list[str]:
        return [line.strip() for line in self.measures.splitlines() if line.strip()]


@dataclass(frozen=True)
class Change:
    """One field that differs, raw on both sides."""

    name: str
    before: Any
    after: Any

    @property
    def title(self) -> str:
        return TITLES[self.name]


def kept(content: Content) -> dict[str, Any]:
    """As JSON for a version's row."""
    plain = asdict(content)
    return {**plain, "starts": _iso(content.starts), "ends": _iso(content.ends), "areas": list(content.areas),
            "roles": list(content.roles)}  # fmt: skip


def read(plain: dict[str, Any]) -> Content:
    return Content(
        **{
            **plain,
            "form": Form(plain["form"]),
            "grade": Grade(plain["grade"]) if plain["grade"] else None,
            "starts": datetime.fromisoformat(plain["starts"]) if plain["starts"] else None,
            "ends": datetime.fromisoformat(plain["ends"]) if plain["ends"] else None,
            "areas": tuple(plain["areas"]),
            "roles": tuple(plain["roles"]),
        }
    )


def called(code: str) -> str:
    """The hazard in as few letters as people say it in: 山洪 for 山洪灾害. Empty where there is none."""
    if not code:
        return ""
    known = hazard(code)
    return min((name for name in (known.name, *known.aliases) if name in known.name), key=len)


def changes(before: Content, after: Content) -> Sequence[Change]:
    """What an approver has to read again."""
    pairs = ((f.name, getattr(before, f.name), getattr(after, f.name)) for f in fields(Content))
    return [Change(name, old, new) for name, old, new in pairs if old != new]


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
