"""Whether two forms of one warning say the same, in the fields that both carry."""

from bot.errors import Conflict
from broadcasts.alerts.models import Alert
from broadcasts.audience.places import prefix


class Contradiction(Conflict):
    """同一条预警，两处说法不同，没有采用后来的。"""

    def __init__(self, alert: Alert, fields: tuple[str, ...]) -> None:
        super().__init__("、".join(fields))
        self.alert, self.fields = alert, fields


def contradictions(known: Alert, come: Alert) -> tuple[str, ...]:
    """The fields, in Chinese, in which `come` says otherwise than `known`. An all-clear's places are also those of what
    it has ended."""
    places = (None, None) if known.msg_type == "Cancel" else (_codes(known), _codes(come))
    pairs = {
        "灾种": (known.event_code, come.event_code),
        "颜色": (known.grade, come.grade),
        "类型": (known.msg_type, come.msg_type),
        "地区": places,
    }
    return tuple(name for name, (one, other) in pairs.items() if one and other and one != other)


def _codes(alert: Alert) -> frozenset[str]:
    """The division codes of all blocks, without filling zeros."""
    infos = alert.content.get("infos", [])
    return frozenset(prefix(code) for info in infos for area in info["areas"] for code in area["codes"])
