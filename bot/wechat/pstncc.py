"""What became of an emergency call: asked of WeCom, which tells nobody by itself (documents 91627 and 91628)."""

from dataclasses import dataclass
from typing import Any

from bot.channels.pstncc.body import question
from bot.wechat.http import Calls, parse
from bot.wechat.renewal import endpoint, taken
from bot.wechat.tokens import Tokens

STATES = "/cgi-bin/pstncc/getstates"


@dataclass(frozen=True, slots=True)
class Talked:
    """`seconds` of talk; `reason` is 0 while nothing has gone wrong."""

    picked_up: bool
    seconds: int
    reason: int


async def talked(calls: Calls, tokens: Tokens, base: str, member: str, call_id: str) -> Talked:
    """Raises SendError."""
    asked = question(member, call_id)
    said = await taken(tokens, lambda token: _asked(calls, base, token, asked))
    return Talked(bool(said.get("istalked")), int(said.get("talktime") or 0), int(said.get("reason") or 0))


async def _asked(calls: Calls, base: str, token: str, asked: bytes) -> dict[str, Any]:
    return parse(await calls.post(endpoint(base, STATES, token), asked))
