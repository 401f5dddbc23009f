"""What somebody does with a telephone that rings: takes it, listens, presses a key, or lets it ring; and how the
gateway tells the product of it."""

import asyncio
import json
import secrets
from typing import Any

from bot.simulator.acts.given import Given, number, text
from bot.simulator.control.answers import Problem
from bot.simulator.endpoints.gateway_access import sign
from bot.simulator.platform import Platform
from bot.simulator.world.telephones import OVER, STATES, Ring

KEYS = frozenset("0123456789*#")


def act(platform: Platform, ring: Ring, name: str, given: Given) -> None:
    """`answered` with `{"heard": seconds, "key"}`: all of it where nothing is said; or another of STATES, with
    WeCom's `reason`. Raises Problem."""
    if name not in STATES or name == "ringing":
        raise Problem(f"{name}: one of {', '.join(STATES[1:])}", 404)
    if ring.state in OVER or (ring.state == "answered" and name != "answered"):
        raise Problem("the call is over", 409)
    key = text(given, "key", "")
    heard = int(number(given, "heard", ring.whole)) if name == "answered" else 0
    if (key and key not in KEYS) or not 0 <= heard <= 600:
        raise Problem("key: a digit; heard: seconds")
    ring.state, ring.heard, ring.key = name, max(ring.heard, heard), key or ring.key
    ring.reason = int(number(given, "reason", ring.reason))
    platform.live.touch()


async def tell(platform: Platform, ring: Ring) -> dict[str, Any]:
    """One signed callback of how the call goes; nobody is told of WeCom's own calls: they are asked after."""
    to = platform.config.voice_callback
    if not to or ring.reason or not ring.text:
        return {"status": 0, "answer": ""}
    said = {"type": "call", "id": ring.id, "at": int(platform.at()), "status": ring.state}
    said |= {"heard": ring.heard, "whole": ring.whole, "key": ring.key}
    body = json.dumps(said).encode()
    stamp, nonce = str(int(platform.at())), secrets.token_hex(8)
    signed = sign(platform.config.voice_key, stamp, nonce, body)
    query = {"timestamp": stamp, "nonce": nonce, "signature": signed}
    status, answer = await platform.post.give(to, query, body)
    ring.told.append(f"{ring.state} {status}")
    platform.live.touch()
    return {"status": status, "answer": answer.decode("utf-8", "replace")}


def tell_later(platform: Platform, ring: Ring) -> None:
    """The same without waiting for it."""
    if platform.config.voice_callback:
        platform.post.keep(asyncio.ensure_future(tell(platform, ring)))


def ring_up(platform: Platform, ring: Ring) -> None:
    """It rings from now on, until somebody takes it or the network gives it up."""
    platform.telephones.ring(ring)
    tell_later(platform, ring)
    if platform.config.ring_seconds and ring.state == "ringing":
        platform.telephones.wait(asyncio.ensure_future(_left(platform, ring)))
    platform.live.touch()


async def _left(platform: Platform, ring: Ring) -> None:
    """Nobody has taken it: that is what became of the call."""
    await platform.sleep(platform.config.ring_seconds)
    if ring.state == "ringing":
        act(platform, ring, "not_answered", {})
        tell_later(platform, ring)
