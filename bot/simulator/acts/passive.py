"""What may come back in the answer to a callback: words for the phone, or another face of the card that was tapped
(document 90241; the account's "passive replies")."""

from typing import Any

from bot.simulator.acts.acts import Done, Hand
from bot.simulator.callbacks import forms, sealing
from bot.simulator.config import Side
from bot.simulator.world.messages import Shown

NOTHING = frozenset({b"", b"success", b'"success"'})


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


def _nested(reply: dict[str, Any], name: str) -> dict[str, Any]:
    value = reply.get(name)
    return value if isinstance(value, dict) else {}
