"""From a request's query and body to the text that its platform proved, or a reason to refuse it. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.wechat import fields
from bot.wechat.crypto import BadSeal, signed, unseal
from bot.wechat.ears import OA, Ear
from bot.wechat.fields import Malformed

STAMP = re.compile(r"[0-9]{1,12}")
ENVELOPE = re.compile(rb"<Encrypt><!\[CDATA\[([A-Za-z0-9+/=]+)\]\]></Encrypt>")
ECHO = re.compile(r"[!-~]{1,512}")
STATUS = {  # what the platform is told; whoever forges learns no more from it
    "oversized": 413,
    "malformed": 400,
    "ciphertext": 400,
    "receiver": 403,
    "signature": 403,
    "stale": 403,
    "unsealed": 403,
    "nonce": 409,
    "unset": 404,
    "slow": 408,
}


class Refused(Exception):
    """`reason` is a key of STATUS, and all that may be counted or logged."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Proven:
    """`stamp` and `nonce` name the request."""

    stamp: str
    nonce: str
    text: bytes = field(repr=False)


def question(ear: Ear, query: Mapping[str, str], now: datetime, window: float) -> str:
    """What is to be answered to the platform that asks whether this address is ours. Raises Refused."""
    stamp, nonce = fresh(query, now, window)
    echo = query.get("echostr", "")
    if ear.platform == OA:
        _signed(query.get("signature", ""), ear, stamp, nonce)
        if not ECHO.fullmatch(echo):
            raise Refused("malformed")
        return echo
    sealed = echo.replace(" ", "+")  # a plus that somebody between us decoded twice
    _signed(query.get("msg_signature", ""), ear, stamp, nonce, sealed)
    text = _unsealed(ear, sealed).decode("ascii", "replace")
    if not ECHO.fullmatch(text):
        raise Refused("malformed")
    return text


def proven(ear: Ear, query: Mapping[str, str], body: bytes, now: datetime, window: float) -> Proven:
    """The body's text. Of a compatible push only what was sealed: the rest no signature covers. Raises Refused."""
    stamp, nonce = fresh(query, now, window)
    if ear.mode == "plain" and not (ear.keys and query.get("encrypt_type") == "aes"):
        _signed(query.get("signature", ""), ear, stamp, nonce)
        return Proven(stamp, nonce, body)
    sealed = _sealed(body)
    _signed(query.get("msg_signature", ""), ear, stamp, nonce, sealed)
    return Proven(stamp, nonce, _unsealed(ear, sealed))


def _sealed(body: bytes) -> str:
    """What stands in Encrypt. The usual envelope is read without a parser, which takes a quarter of a callback's time:
    the signature proves that it is the right piece. Where there is a choice, the parser makes it."""
    usual = ENVELOPE.search(body) if body.count(b"<Encrypt>") == 1 and b"<!DOCTYPE" not in body else None
    if usual:
        return usual[1].decode()
    try:
        sealed = fields.read(body).get("Encrypt")
    except Malformed as error:
        raise Refused("malformed") from error
    if not isinstance(sealed, str) or not sealed.strip():
        raise Refused("unsealed")
    return sealed.strip()


def _unsealed(ear: Ear, sealed: str) -> bytes:
    try:
        return unseal(ear.keys, sealed, ear.receiver)
    except BadSeal as error:
        raise Refused(error.reason) from error


def _signed(given: str, ear: Ear, *parts: str) -> None:
    if not signed(given, ear.token, *parts):
        raise Refused("signature")


def fresh(query: Mapping[str, str], now: datetime, window: float) -> tuple[str, str]:
    """The request's time and nonce. Raises Refused where it lies outside the window."""
    stamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
    if not STAMP.fullmatch(stamp) or not 1 <= len(nonce) <= 128:
        raise Refused("malformed")
    if abs(now.timestamp() - int(stamp)) > window:
        raise Refused("stale")
    return stamp, nonce
