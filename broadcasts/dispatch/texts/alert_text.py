"""What an alert says on each channel to each role: facts for the template, cut to the channel's bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from broadcasts.alerts.models import Alert
from broadcasts.audience.advice import lines
from broadcasts.audience.models import Advice
from broadcasts.dispatch.sending.roads import Roads
from broadcasts.dispatch.states import Purpose
from broadcasts.dispatch.texts.render import fitted, render
from broadcasts.dispatch.texts.spoken import spoken
from broadcasts.hazards.grades import Grade

GROUPS = frozenset({"wecom_robot", "relay"})  # where nobody's answer is heard


@dataclass(frozen=True)
class Again:
    """Why it is told once more: the `number`-th time, and to a B role the silent A by name."""

    number: int
    silent_a: str = ""
    village: str = ""


@dataclass(frozen=True)
class AlertText:
    """`asked` says that its readers must answer, `code` names the page behind a link; `inside` means that the message
    is the link itself."""

    alert: Alert
    purpose: Purpose
    before: Grade | None  # the colour that it replaces
    place: str
    phone: str
    advice: Sequence[Advice]
    at: datetime
    zone: ZoneInfo
    roads: Roads
    code: str = ""
    asked: bool = False
    again: Again | None = None
    inside: bool = False

    @property
    def clear(self) -> bool:
        return self.purpose is Purpose.all_clear

    @property
    def clock(self) -> str:
        return f"{self.at.astimezone(self.zone):%H:%M}"

    @property
    def said(self) -> str:
        """Who says so, and when."""
        return (
            f"{self.alert.sender_name} {spoken(self.alert.sent, self.at, self.zone)}{'解除' if self.clear else '发布'}"
        )

    @property
    def what(self) -> str:
        """Word for word."""
        return str(main_info(self.alert).get("description") or self.alert.headline)

    def do(self, role: str) -> list[str]:
        """What this role does now; nothing where it is over."""
        return [] if self.clear else lines(self.advice, self.alert.event_code, self.alert.grade, role)

    def write(self, channel: str, role: str, language: str, limit: int) -> list[str]:
        """The parts of the text for a role's readers."""
        return fitted(lambda kept: self._text(kept, channel), self.do(role), limit)

    def _text(self, advice: Sequence[str], channel: str) -> str:
        a = self.alert
        return render(
            "alert.txt",
            head=headline(a, self.purpose, self.before, self.place),
            again=self.again,
            clock=self.clock,
            facts=headline(a, Purpose.first, None, self.again.village) if self.again else "",
            said=self.said,
            what=self.what,
            advice=list(advice),
            until=spoken(a.expires, self.at, self.zone) if a.expires and not self.clear else "",
            group=channel in GROUPS,
            asked=self.asked,
            digits=self._hears(channel),
            link=self.roads.page(self.code, channel),
            inside=self.inside,
            phone=self.phone,
        )

    def _hears(self, channel: str) -> bool:
        """Whether a digit that is typed there comes back to us."""
        return self.roads.hears_oa if channel.startswith("oa_") else self.roads.hears_wecom


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
