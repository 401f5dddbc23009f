"""The words of every answer, from templates/messages/chat.txt, or from the folder of the speaker's language there."""

from typing import Any

from broadcasts.dispatch.texts.render import CHINESE, macro, wording

FILE = "chat.txt"


def phrase(name: str, /, *, language: str = CHINESE, **facts: Any) -> str:
    """One answer's text; `name` is its macro."""
    return macro(FILE, name, language=language, **facts)


def table(name: str, language: str = CHINESE) -> dict[str, str]:
    return wording(FILE, name, language)
