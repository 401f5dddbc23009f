"""The words of every answer, from templates/messages/chat.txt."""

from typing import Any

from broadcasts.dispatch.texts.render import wording, words

FILE = "chat.txt"


def phrase(name: str, /, **facts: Any) -> str:
    """One answer's text; `name` is its macro."""
    macro = getattr(words().get_template(FILE).module, name)
    return str(macro(**facts)).strip()


def table(name: str) -> dict[str, str]:
    return wording(FILE, name)
