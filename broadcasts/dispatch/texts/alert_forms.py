"""In which form each reader gets an alert: a card where a click proved that cards are seen, a textcard where a page
alone can be answered on, a template on the account, else plain words."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.channels.wecom_app import limits as app
from broadcasts.alerts.models import Kind
from broadcasts.audience.select import Target
from broadcasts.dispatch.texts.alert_text import AlertText, headline
from broadcasts.dispatch.texts.drill_forms import DrillForms
from broadcasts.dispatch.texts.forms import (
    CARD,
    NOTICE,
    POINTERS,
    TEMPLATE,
    TEXT,
    TEXTCARD,
    Carded,
    Forms,
    Shaped,
    Write,
    card,
    moment,
    notice,
    template,
    textcard,
)
from broadcasts.dispatch.texts.pressed import key
from broadcasts.dispatch.texts.render import wording
from broadcasts.dispatch.texts.spoken import spoken

TEXTCARD_BYTES = 3 * (app.TITLE + app.DESCRIPTION)  # of Chinese; what is longer by letters goes as text
NO_END = timedelta(hours=24)  # a field for a moment must hold one
STYLES = {"received": 1, "cannot": 2, "help": 3}


@dataclass(frozen=True)
class AlertForms:
    """Forms of `text`, whose readers are all asked, or none is."""

    text: AlertText

    def of(self, channel: str, target: Target) -> str:
        if channel in POINTERS:
            return POINTERS[channel]
        if channel != app.NAME or not self.text.asked:
            return TEXT
        if self.text.roads.hears_wecom:
            return CARD if target.cards and self.text.again is None else TEXT
        return TEXTCARD if self.text.roads.base_url and self.text.code else TEXT

    def shape(self, form: str, channel: str, role: str, language: str, limit: int, write: Write) -> Shaped:
        language = self.text.roads.speaks(language)
        if form in {TEMPLATE, NOTICE}:
            pointer = template if form == TEMPLATE else notice
            return Shaped(form, [pointer(self.text.roads, self._facts(language), self._link(channel))])
        parts = write(channel, role, language, limit)
        made = None
        if form == CARD:
            made = card(self._pieces(role, language), _labels(language), self._link(channel), parts)
        elif form == TEXTCARD:
            inside = replace(self.text, inside=True).write(channel, role, language, TEXTCARD_BYTES)
            made = (
                textcard(inside[0], self._link(channel), wording("forms.txt", "WORDS", language)["button"])
                if len(inside) == 1
                else None
            )
        return Shaped(form, [made]) if made else Shaped(TEXT, parts)

    def _link(self, channel: str) -> str:
        return self.text.roads.page(self.text.code, channel)

    def _facts(self, language: str) -> dict[str, str]:
        t, a, words = self.text, self.text.alert, wording("forms.txt", "WORDS", language)
        facts = {
            "what": headline(a, t.purpose, t.change, "").strip(),
            "where": t.place,
            "unsaid": words["behind"],
            "when": moment(a.sent, t.zone),
            "until": spoken(a.expires, t.at, t.zone, language) if a.expires else words["no_end"],
            "until_time": moment(a.expires or a.sent + NO_END, t.zone),
        }
        if t.again is not None:
            facts["what"] = f"{facts['what']} {t.clock}"
        if t.clear:
            facts |= {"until": words["closed_cleared"], "until_time": facts["when"]}
        return facts

    def _pieces(self, role: str, language: str) -> Carded:
        t, a, words = self.text, self.text.alert, wording("forms.txt", "WORDS", language)
        advice = ""
        for line in t.do(role, language):  # as many whole lines as there is room for
            advice = longer if len(longer := f"{advice}\n{line}".strip()) <= app.CARD_TEXT else advice
        until = spoken(a.expires, t.at, t.zone, language) if a.expires else ""
        rows = ((words["until"], until), (words["phone"], t.phone))
        return Carded(headline(a, t.purpose, t.change, t.place), t.said(language), t.what, advice, rows)


def forms_of(text: AlertText) -> Forms:
    """The alert's kind decides alone whether what leaves is marked as a drill."""
    return DrillForms(AlertForms(text)) if text.alert.kind is Kind.drill else AlertForms(text)


def _labels(language: str) -> dict[str, Any]:
    named = wording("forms.txt", "BUTTONS", language)
    buttons = [(key(said, language), text, STYLES[said]) for said, text in named.items()]
    return {"source": wording("forms.txt", "WORDS", language)["source"], "buttons": buttons}
