"""The words of every answer, from templates/messages/chat.txt, or from the folder of the speaker's language there."""

from typing import Any

from broadcasts.dispatch.texts.render import CHINESE, other, wording, words

FILE = "chat.txt"


def phrase(name: str, /, *, language: str = CHINESE, **facts: Any) -> str:
    """One answer's text; `name` is its macro. What another language's file leaves out is said in Chinese."""
    theirs = other(FILE, language)
    macro = getattr(theirs.module, name, None) if theirs else None
    return str((macro or getattr(words().get_template(FILE).module, name))(**facts)).strip()


def table(name: str, language: str = CHINESE) -> dict[str, str]:
    return wording(FILE, name, language)
