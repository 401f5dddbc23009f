"""What comes back in the answer to a callback (document 90241): the button that was pressed says so at once, on the
presser's own card. The change by the API, behind every message, says the same where this answer is lost. Pure."""

import secrets
from datetime import datetime
from xml.sax.saxutils import escape

import orjson

from bot.wechat.crypto import seal, signature
from bot.wechat.ears import WECOM, Ear
from broadcasts.dispatch.texts.render import wording
from broadcasts.dispatch.texts.trial import SEEN
from handlers.wechat.store import Arrival

CARD = "template_card_event"
FACE = (
    "<xml><ToUserName>{to}</ToUserName><FromUserName>{by}</FromUserName><CreateTime>{at}</CreateTime>"
    "<MsgType>update_button</MsgType><Button><ReplaceName>{words}</ReplaceName></Button></xml>"
)
ENVELOPE = (
    "<xml><Encrypt>{sealed}</Encrypt><MsgSignature>{signed}</MsgSignature><TimeStamp>{at}</TimeStamp>"
    "<Nonce>{nonce}</Nonce></xml>"
)


def pressed(ear: Ear, row: Arrival, at: datetime) -> bytes:
    """Sealed for the platform; empty where no button of ours was pressed."""
    if ear.platform != WECOM or row.event.lower() != CARD:
        return b""
    words = _words(str(orjson.loads(row.body).get("EventKey") or "").rpartition(":")[2])
    if not words:
        return b""
    stamp, nonce = str(int(at.timestamp())), str(secrets.randbelow(10**10))
    face = FACE.format(to=escape(row.sender), by=escape(ear.receiver), at=stamp, words=escape(words))
    sealed = seal(ear.keys[0], face.encode(), ear.receiver)
    signed = signature(ear.token, stamp, nonce, sealed)
    return ENVELOPE.format(sealed=sealed, signed=signed, at=stamp, nonce=nonce).encode()


def _words(key: str) -> str:
    if key == SEEN:
        return wording("forms.txt", "TRIAL")["pressed"]
    button = wording("forms.txt", "BUTTONS").get(key, "")
    return wording("forms.txt", "WORDS")["pressed"] + button if button else ""
