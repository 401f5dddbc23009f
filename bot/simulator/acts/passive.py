"""What may come back in the answer to a callback: words for the phone, or another face of the card that was tapped
(document 90241; the account's "passive replies")."""

import re
from typing import Any

from bot.simulator.acts.acts import Done, Hand
from bot.simulator.callbacks import forms, sealing
from bot.simulator.config import Side
from bot.simulator.contents import cards
from bot.simulator.tables import limits
from bot.simulator.tables.codes import Refused
from bot.simulator.world.messages import Shown

NOTHING = frozenset({b"", b"success", b'"success"'})
CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")
NAMED = {"key_name": "keyname"}
LISTS = frozenset({"button_list", "horizontal_content_list", "jump_list"})
NUMBERS = frozenset({"type", "style"})


def take(hand: Hand, done: Done, answer: bytes) -> bool:
    """Show it. False where the platform would not understand the answer."""
    if answer.strip() in NOTHING:
        return True
    reply = _opened(hand, forms.read(answer))
    kind = reply.get("MsgType")
    if kind == "text":
        _show(hand, str(reply.get("Content", "")))
    elif kind == "update_button":
        _press(hand, done, str(_nested(reply, "Button").get("ReplaceName", "")))
    elif kind == "update_template_card":
        _renew(hand, done, _nested(reply, "TemplateCard"))
    else:
        return hand.side is Side.wecom  # WeCom ignores what it does not know
    return True


def _opened(hand: Hand, reply: dict[str, Any]) -> dict[str, Any]:
    to, sealed = hand.platform.post.addresses[hand.side], reply.get("Encrypt")
    if to is None or not isinstance(sealed, str):
        return reply
    try:
        return forms.read(sealing.unseal(to.aes_key, sealed, hand.platform.post.receivers[hand.side]))
    except sealing.BadSeal:
        return {}


def _show(hand: Hand, words: str) -> None:
    platform = hand.platform
    where = platform.followers if hand.side is Side.oa else platform.phones
    shown = Shown("text", platform.lines.share(words))
    platform.show(where, hand.chat, platform.accept(shown, platform.at()))


def _press(hand: Hand, done: Done, words: str) -> None:
    """Only whoever tapped sees it."""
    if done.shown and done.shown.card and words:
        done.shown.card.replaced[hand.chat.handle.lower()] = words


def _renew(hand: Hand, done: Done, document: dict[str, Any]) -> None:
    """Another card in its place, for whoever tapped; one that the platform would not take changes nothing."""
    if done.shown is None or done.shown.card is None:
        return
    try:
        face = cards.card(_as_sent(document), hand.platform.lines, limits.APP_CARDS)
    except Refused:
        return
    face.at, face.id = done.shown.at, done.shown.id
    done.shown.card.renewed[hand.chat.handle.lower()] = face


def _as_sent(value: Any, name: str = "") -> Any:
    """The XML's names and lists as the JSON of a card has them: MainTitle is main_title, one of a list is a list."""
    if isinstance(value, list):
        return [_as_sent(one) for one in value]
    if isinstance(value, dict):
        value = {own: _as_sent(one, own) for key, one in value.items() for own in [_own(key)]}
        value |= {key: int(value[key]) for key in NUMBERS & value.keys() if str(value[key]).isdecimal()}
    return [value] if name in LISTS else value


def _own(name: str) -> str:
    found = CAPITAL.sub("_", name).lower()
    return NAMED.get(found, found)


def _nested(reply: dict[str, Any], name: str) -> dict[str, Any]:
    value = reply.get(name)
    return value if isinstance(value, dict) else {}
