"""The signature that we and the gateway set under what we tell each other: HMAC-SHA256 of time, nonce and body."""

import hashlib
import hmac

from bot.vault import Vault

PURPOSES = {"live": b"sms", "training": b"training sms"}  # what the training room signs proves nothing on the live road


def gateway_key(vault: Vault, road: str) -> str:
    """64 hexadecimal characters, derived from SECRET_KEY: the gateway is given them once."""
    return vault.derive(PURPOSES[road]).hex()


def signature(key: str, stamp: str, nonce: str, body: bytes) -> str:
    """In hexadecimal, of `stamp.nonce.body`."""
    said = f"{stamp}.{nonce}.".encode() + body
    return hmac.new(key.encode(), said, hashlib.sha256).hexdigest()


def signed(given: str, key: str, stamp: str, nonce: str, body: bytes) -> bool:
    """Whether whoever wrote `given` has the key; the time that this takes tells nothing."""
    return hmac.compare_digest(given.lower().encode(), signature(key, stamp, nonce, body).encode())
