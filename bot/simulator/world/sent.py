"""Application messages that can still be recalled or whose card can still be changed: by msgid and response_code."""

import secrets
from collections import OrderedDict
from dataclasses import dataclass

from bot.simulator.tables.limits import RESPONSE_CODE_SECONDS
from bot.simulator.world.messages import Shown

KEPT = 20_000


@dataclass(slots=True, eq=False)
class Sent:
    """`readers` are userids in lower case."""

    shown: Shown
    readers: frozenset[str]
    at: float


class Register:
    """Things found by a code that was handed out; the oldest are forgotten."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Sent] = OrderedDict()

    def add(self, sent: Sent) -> str:
        code = secrets.token_urlsafe(48)
        self._known[code] = sent
        if len(self._known) > KEPT:
            self._known.popitem(last=False)
        return code

    def find(self, code: str) -> Sent | None:
        return self._known.get(code)


class ResponseCodes(Register):
    """Usable once, within 72 hours (document 94888)."""

    def use(self, code: str, at: float) -> Sent | None:
        sent = self._known.pop(code, None)
        return sent if sent and at - sent.at < RESPONSE_CODE_SECONDS else None
