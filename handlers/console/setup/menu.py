"""The menu at the foot of the account's chat: ours, what stands there now, and laying ours down."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.config import Settings
from bot.probes.account import make_menu
from bot.probes.account import menu as standing_menu
from bot.probes.asking import NoAnswer
from bot.probes.calling import Refusal
from broadcasts.watch.contract import Found, Ground, Level, Seen
from handlers.chat.understand.intents import Intent

Button = dict[str, Any]


def ours(settings: Settings) -> list[Button]:
    """What a resident presses: a key of ours is an intent's name. 我的订阅 stands on a page, which needs an address."""
    mine = {"type": "view", "name": "我的订阅", "url": f"{settings.base_url}/h5/mine"}
    return [
        {"name": "预警", "sub_button": [_key("现在的预警", Intent.warnings), _key("该怎么做", Intent.advice)]},
        {"name": "报一报", "sub_button": [_key("报灾情", Intent.report), _key("报隐患", Intent.hint)]},
        {
            "name": "我",
            "sub_button": [
                *([mine] if settings.base_url else [_key("我的地方", Intent.places)]),
                _key("值班电话", Intent.phone),
                _key("都能做什么", Intent.menu),
            ],
        },
    ]


async def menu(ground: Ground) -> Found | None:
    """The look: nobody is woken for a menu; the guide shows it."""
    tokens, settings = ground.tokens.get("oa"), ground.deps.settings
    if tokens is None:
        return None
    try:
        there = await standing_menu(ground.http, settings, tokens)
    except (Refusal, NoAnswer):
        return Found((Seen("menu_unread", Level.note),))
    if not there:
        return Found((Seen("menu_none", Level.note),))
    names = {"names": "、".join(str(button.get("name", "")) for button in there)}
    known = {one.value for one in Intent}
    keyed = any(button.get("key") in known or "/h5/" in str(button.get("url", "")) for button in pressed(there))
    return Found((), names) if keyed else Found((Seen("menu_other", Level.note, facts=names),), names)


async def lay(ground: Ground) -> None:
    """Put ours there. Raises Refusal and NoAnswer."""
    await make_menu(ground.http, ground.deps.settings, ground.tokens["oa"], ours(ground.deps.settings))


def pressed(buttons: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Every button that can be pressed, of both levels."""
    for button in buttons:
        below = button.get("sub_button") or []
        # The platform answers an inner menu as {"list": […]} where it was made in its back office.
        rows = below.get("list", []) if isinstance(below, dict) else below
        yield from rows if rows else (button,)


def _key(name: str, intent: Intent) -> Button:
    return {"type": "click", "name": name, "key": intent.value}
