"""Every form in which a drill leaves, marked at head and foot; and the last look before rows are written, at which a
drill without its marks, or a live message with one, is stopped."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.channels.oa_template.limits import FIELDS, kind
from bot.channels.screen import limits as screen
from bot.channels.voice.limits import CALL
from bot.channels.wecom_app import limits as app
from bot.channels.wecom_app.body import CLIP
from bot.channels.wecom_app.cards import RECALL, UPDATE
from broadcasts.audience.select import Target
from broadcasts.dispatch.planning.plan import Plan, PlannedText
from broadcasts.dispatch.texts.forms import CARD, NOTICE, TEMPLATE, TEXT, TEXTCARD, Forms, Shaped, Write
from broadcasts.dispatch.texts.marks import (
    MARK,
    ROOM,
    Mismarked,
    begins_spoken,
    both_ends,
    in_line,
    speaks_of_drill,
)
from broadcasts.dispatch.texts.pressed import of_drill
from broadcasts.dispatch.texts.render import wording

FREE = "thing"  # the one kind of a template's field that takes any words
Face = dict[str, Any]


@dataclass(frozen=True)
class DrillForms:
    """The forms of `inner`, each with its marks: the text is cut so much shorter, and where a card or a textcard has no
    room for them the words go as text."""

    inner: Forms

    def of(self, channel: str, target: Target) -> str:
        return self.inner.of(channel, target)

    def shape(self, form: str, channel: str, role: str, language: str, limit: int, write: Write) -> Shaped:
        made = self.inner.shape(form, channel, role, language, limit - ROOM, write)
        if made.form in SHAPES:
            face = SHAPES[made.form][0](json.loads(made.parts[0]))
            if face is not None:
                return Shaped(made.form, [json.dumps(face, ensure_ascii=False)])
            made = Shaped(TEXT, write(channel, role, language, limit - ROOM))
        around = in_line if channel == screen.NAME else both_ends  # a screen has two lines and no third
        return Shaped(made.form, [around(part) for part in made.parts])


def marked_update(part: str) -> str:
    """The frozen change of a card: the word that takes the buttons' place."""
    return json.dumps(SHAPES[UPDATE][0](json.loads(part)), ensure_ascii=False)


def marked_tail(line: str) -> str:
    """A group's own line, which the worker puts below the text."""
    return f"{line}{MARK}" if line else ""


def ensure(plan: Plan, *, drill: bool) -> None:
    """Raises Mismarked."""
    tails = [b.tail for b in plan.batches if b.tail]
    if drill:
        right = all(marked(text) for text in plan.texts) and all(tail.endswith(MARK) for tail in tails)
    else:
        right = not any(MARK in words for words in (*tails, *(part for text in plan.texts for part in text.parts)))
        right = right and not any(_practised(part) for text in plan.texts if text.form == CLIP for part in text.parts)
    if not right:
        raise Mismarked


def marked(text: PlannedText) -> bool:
    """Whether each part has the mark where a reader begins, and where a reader ends."""
    if text.form in SHAPES:
        return all(SHAPES[text.form][1](json.loads(part)) for part in text.parts)
    return text.form == RECALL or all(_ends(part) for part in text.parts)


def _ends(words: str) -> bool:
    return words.startswith(MARK) and words.endswith(MARK)


def _textcard(face: Face) -> Face | None:
    title, description = f"{MARK}{face['title']}", f"{face['description']}\n{MARK}"
    fits = len(title) <= app.TITLE and len(description) <= app.DESCRIPTION
    return face | {"title": title, "description": description} if fits else None


def _card(held: Face) -> Face | None:
    face = held["card"]
    title, rows = f"{MARK}{face['main_title']['title']}", face["horizontal_content_list"]
    if len(title) > app.CARD_TITLE or len(rows) >= app.CARD_ROWS:
        return None
    last = {"keyname": wording("forms.txt", "WORDS")["drill"], "value": MARK}
    source = face["source"] | {"desc": f"{MARK}{face['source']['desc']}"}
    main = face["main_title"] | {"title": title}
    buttons = [one | {"key": of_drill(one["key"])} for one in face["button_list"]]
    rest = {"horizontal_content_list": [*rows, last], "button_list": buttons}
    return {
        "card": face | {"source": source, "main_title": main} | rest,
        "instead": [both_ends(part) for part in held["instead"]],
    }


def _template(held: Face) -> Face:
    """The first and the last field of words."""
    data = {name: str(field["value"]) for name, field in held["data"].items()}
    free = [name for name in data if kind(name) == FREE] or list(data)
    first, last = free[0], free[-1]
    data[last] = _cut(data[last], FIELDS.get(kind(last), 20) - len(MARK) * (2 if first == last else 1)) + MARK
    data[first] = MARK + (data[first] if first == last else _cut(data[first], FIELDS.get(kind(first), 20) - len(MARK)))
    return held | {"data": {name: {"value": value} for name, value in data.items()}}


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1] + "…"


def _textcard_right(face: Face) -> bool:
    return str(face["title"]).startswith(MARK) and str(face["description"]).endswith(MARK)


def _card_right(held: Face) -> bool:
    face = held["card"]
    shown = face["main_title"]["title"].startswith(MARK) and face["source"]["desc"].startswith(MARK)
    return bool(shown and face["horizontal_content_list"][-1]["value"] == MARK and all(map(_ends, held["instead"])))


def _template_right(held: Face) -> bool:
    values = [str(field["value"]) for field in held["data"].values()]
    return any(v.startswith(MARK) for v in values) and any(v.endswith(MARK) for v in values)


def _call(held: Face) -> Face:
    """Spoken first and last: a mark alone would be two letters that sleepy ears miss."""
    words = wording("forms.txt", "WORDS")["spoken_drill"]
    return held | {"text": f"{MARK}{words}{held['text']}{words}{MARK}"}


def _call_right(held: Face) -> bool:
    return _ends(str(held["text"]))


def _clip(face: Face) -> Face | None:
    """Nobody can put a mark into what was recorded: it says so itself, or does not go."""
    return face if _clip_right(face) else None


def _clip_right(face: Face) -> bool:
    return begins_spoken(str(face["words"]))


def _practised(part: str) -> bool:
    return speaks_of_drill(str(json.loads(part)["words"]))


def _update(face: Face) -> Face:
    button = face["button"]
    return face | {"button": button | {"replace_name": f"{MARK}{button['replace_name']}{MARK}"}}


def _update_right(face: Face) -> bool:
    return _ends(str(face["button"]["replace_name"]))


# By form: how it gets its marks, and whether it has them. What is not here is plain words.
SHAPES: dict[str, tuple[Callable[[Face], Face | None], Callable[[Face], bool]]] = {
    TEXTCARD: (_textcard, _textcard_right),
    CARD: (_card, _card_right),
    TEMPLATE: (_template, _template_right),
    NOTICE: (_template, _template_right),
    UPDATE: (_update, _update_right),
    CALL: (_call, _call_right),
    CLIP: (_clip, _clip_right),
}
