"""Touching a message: a card's button, a menu inside a message, a link."""

from collections.abc import Callable

from bot.simulator.acts.acts import Done, Hand
from bot.simulator.acts.confirming import confirm
from bot.simulator.acts.given import Given, text
from bot.simulator.acts.words import opens_window
from bot.simulator.callbacks import events
from bot.simulator.config import Side
from bot.simulator.control.answers import Problem
from bot.simulator.endpoints.wecom.group_message import KIND as GROUP_TASK
from bot.simulator.pages.links import links
from bot.simulator.world.messages import Button, Card, Shown
from bot.simulator.world.sent import Sent


def tap(hand: Hand, given: Given) -> Done:
    """`{"message", "button"}`: the button's key or words; the newest message that has one, where none is named."""
    hand.allowed()
    wanted = text(given, "button")

    def button_of(shown: Shown) -> Button | None:
        return next((b for b in shown.buttons(hand.chat.handle) if wanted in (b.key, b.text)), None)

    shown = _pick(hand, given, lambda one: button_of(one) is not None, "no such button, or it was used")
    button = button_of(shown)
    if button is None:
        raise Problem(f"{wanted}: no such button, or it was used", 409)
    if button.url:
        return Done(link=button.url, shown=shown)
    card = shown.face(hand.chat.handle).card
    if card is not None and card.kind == GROUP_TASK:
        return confirm(hand, shown, button)
    if card is None or card.kind == "msgmenu":
        return _menu_in_message(hand, shown, button)
    return _click(hand, shown, card, button)


def open_link(hand: Hand, given: Given) -> Done:
    """`{"message", "link"}`: the link's number, the first by default; no callback, the page asks who opens it."""
    shown = _pick(hand, given, lambda one: bool(links(one.face(hand.chat.handle))), "no message with a link")
    found, number = links(shown.face(hand.chat.handle)), given.get("link", 0)
    if not str(number).isdecimal() or int(number) >= len(found):
        raise Problem(f"{number}: the message has {len(found)} links", 404)
    return Done(link=found[int(number)], shown=shown)


def _click(hand: Hand, shown: Shown, card: Card, button: Button) -> Done:
    """Document 90240, template_card_event; its ResponseCode is good once, for 72 hours."""
    readers = shown.card.readers if shown.card else frozenset()
    code = hand.platform.response_codes.add(Sent(shown, readers, hand.platform.at()))
    fields = events.event(
        hand.platform,
        hand.side,
        hand.chat,
        "template_card_event",
        EventKey=button.key,
        TaskId=card.task_id,
        CardType=card.kind,
        ResponseCode=code,
        SelectedItems={},
    )
    return Done(hand.platform.hear(hand.chat, "tap", f"［{button.text}］"), fields, shown=shown)


def _menu_in_message(hand: Hand, shown: Shown, button: Button) -> Done:
    opens_window(hand)
    fields = events.message(hand.platform, Side.oa, hand.chat, "text", Content=button.text, bizmsgmenuid=button.key)
    return Done(hand.platform.hear(hand.chat, "text", button.text), fields, shown=shown)


def _pick(hand: Hand, given: Given, fits: Callable[[Shown], bool], why: str) -> Shown:
    """The message of that number, or the newest that fits. What WeCom has recalled cannot be touched."""
    there = [one for one in hand.chat.messages if not one.recalled or hand.chat.plugin]
    named = given.get("message")
    if named in (None, ""):
        found = next((one for one in reversed(there) if fits(one)), None)
    else:
        found = next((one for one in there if str(one.id) == str(named)), None)
    if found is None:
        raise Problem(f"{named}: no such message" if named else why, 404)
    return found
