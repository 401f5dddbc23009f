"""template_card, which robot and app share: which kinds, how many rows and buttons, and what a phone shows of it."""

import re

from bot.simulator.contents import fields
from bot.simulator.contents.fields import JsonObject
from bot.simulator.tables import codes, limits
from bot.simulator.tables.codes import Refused
from bot.simulator.world.messages import Button, Card, Lines, Shown

TASK_ID = re.compile(r"[0-9A-Za-z_\-@]+")
CALLS_BACK = frozenset({"button_interaction", "vote_interaction", "multiple_interaction"})


def card(body: JsonObject, lines: Lines, kinds: frozenset[str]) -> Shown:
    """Shown as its title, its text, its rows, and its buttons in brackets."""
    kind = fields.text(body, "card_type", codes.BAD_PARAMETER)
    if kind not in kinds:
        raise Refused(codes.BAD_PARAMETER, f"card_type {kind} not allowed.")
    rows = _few(body, "horizontal_content_list", range(limits.CARD_ROWS + 1))
    _few(body, "jump_list", range(limits.CARD_JUMPS + 1))
    told = [f"{fields.text(row, 'keyname')}：{fields.text(row, 'value')}" for row in rows]
    if kind in CALLS_BACK:
        _task_id(body)
    buttons = _buttons(body) if kind == "button_interaction" else ()
    if buttons:
        told.append(" ".join(f"［{button.text}］" for button in buttons))
    title = fields.part(body, "main_title") if "main_title" in body else {}
    quote = fields.part(body, "quote_area") if "quote_area" in body else {}
    quoted = [fields.text(quote, "title"), fields.text(quote, "quote_text")]
    above = [fields.text(title, "desc"), *quoted, fields.text(body, "sub_title_text")]
    shown = "\n".join(line for line in (*above, *told) if line)
    action = fields.part(body, "card_action") if "card_action" in body else {}
    face = Shown(kind, lines.share(shown), title=fields.text(title, "title"), link=fields.text(action, "url"))
    if kind in CALLS_BACK:
        face.card = Card(kind, buttons, fields.text(body, "task_id"))
    return face


def _buttons(body: JsonObject) -> tuple[Button, ...]:
    return tuple(_button(row) for row in _few(body, "button_list", limits.CARD_BUTTONS))


def _button(row: JsonObject) -> Button:
    """type 1 opens a page, any other calls back with its key."""
    key = fields.whole(fields.text(row, "key"), limits.CARD_BUTTON_KEY_BYTES, "button.key", codes.BAD_PARAMETER)
    url = fields.text(row, "url") if row.get("type") == 1 else ""
    return Button(key, fields.text(row, "text", codes.BAD_PARAMETER), url)


def _few(body: JsonObject, name: str, sizes: range) -> list[JsonObject]:
    rows = fields.parts(body, name)
    if len(rows) not in sizes:
        raise Refused(codes.BAD_PARAMETER, f"{name} size out of limit.")
    return rows


def _task_id(body: JsonObject) -> None:
    task_id = fields.text(body, "task_id", codes.BAD_TASK_ID)
    fields.whole(task_id, limits.TASK_ID_BYTES, "task_id", codes.BAD_TASK_ID)
    if not TASK_ID.fullmatch(task_id):
        raise Refused(codes.BAD_TASK_ID)
