"""【演练】 at the head and foot of whatever leaves in a drill, and on nothing that is live. Whoever writes a text never
sets the mark, and may not write it: the renderer does (see drill_forms)."""

import re

from bot.errors import SignalTreeError

MARK = "【演练】"
ROOM = len(f"{MARK}\n{MARK}{MARK}".encode())  # bytes that both take of a text, and a third below a group's own line
DRILL = re.compile(r"演\s*[练习]|훈련")  # in a recording's words, as they are written …
SPOKEN = re.compile(r"[【（(\s]*((这\s*是\s*(一\s*[次场]\s*)?)?演\s*[练习]|(이것은\s*)?훈련)")  # … and their beginning
DENIAL = re.compile(r"(不\s*是|并\s*非)\s*(一\s*[次场])?\s*(演\s*习|演\s*练)")


class Mismarked(SignalTreeError):
    """没有发出：演练的消息两头都要有“【演练】”，真的消息里不能有这几个字。"""


class DrillWords(SignalTreeError):
    """真的消息里不能写“【演练】”，请改掉这几个字。要演练，请在“演练”里新建。"""


class Denial(SignalTreeError):
    """演练里不能写“这不是演习”这样的话，请改掉："""


def both_ends(text: str) -> str:
    return f"{MARK}{text}\n{MARK}"


def in_line(text: str) -> str:
    return f"{MARK}{text}{MARK}"


def linted(text: str, *, drill: bool) -> str:
    """What somebody wrote for a live message, or for a drill's; in a drill without the marks that the renderer puts.
    Raises DrillWords or Denial."""
    if drill and (found := DENIAL.search(text)):
        raise Denial(f"“{found.group()}”")
    if not drill and MARK in text:
        raise DrillWords
    return text.replace(MARK, "").strip() if drill else text


def plainly(text: str) -> str:
    """What quotes other people's words in a live message: their mark is no mark of ours."""
    return text.replace(MARK, "（演练）")


def begins_spoken(words: str) -> bool:
    """Whether what is heard first in a recording is that this is a drill."""
    return SPOKEN.match(words) is not None and not DENIAL.search(words)


def speaks_of_drill(words: str) -> bool:
    """Whether a recording says anything of one."""
    return DRILL.search(words) is not None
