"""The words about duty, from templates/messages/duty.txt."""

from typing import Any

from broadcasts.dispatch.texts.render import words

FILE = "duty.txt"


def phrase(name: str, /, **facts: Any) -> str:
    """One text; `name` is its macro."""
    macro = getattr(words().get_template(FILE).module, name)
    return str(macro(**facts)).strip()
