"""What was filled in about a village that is moved, with what was written beside it, as something said. Pure."""

from dataclasses import replace
from typing import Any, NamedTuple

from aiohttp import web

from broadcasts.tasks.evacuation.figures import FIGURES
from broadcasts.tasks.evacuation.order import MOST
from broadcasts.tasks.evacuation.say import Heard, plausible
from handlers.chat.understand.village_written import village_written
from handlers.h5.hints.upload import Sent

FLAGS = ("refuses", "everybody", "needless", "cannot", "help")
DIGITS = 6


class Wrong(NamedTuple):
    """`name` is lacks, reason, number (of the field `what`), many or more (of the number `what`), or file: said as it
    is."""

    name: str
    what: str = ""


def read(came: Sent, expected: int | None) -> tuple[Heard, list[Wrong]]:
    """With what is wrong, for which nothing is kept. An empty field says nothing. Who asks for support, or cannot go
    there, is heard whatever is wrong with the rest."""
    do, words = came.fields.get("do", "said" if came.cut else ""), came.fields.get("words", "").strip()
    if do not in {"said", "all", "needless", "help", "cannot"}:
        raise web.HTTPBadRequest
    wrong = [Wrong("file", one) for one in came.wrong]
    form = plausible(_filled(came, do, wrong), expected, came.fields.get("sure", ""))
    written = village_written(words)
    heard = _both(form, plausible(written.heard, expected)) if written else form
    if heard.help or heard.cannot:
        return heard, []
    wrong += [_doubt(one) for one in form.doubts]
    if do == "said" and heard == Heard() and not words and not came.drawn:
        wrong.append(Wrong("lacks"))
    if do in {"said", "needless"} and (written.why if written else do == "needless" and not words):
        wrong.append(Wrong("reason"))
    return heard, wrong


def _filled(came: Sent, do: str, wrong: list[Wrong]) -> Heard:
    numbers: dict[str, Any] = {name: n for name in FIGURES if (n := _number(came, name, wrong)) is not None}
    return Heard(
        **numbers, refuses=bool(numbers.get("refusing")), everybody=do == "all", needless=do == "needless",
        help=do == "help", cannot=do == "cannot", place=came.fields.get("place", "").strip()[:64],
    )  # fmt: skip


def _number(came: Sent, name: str, wrong: list[Wrong]) -> int | None:
    text = came.fields.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= DIGITS):
        wrong.append(Wrong("number", name))
        return None
    return int(text)


def _both(form: Heard, written: Heard) -> Heard:
    """A figure that is filled in goes before one that is written."""
    more: dict[str, Any] = {name: getattr(written, name) for name in FIGURES if getattr(form, name) is None}
    more |= {name: getattr(form, name) or getattr(written, name) for name in FLAGS}
    return replace(form, **more)


def _doubt(doubt: str) -> Wrong:
    """More than any village has, or more than ten times what it should be."""
    number = doubt.split()[0]
    return Wrong("many" if int(number) > MOST else "more", number)
