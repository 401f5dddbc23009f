"""One call to the official account's API, with its token, its own table of codes, and a day that may be used up."""

from datetime import timedelta, timezone
from typing import Any

from bot.channels.contract import SendError, answered_before
from bot.clock import Clock
from bot.wechat.codes import DAY_OVER, OFFICIAL
from bot.wechat.http import Calls, parse, refusal, verdict
from bot.wechat.renewal import endpoint, renewed
from bot.wechat.tokens import Tokens

BEIJING = timezone(timedelta(hours=8))  # where the platform's day begins
TAKEN = (0, 45065)  # 45065: a message of that key is there already
PAST = timedelta(minutes=1)  # after midnight


class Account:
    """`post` is shared by template and reply; each endpoint's day is counted by the platform on its own."""

    def __init__(self, calls: Calls, tokens: Tokens, base: str, clock: Clock) -> None:
        self._calls, self._tokens, self._base, self._clock = calls, tokens, base, clock
        self._over: dict[str, float] = {}  # path: our wall clock at which the next day begins

    async def post(self, path: str, body: bytes) -> dict[str, Any]:
        """The answer of a call that was taken. Raises SendError; once the day's calls are used up, without asking."""
        self._day_holds(path)
        said = await renewed(self._tokens, lambda token: self._post(path, token, body), OFFICIAL)
        code = int(said["errcode"])
        if code in TAKEN:
            return said
        found = verdict(code, OFFICIAL)
        if found is DAY_OVER:
            self._over[path] = self._next_day()
            with answered_before():
                self._day_holds(path)
        raise refusal(found)

    async def _post(self, path: str, token: str, body: bytes) -> dict[str, Any]:
        return parse(await self._calls.post(endpoint(self._base, path, token), body))

    def _day_holds(self, path: str) -> None:
        left = self._over.get(path, 0.0) - self._clock.now().timestamp()
        if left > 0:
            raise SendError("quota", wait=left, alarm=True, left=False)

    def _next_day(self) -> float:
        local = self._clock.now().astimezone(BEIJING)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        return (midnight + PAST).timestamp()
