"""The words of a bulletin, from templates/messages/commended.txt."""

from typing import Any

from broadcasts.dispatch.texts.render import wording, words

FILE = "commended.txt"


def phrase(name: str, /, **facts: Any) -> str:
    """One text; `name` is its macro."""
    macro = getattr(words().get_template(FILE).module, name)
    return str(macro(**facts)).strip()


def title(name: str) -> str:
    return wording(FILE, "TITLES")[name]
