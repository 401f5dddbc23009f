"""Texts for people: rendered once per distinct text when a broadcast is planned, and cut to what a channel holds."""

import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template, TemplateNotFound

from bot.config import CHINESE as CHINESE

InLanguage = Callable[[str], str]  # a text by the language of who reads it


@cache
def words() -> Environment:
    """The messages' templates: no escaping, nothing undefined, no stray lines."""
    return Environment(
        loader=PackageLoader("templates", "messages"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - chat is plain text
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(template: str, /, *, language: str = CHINESE, **facts: Any) -> str:
    """In a language for which templates/messages has a folder with this file, else in Chinese."""
    return (other(template, language) or words().get_template(template)).render(**facts).strip()


def macro(template: str, name: str, /, *, language: str = CHINESE, **facts: Any) -> str:
    """One text of a template that holds several. What another language's file leaves out is said in Chinese."""
    theirs = other(template, language)
    said = getattr(theirs.module, name, None) if theirs else None
    return str((said or getattr(words().get_template(template).module, name))(**facts)).strip()


def wording(template: str, table: str, language: str = CHINESE) -> dict[str, str]:
    """A table of words that a template sets, for pages that speak of the same things. What another language leaves out
    is Chinese."""
    found: dict[str, str] = getattr(words().get_template(template).module, table)
    theirs = other(template, language)
    return found if theirs is None else {**found, **getattr(theirs.module, table, {})}


def other(template: str, language: str) -> Template | None:
    """The same template in another language: ko/alert.txt. None for Chinese, and where there is none."""
    return None if language == CHINESE else _other(template, language.partition("-")[0].lower())


@cache
def _other(template: str, folder: str) -> Template | None:
    try:
        return words().get_template(f"{folder}/{template}") if folder.isalpha() else None
    except TemplateNotFound:
        return None


def fitted(make: Callable[[Sequence[str]], str], advice: Sequence[str], limit: int) -> list[str]:
    """The text in as few parts as it takes. Advice is cut first, line by line; the rest never, so that what is still
    too long is sent in numbered parts."""
    for kept in range(len(advice), -1, -1):
        text = make(advice[:kept])
        if len(text.encode()) <= limit:
            return [text]
    return numbered(make(()), limit)


def numbered(text: str, limit: int) -> list[str]:
    """Parts of at most `limit` bytes, cut between characters, at a line's end or a full stop where one is near.
    Joined without their numbers they are the text again."""
    room = limit - len("（99/99）".encode())
    pieces, rest = [], text
    while rest:
        piece = rest if len(rest.encode()) <= room else _head(rest, room)
        pieces.append(piece)
        rest = rest[len(piece) :]
    return [f"（{n}/{len(pieces)}）{piece}" for n, piece in enumerate(pieces, 1)]


def joined(parts: Sequence[str]) -> str:
    """What `numbered` has cut, or never was."""
    number = len(parts)
    return "".join(part.removeprefix(f"（{n}/{number}）") if number > 1 else part for n, part in enumerate(parts, 1))


def _head(text: str, room: int) -> str:
    whole = text.encode()[:room].decode(errors="ignore")
    while len(whole) > 1 and _joins(text, len(whole)):
        whole = whole[:-1]
    for mark in ("\n", "。", "；", "，"):
        end = whole.rfind(mark)
        if end > len(whole) // 2:
            return whole[: end + 1]
    return whole


def _joins(text: str, at: int) -> bool:
    """Whether a cut at `at` would part what is seen as one character (marks, joiners, variation selectors)."""
    joiner = "\u200d"
    after = text[at : at + 1]
    return bool(after) and (unicodedata.combining(after) != 0 or after in {joiner, "\ufe0f"} or text[at - 1] == joiner)
