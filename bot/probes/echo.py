"""A question to our own door, signed as the platform signs its own: who answers it is us, with the right token and key.
It says nothing to anybody, and stores nothing."""

import secrets
from datetime import datetime

from yarl import URL

from bot.vault import Vault
from bot.wechat.crypto import seal, signature
from bot.wechat.ears import OA, Ear

OWN = "signaltree"  # our own questions' nonces begin so: none of them counts as the platform's


def nonce() -> str:
    return f"{OWN}{secrets.token_hex(8)}"


def question(ear: Ear, base: str, path: str, at: datetime) -> tuple[URL, str]:
    """The address to ask, and what must come back."""
    stamp, once, echo = str(int(at.timestamp())), nonce(), secrets.token_hex(8)
    url = URL(f"{base}{path}")
    if ear.platform == OA:
        signed = signature(ear.token, stamp, once)
        return url.with_query(signature=signed, timestamp=stamp, nonce=once, echostr=echo), echo
    sealed = seal(ear.keys[0], echo.encode(), ear.receiver)
    signed = signature(ear.token, stamp, once, sealed)
    return url.with_query(msg_signature=signed, timestamp=stamp, nonce=once, echostr=sealed), echo


def proof(vault: Vault, once: str) -> str:
    """What /healthz answers to a nonce: only who has SECRET_KEY can say it."""
    return vault.digest(f"healthz|{once}")
