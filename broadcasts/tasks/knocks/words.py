"""The words of a knock at somebody's door, from templates/messages/knock.txt."""

from typing import Any

from broadcasts.dispatch.texts.render import CHINESE, macro, wording

FILE = "knock.txt"


def phrase(name: str, /, *, language: str = CHINESE, **facts: Any) -> str:
    return macro(FILE, name, language=language, **facts)


def table(name: str, language: str = CHINESE) -> dict[str, str]:
    return wording(FILE, name, language)
