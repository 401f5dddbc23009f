"""What became of an emergency call: asked of WeCom, which tells nobody by itself (documents 91627 and 91628)."""

from dataclasses import dataclass

from yarl import URL

from bot.channels.pstncc.body import question
from bot.wechat.http import Calls, parse, refusal, verdict
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
    token = await tokens.get()
    asked = question(member, call_id)
    said = parse(await calls.post(_url(base, token), asked))
    if verdict(said["errcode"]).refresh:
        said = parse(await calls.post(_url(base, await tokens.replace(token)), asked))  # once, never again
    if said["errcode"] != 0:
        raise refusal(verdict(said["errcode"]))
    return Talked(bool(said.get("istalked")), int(said.get("talktime") or 0), int(said.get("reason") or 0))


def _url(base: str, token: str) -> URL:
    return URL(f"{base}{STATES}?access_token={token}", encoded=True)
