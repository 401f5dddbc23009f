"""What an alert says on each channel to each role: facts for the template, cut to the channel's bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from broadcasts.alerts.models import Alert
from broadcasts.audience.advice import lines
from broadcasts.audience.models import Advice
from broadcasts.dispatch.render import fitted, render
from broadcasts.dispatch.spoken import spoken
from broadcasts.dispatch.states import Purpose
from broadcasts.hazards.grades import Grade

GROUP_KINDS = frozenset({"村群", "值班群", "工作群"})


@dataclass(frozen=True)
class AlertText:
    alert: Alert
    purpose: Purpose
    before: Grade | None  # the colour that it replaces
    place: str
    phone: str
    advice: Sequence[Advice]
    at: datetime
    zone: ZoneInfo

    def write(self, channel: str, role: str, language: str, limit: int) -> list[str]:
        """The parts of the text for a role's readers."""
        group = channel == "wecom_robot"
        clear = self.purpose is Purpose.all_clear
        do = [] if clear else lines(self.advice, self.alert.event_code, self.alert.grade, role)
        return fitted(lambda kept: self._text(kept, group=group, clear=clear), do, limit)

    def _text(self, advice: Sequence[str], *, group: bool, clear: bool) -> str:
        a = self.alert
        info = main_info(a)
        return render(
            "alert.txt",
            head=headline(a, self.purpose, self.before, self.place),
            said_by=a.sender_name,
            said_at=f"{spoken(a.sent, self.at, self.zone)}{'解除' if clear else '发布'}",
            what=str(info.get("description") or a.headline),
            advice=list(advice),
            until=spoken(a.expires, self.at, self.zone) if a.expires and not clear else "",
            group=group,
            phone=self.phone,
        )


def headline(alert: Alert, purpose: Purpose, before: Grade | None, place: str) -> str:
    """The first line: colour, hazard and place, and before them what changed."""
    facts = f"{alert.grade.zh if alert.grade else ''}{alert.event} {place}"
    if purpose is Purpose.all_clear:
        return f"解除 {facts}"
    if purpose is not Purpose.update:
        return facts
    if before is None or alert.grade is None or before is alert.grade:
        return f"更新 {facts}"
    change = "升级" if alert.grade.rank < before.rank else "降级"
    return f"{change}：{before.zh}→{alert.grade.zh} {alert.event} {place}"


def main_info(alert: Alert) -> dict[str, object]:
    """The Chinese block of what was read, else the first."""
    infos: list[dict[str, object]] = alert.content.get("infos") or [{}]
    return next((i for i in infos if str(i.get("language", "")).lower().startswith("zh")), infos[0])
