"""Typing a sentence, and pressing a button of the menu."""

from typing import Any

from bot.simulator.acts.acts import Done, Hand
from bot.simulator.acts.given import Given, text
from bot.simulator.callbacks import events
from bot.simulator.config import Side
from bot.simulator.control.answers import Problem
from bot.simulator.tables.limits_account import BY_MENU, BY_MESSAGE


def opens_window(hand: Hand) -> None:
    """A message allows five answers in 48 hours; WeCom knows no such window."""
    if hand.side is Side.oa:
        hand.follower.grants.give(BY_MESSAGE, hand.platform.at())


def say(hand: Hand, given: Given) -> Done:
    """`{"text"}`."""
    hand.allowed()
    words = text(given, "text")
    opens_window(hand)
    fields = events.message(hand.platform, hand.side, hand.chat, "text", Content=words)
    return Done(hand.platform.hear(hand.chat, "text", words), fields)


def enter(hand: Hand, given: Given) -> Done:
    """Open the application in WeCom."""
    hand.allowed()
    if hand.side is Side.oa:
        raise Problem("only a member enters an application", 409)
    fields = events.event(hand.platform, hand.side, hand.chat, "enter_agent", EventKey="")
    return Done(hand.platform.hear(hand.chat, "event", "打开了应用"), fields)


def menu(hand: Hand, given: Given) -> Done:
    """`{"key"}`: a button's key, its name or its address."""
    hand.allowed()
    follower, wanted = hand.follower, text(given, "key")
    found = next((one for one in flat(hand.platform.account.menu) if wanted in named(one)), None)
    if found is None:
        raise Problem(f"{wanted}: not in the menu", 404)
    said = hand.platform.hear(follower, "menu", f"菜单：{found['name']}")
    if found["type"] == "view":
        fields = events.event(hand.platform, Side.oa, follower, "VIEW", EventKey=found["url"], MenuId=1)
        return Done(said, fields, found["url"])
    follower.grants.give(BY_MENU, hand.platform.at())
    name = "CLICK" if found["type"] == "click" else found["type"]
    return Done(said, events.event(hand.platform, Side.oa, follower, name, EventKey=found["key"]))


def flat(buttons: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """All buttons that do something."""
    return [one for button in buttons for one in (button.get("sub_button") or [button])]


def named(button: dict[str, Any]) -> list[str]:
    return [str(button[name]) for name in ("key", "name", "url") if name in button]
