"""The eight items that 突发事件应对法 (2024), art. 64, asks of a warning, by name; what is missing is named."""

from datetime import datetime

from bot.errors import SignalTreeError
from broadcasts.hazards.catalogue import hazard
from broadcasts.notices.writing.content import Content


class MissingItems(SignalTreeError):
    """没有发出：按突发事件应对法第六十四条，本级预警还缺："""

    def __init__(self, names: list[str]) -> None:
        super().__init__("、".join(names) + "。请补上再发。")
        self.names = names


def items(content: Content, published: datetime | None) -> dict[str, bool]:
    """By name: whether it is there. `published` is the moment of release, at which the eighth comes to be."""
    return {
        "类别": bool(content.hazard) and hazard(content.hazard).known,
        "预警级别": content.grade is not None,
        "起始时间": content.starts is not None,
        "可能影响的范围": bool(content.areas),
        "警示事项": bool(content.text.strip()),
        "应当采取的措施": bool(content.steps),
        "发布单位": bool(content.body.strip()),
        "发布时间": published is not None,
    }


def missing(content: Content, published: datetime | None) -> list[str]:
    return [name for name, there in items(content, published).items() if not there]


def complete(content: Content, published: datetime | None) -> None:
    """Raises MissingItems."""
    if names := missing(content, published):
        raise MissingItems(names)
