"""What an alert says on each channel to each role: facts for the template, cut to the channel's bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.directory.lines.now import Lines
from broadcasts.alerts.models import Alert, Kind
from broadcasts.audience.advice import lines
from broadcasts.audience.models import Advice
from broadcasts.dispatch.sending.roads import SMS, Roads
from broadcasts.dispatch.states import Purpose
from broadcasts.dispatch.texts import own_words
from broadcasts.dispatch.texts.changed import Change
from broadcasts.dispatch.texts.render import CHINESE, fitted, render, wording
from broadcasts.dispatch.texts.spoken import spoken

GROUPS = frozenset({"wecom_robot", "appchat", "relay", "customer_group"})  # where nobody's answer is heard
SHORT = {"speaker": "read_out.txt", "screen": "screen.txt"}  # what is said where nobody reads a message


@dataclass(frozen=True)
class Again:
    """Why it is told once more: the `number`-th time, to a B role the silent A by name, or to whoever could go
    instead the name of somebody who cannot."""

    number: int
    silent_a: str = ""
    village: str = ""
    cannot: str = ""


@dataclass(frozen=True)
class AlertText:
    """`asked` says that its readers must answer, `code` names the page behind a link; `inside` means that the message
    is the link itself."""

    alert: Alert
    purpose: Purpose
    change: Change | None  # what an update says first
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
    phones: Lines | None = None  # of the places, for a group's own line

    @property
    def clear(self) -> bool:
        return self.purpose is Purpose.all_clear

    @property
    def clock(self) -> str:
        return f"{self.at.astimezone(self.zone):%H:%M}"

    def said(self, language: str = CHINESE) -> str:
        """Who says so, and when. What the county says itself stays in its own words, whatever the language."""
        if self.alert.kind in own_words.OWN:
            return own_words.by_whom(self.alert, self.purpose, spoken(self.alert.sent, self.at, self.zone))
        when = spoken(self.alert.sent, self.at, self.zone, language)
        verb = wording("forms.txt", "WORDS", language)["ended" if self.clear else "issued"]
        return f"{self.alert.sender_name} {when}{verb}"

    @property
    def what(self) -> str:
        """Word for word."""
        if self.alert.kind in own_words.OWN:
            return own_words.body(self.alert, self.place, self.at, self.zone)
        return str(main_info(self.alert).get("description") or self.alert.headline)

    def do(self, role: str, language: str = CHINESE) -> list[str]:
        """What this role does now; nothing where it is over, or where the county has said it in the text itself. In
        another language only what the county has signed in it: nobody translates for it."""
        if self.clear or self.alert.kind in own_words.OWN:
            return []
        return lines(self.advice, self.alert.event_code, self.alert.grade, role, language)

    def write(self, channel: str, role: str, language: str, limit: int) -> list[str]:
        """The parts of the text for a role's readers."""
        language = self.roads.speaks(language)
        return fitted(lambda kept: self._text(kept, channel, language), self.do(role, language), limit)

    def _text(self, advice: Sequence[str], channel: str, language: str) -> str:
        a = self.alert
        ends = None if self.clear or own_words.corrects(a) else a.expires
        head = headline(a, self.purpose, self.change, self.place)
        until = spoken(ends, self.at, self.zone, language) if ends else ""
        if channel in SHORT:
            facts: dict[str, Any] = {"said": self.said(), "what": self.what, "advice": list(advice)}
            marked = a.kind is Kind.drill
            return render(SHORT[channel], head=head, until=until, phone=self.phone, drill=marked, **facts)
        return render(
            "alert.txt",
            language=language,
            head=head,
            again=self.again,
            clock=self.clock,
            facts=headline(a, Purpose.first, None, self.again.village) if self.again else "",
            said=self.said(language),
            what=self.what,
            advice=list(advice),
            until=until,
            group=channel in GROUPS,
            asked=self.asked,
            digits=self._hears(channel),
            link=self.roads.page(self.code, channel),
            inside=self.inside,
            phone=self.phone,
        )

    def _hears(self, channel: str) -> bool:
        """Whether a digit that is typed there comes back to us."""
        if channel == SMS:
            return self.roads.hears_sms
        return self.roads.hears_oa if channel.startswith("oa_") else self.roads.hears_wecom


def headline(alert: Alert, purpose: Purpose, change: Change | None, place: str) -> str:
    """The first line: colour, hazard and place, and before them what changed."""
    if alert.kind in own_words.OWN:
        return own_words.first_line(alert, purpose, change.words if change else "", place)
    facts = f"{alert.grade.zh if alert.grade else ''}{alert.event} {place}"
    if purpose is Purpose.all_clear:
        return f"解除 {facts}"
    if purpose is not Purpose.update:
        return facts
    if change is None:
        return f"更新 {facts}"
    return f"{change.words} {f'{alert.event} {place}' if change.graded else facts}"


def main_info(alert: Alert) -> dict[str, object]:
    """The Chinese block of what was read, else the first."""
    infos: list[dict[str, object]] = alert.content.get("infos") or [{}]
    return next((i for i in infos if str(i.get("language", "")).lower().startswith("zh")), infos[0])
