"""What was filled in about a village that is moved, with what was written beside it, as something said. Pure."""

from dataclasses import replace
from typing import Any

from aiohttp import web

from broadcasts.tasks.evacuation.figures import FIGURES
from broadcasts.tasks.evacuation.order import MOST
from broadcasts.tasks.evacuation.say import Heard, plausible
from handlers.chat.understand.village_written import village_written
from handlers.h5.hints.upload import Sent

LABELS = {"homes": "已转户数", "people": "已转人数", "left_homes": "没转户数", "left_people": "没转人数",
          "refusing": "不肯走的人数"}  # fmt: skip
FLAGS = ("refuses", "everybody", "needless", "cannot", "help")
DIGITS = 6
LACKS = "请至少填一个数，或按“都转完了”。"
REASON = "不用转，请写一句原因。"


def read(came: Sent, expected: int | None) -> tuple[Heard, list[str]]:
    """With what is wrong, for which nothing is kept. An empty field says nothing. Who asks for support, or cannot go
    there, is heard whatever is wrong with the rest."""
    do, words = came.fields.get("do", "said" if came.cut else ""), came.fields.get("words", "").strip()
    if do not in {"said", "all", "needless", "help", "cannot"}:
        raise web.HTTPBadRequest
    wrong = [*came.wrong]
    form = plausible(_filled(came, do, wrong), expected, came.fields.get("sure", ""))
    written = village_written(words)
    heard = _both(form, plausible(written.heard, expected)) if written else form
    if heard.help or heard.cannot:
        return heard, []
    wrong += [_doubt(one) for one in form.doubts]
    if do == "said" and heard == Heard() and not words and not came.drawn:
        wrong.append(LACKS)
    if do in {"said", "needless"} and (written.why if written else do == "needless" and not words):
        wrong.append(REASON)
    return heard, wrong


def _filled(came: Sent, do: str, wrong: list[str]) -> Heard:
    numbers: dict[str, Any] = {
        name: n for name, label in LABELS.items() if (n := _number(came, name, label, wrong)) is not None
    }
    return Heard(
        **numbers, refuses=bool(numbers.get("refusing")), everybody=do == "all", needless=do == "needless",
        help=do == "help", cannot=do == "cannot", place=came.fields.get("place", "").strip()[:64],
    )  # fmt: skip


def _number(came: Sent, name: str, label: str, wrong: list[str]) -> int | None:
    text = came.fields.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= DIGITS):
        wrong.append(f"{label}请写 0 以上的整数。")
        return None
    return int(text)


def _both(form: Heard, written: Heard) -> Heard:
    """A figure that is filled in goes before one that is written."""
    more: dict[str, Any] = {name: getattr(written, name) for name in FIGURES if getattr(form, name) is None}
    more |= {name: getattr(form, name) or getattr(written, name) for name in FLAGS}
    return replace(form, **more)


def _doubt(doubt: str) -> str:
    if int(doubt.split()[0]) > MOST:
        return f"{doubt}对不上：一个村没有这么多，请看看是不是多打了零。"
    return f"{doubt}对不上：比应转的多了十倍以上，请看看是不是多打了一个零。没有错就原样再报一次。"
