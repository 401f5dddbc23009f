"""Whether a county's own gateway lets the product in: its signature. Written once more, and not shared with the
product: an error there would hide itself here."""

import hashlib
import hmac
from collections.abc import Mapping

from bot.simulator.endpoints.call import Call
from bot.simulator.tables.codes import Refused

BAD_SIGNATURE = 40001


def admit(key: str, call: Call, meanings: Mapping[int, str]) -> None:
    """An empty `key`: the stand-in does not look. Raises Refused."""
    if not key:
        return
    stamp, nonce = call.params.get("timestamp", ""), call.params.get("nonce", "")
    if not hmac.compare_digest(sign(key, stamp, nonce, call.body).encode(), call.params.get("signature", "").encode()):
        raise Refused(BAD_SIGNATURE, meanings=meanings)


def sign(key: str, stamp: str, nonce: str, body: bytes) -> str:
    whole = b".".join((stamp.encode(), nonce.encode(), body))
    return hmac.new(key.encode(), whole, hashlib.sha256).hexdigest()
