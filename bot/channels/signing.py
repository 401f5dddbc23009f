"""The signature that we and a county's own gateway set under what we tell each other: HMAC-SHA256 of time, nonce and
body. Each gateway and each road has a key of its own: what one of them signs proves nothing to another."""

import hashlib
import hmac
import secrets

from yarl import URL

from bot.clock import Clock
from bot.vault import Vault

SMS, VOICE, SPEECH = "sms", "voice", "speech"
ROADS = {"live": "", "training": "training "}


def gateway_key(vault: Vault, road: str, gateway: str = SMS) -> str:
    """64 hexadecimal characters, derived from SECRET_KEY: the gateway is given them once."""
    return vault.derive(f"{ROADS[road]}{gateway}".encode()).hex()


def signature(key: str, stamp: str, nonce: str, body: bytes) -> str:
    """In hexadecimal, of `stamp.nonce.body`."""
    said = f"{stamp}.{nonce}.".encode() + body
    return hmac.new(key.encode(), said, hashlib.sha256).hexdigest()


def signed(given: str, key: str, stamp: str, nonce: str, body: bytes) -> bool:
    """Whether whoever wrote `given` has the key; the time that this takes tells nothing."""
    return hmac.compare_digest(given.lower().encode(), signature(key, stamp, nonce, body).encode())


def signed_url(url: str, key: str, clock: Clock, body: bytes) -> URL:
    """The gateway's address with time, nonce and signature of this one request."""
    stamp, nonce = str(int(clock.now().timestamp())), secrets.token_hex(8)
    query = f"timestamp={stamp}&nonce={nonce}&signature={signature(key, stamp, nonce, body)}"
    return URL(f"{url}{'&' if '?' in url else '?'}{query}", encoded=True)
