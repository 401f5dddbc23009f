"""The words of an evacuation, from templates/messages/evacuation.txt."""

from typing import Any

from broadcasts.dispatch.texts.render import CHINESE, macro, wording

FILE = "evacuation.txt"


def phrase(name: str, /, *, language: str = CHINESE, **facts: Any) -> str:
    return macro(FILE, name, language=language, **facts)


def table(name: str, language: str = CHINESE) -> dict[str, str]:
    return wording(FILE, name, language)
