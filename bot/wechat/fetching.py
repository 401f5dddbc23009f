"""How each platform hands out its token: WeCom by gettoken, the official account by stable_token."""

from collections.abc import Mapping
from typing import NamedTuple, Protocol

import orjson
from yarl import URL

from bot.channels.contract import SendError
from bot.wechat.codes import OFFICIAL, WECOM, Verdict
from bot.wechat.http import Calls, parse


class Fetched(NamedTuple):
    """A token with the seconds that it lives, or what the platform said instead."""

    token: str = ""
    seconds: float = 0.0
    refusal: Verdict | None = None


class Source(Protocol):
    """`forced`: a new one, though the platform thinks that the old one still works; where it `can_force` that."""

    can_force: bool

    async def fetch(self, *, forced: bool = False) -> Fetched: ...


class WecomSource:
    """gettoken gives the same token while it is valid, and cannot be forced (document 91039)."""

    can_force = False

    def __init__(self, calls: Calls, base: str, corp_id: str, secret: str) -> None:
        self._calls = calls
        self._url = URL(f"{base}/cgi-bin/gettoken").with_query(corpid=corp_id, corpsecret=secret)

    async def fetch(self, *, forced: bool = False) -> Fetched:
        return _read(await self._calls.get(self._url), WECOM)


class AccountSource:
    """stable_token: fetching does not void the token of another process. Forcing does, 20 times a day at most."""

    def __init__(self, calls: Calls, base: str, app_id: str, secret: str, *, can_force: bool = True) -> None:
        self.can_force = can_force
        self._calls, self._url = calls, URL(f"{base}/cgi-bin/stable_token")
        self._given = {"grant_type": "client_credential", "appid": app_id, "secret": secret}

    async def fetch(self, *, forced: bool = False) -> Fetched:
        body = orjson.dumps({**self._given, "force_refresh": forced})
        return _read(await self._calls.post(self._url, body), OFFICIAL)


def _read(answer: bytes, table: Mapping[int, Verdict]) -> Fetched:
    """Raises SendError where nothing usable came."""
    said = parse(answer, code_missing=0)
    code = int(said["errcode"])
    if code != 0:
        found = table.get(code, Verdict("refused", alarm=True))
        return Fetched(refusal=Verdict("credentials", alarm=True) if found.refresh else found)
    if not said.get("access_token"):
        raise SendError("bad_answer", lost=True)
    return Fetched(str(said["access_token"]), float(said.get("expires_in", 7200)))
