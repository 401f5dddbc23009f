"""The addresses that a message holds, numbered: its own first, then those in its text, then its buttons'."""

import re

from bot.simulator.world.messages import Shown

ADDRESS = re.compile(r"https?://[^\s<>\"'，。；、）】」》]+")


def links(shown: Shown) -> list[str]:
    own = [shown.link] if shown.link.startswith(("http://", "https://")) else []
    buttons = [button.url for button in shown.card.buttons if button.url] if shown.card else []
    return list(dict.fromkeys([*own, *ADDRESS.findall(shown.text), *buttons]))


def segments(shown: Shown) -> list[tuple[str, int | None]]:
    """The text in pieces; an address with its number."""
    numbers = {link: number for number, link in enumerate(links(shown))}
    pieces: list[tuple[str, int | None]] = []
    end = 0
    for match in ADDRESS.finditer(shown.text):
        pieces += [(shown.text[end : match.start()], None), (match[0], numbers[match[0]])]
        end = match.end()
    return [piece for piece in (*pieces, (shown.text[end:], None)) if piece[0]]
