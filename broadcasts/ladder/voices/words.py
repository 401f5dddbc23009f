"""How a call went, as people say it: 电话接通 18 秒，没按键."""

from typing import Any

from broadcasts.dispatch.texts.render import render


def outcome(state: str, heard: int, whole: int, key: str, *, wakes: bool = False, times: int = 1) -> str:
    """`wakes`: an emergency call, which reads nothing out and takes no key. A key stands there without an answer where
    several people share the number."""
    facts: dict[str, Any] = {"state": state, "heard": heard, "whole": whole, "key": key, "wakes": wakes}
    return render("rang.txt", **facts, times=times, unsure=bool(key))
