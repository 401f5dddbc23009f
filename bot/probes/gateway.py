"""Whether the county's own gateway knows our signature: it is asked for an echo, which it sends to nobody."""

import secrets
from datetime import datetime

import aiohttp
import orjson
from yarl import URL

from bot.channels.signing import signature
from bot.probes.asking import NoAnswer, ask
from bot.probes.calling import Refusal
from bot.probes.echo import nonce

BAD_SIGNATURE = 40001


async def gateway(http: aiohttp.ClientSession, url: str, key: str, at: datetime) -> None:
    """Raises Refusal (credentials: it does not know our key) and NoAnswer. A gateway that does not know the echo yet
    refuses the body, which it reads only where the signature is right: that is proof enough."""
    body = orjson.dumps({"id": f"echo-{secrets.token_hex(8)}", "echo": True})
    stamp, once = str(int(at.timestamp())), nonce()
    query = {"timestamp": stamp, "nonce": once, "signature": signature(key, stamp, once, body)}
    heard = await ask(http, URL(url).update_query(query), body=body)
    try:
        said = orjson.loads(heard.body)
    except orjson.JSONDecodeError:
        said = None
    code = said.get("code") if isinstance(said, dict) else None
    if heard.status != 200 or not isinstance(code, int) or isinstance(code, bool):
        raise NoAnswer("unreachable")
    if code == BAD_SIGNATURE:
        raise Refusal("credentials", code)
