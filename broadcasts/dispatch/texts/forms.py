"""In which form a reader gets a text, and what is frozen of it: plain words, or the JSON object of a card, a textcard,
a template message. What is not plain text falls back to it where the words do not fit: nothing verbatim is cut."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from bot.channels.oa_notice.limits import NAME as NOTICE_ROAD
from bot.channels.oa_template.limits import NAME as TEMPLATE_ROAD
from bot.channels.oa_template.limits import fitted, kind
from bot.channels.voice.limits import CALL
from bot.channels.wecom_app import limits as app
from bot.channels.wecom_app.body import CLIP
from broadcasts.audience.select import Target
from broadcasts.dispatch.sending.roads import Roads
from broadcasts.dispatch.texts.marks import plainly
from broadcasts.dispatch.texts.render import wording

TEXT, TEXTCARD, CARD, TEMPLATE, NOTICE = "text", "textcard", "card", "template", "notice"
POINTERS = {TEMPLATE_ROAD: TEMPLATE, NOTICE_ROAD: NOTICE}  # by the road on which nothing else goes
TIMES = frozenset({"time", "date"})
SHAPED = frozenset({TEXTCARD, CARD, TEMPLATE, NOTICE, CALL, CLIP})  # whose frozen part is a JSON object

Write = Callable[[str, str, str, int], list[str]]  # (channel, role, language, bytes) → parts
Carding = Callable[[str, Sequence[str]], str | None]  # (language, the same as text) → a frozen card, where it has room


class Shaped(NamedTuple):
    form: str
    parts: list[str]


class Forms(Protocol):
    """`of` says which form a target reads on a channel, looking at its cards alone; `shape` makes it, or says in which
    form it goes instead."""

    def of(self, channel: str, target: Target) -> str: ...

    def shape(self, form: str, channel: str, role: str, language: str, limit: int, write: Write) -> Shaped: ...


@dataclass(frozen=True)
class ServiceForms:
    """What is no alert: words, and on the account a pointer to the page of `code`, or to another `link`. What is
    `carded` is a card for whoever a click proved to see cards, where presses are heard."""

    roads: Roads
    code: str
    at: datetime
    zone: ZoneInfo
    link: str = ""
    carded: Carding | None = None

    def of(self, channel: str, target: Target) -> str:
        if self.carded and channel == app.NAME and target.cards and self.roads.hears_wecom:
            return CARD
        return TEMPLATE if channel == TEMPLATE_ROAD else TEXT

    def shape(self, form: str, channel: str, role: str, language: str, limit: int, write: Write) -> Shaped:
        parts = write(channel, role, language, limit)
        if form == CARD and self.carded and (made := self.carded(self.roads.speaks(language), parts)):
            return Shaped(CARD, [plainly(made)])
        if form != TEMPLATE:
            return Shaped(TEXT, parts)
        lines = [line for line in parts[0].split("\n") if line.strip()]
        facts = {"what": lines[0], "where": lines[1] if len(lines) > 1 else "", "when": moment(self.at, self.zone)}
        return Shaped(TEMPLATE, [template(self.roads, facts, self.link or self.roads.page(self.code, TEMPLATE_ROAD))])


class Carded(NamedTuple):
    """An alert in the pieces that a card has places for. `said` stands above the verbatim `what`."""

    title: str
    said: str
    what: str
    advice: str
    rows: Sequence[tuple[str, str]]


def card(words: Carded, labels: Mapping[str, Any], link: str, instead: Sequence[str]) -> str | None:
    """A card with one button for each answer; None where the verbatim text has no room. `instead` is what goes where
    the platform refuses the card."""
    if len(words.what) > app.CARD_TEXT or len(words.title) > app.CARD_TITLE:
        return None
    face: dict[str, Any] = {
        "card_type": "button_interaction",
        "source": {"desc": labels["source"], "desc_color": 1},
        "main_title": {"title": words.title, "desc": words.said},
        "quote_area": {"type": 0, "quote_text": words.what},
        "horizontal_content_list": [
            {"keyname": name, "value": value[: app.CARD_ROW]} for name, value in words.rows if value
        ][: app.CARD_ROWS],
        "button_list": [{"text": text, "style": style, "key": key} for key, text, style in labels["buttons"]],
    }
    if words.advice:
        face["sub_title_text"] = words.advice
    if link:
        face["card_action"] = {"type": 1, "url": link}
    return json.dumps({"card": face, "instead": list(instead)}, ensure_ascii=False)


def textcard(text: str, link: str, button: str) -> str | None:
    """Title and description; None where they have no room. A < would be read as a mark."""
    title, _, rest = text.partition("\n")
    description = rest.strip()
    if not description or len(title) > app.TITLE or len(description) > app.DESCRIPTION or "<" in text:
        return None
    made = {"title": title, "description": description, "url": link, "btntxt": button}
    return json.dumps(made, ensure_ascii=False)


def template(roads: Roads, facts: Mapping[str, Any], link: str) -> str:
    """The county's template with its fields: a pointer to the page behind `link`."""
    made = {"template_id": roads.template_id, "url": link, "data": _data(roads.fields, facts)}
    return json.dumps(made, ensure_ascii=False)


def notice(roads: Roads, facts: Mapping[str, Any], link: str) -> str:
    """The same as a subscription notice, whose template has fields of its own."""
    made = {"template_id": roads.notice_id, "page": link, "data": _data(roads.notice_fields, facts)}
    return json.dumps(made, ensure_ascii=False)


def _data(fields: Sequence[tuple[str, str]], facts: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Each field cut to its length. Of what is not known a field says where it stands; a field for a moment takes
    `until_time` rather than `until`."""
    unsaid = facts.get("unsaid") or wording("forms.txt", "WORDS")["behind"]
    data = {}
    for name, fact in fields:
        timed = facts.get(f"{fact}_time") or facts["when"] if kind(name) in TIMES else facts.get(fact)
        data[name] = {"value": fitted(name, str(timed or unsaid))}
    return data


def moment(at: datetime, zone: ZoneInfo) -> str:
    """As a template's field for a moment takes it."""
    local = at.astimezone(zone)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def plain(form: str, part: str) -> str:
    """A frozen part as people read it: for pages, and for the line by which a digest names it."""
    if form not in SHAPED:
        return part
    held = json.loads(part)
    if form == CARD:
        return str("\n".join(held["instead"]))
    if form == CALL:
        return str(held["text"])
    if form == CLIP:
        return f"（录音）{held['words']}"
    if form == TEXTCARD:
        return f"{held['title']}\n{held['description']}"
    return "\n".join(str(value["value"]) for value in held["data"].values())
