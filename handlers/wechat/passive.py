"""What comes back in the answer to a callback (document 90241): on the presser's own card stands at once what was
understood, and when. Where this answer is lost the platform calls again, and gets it again. The click's own code is
left for what turns out otherwise: too late, not asked, taken back (see handlers.chat.answers.faces). Pure."""

import secrets
from datetime import datetime
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

import orjson

from bot.wechat.crypto import seal, signature
from bot.wechat.ears import WECOM, Ear
from broadcasts.dispatch.texts.pressed import Button, button, replied
from broadcasts.dispatch.texts.render import wording
from broadcasts.dispatch.texts.trial import SEEN
from handlers.wechat.keeping.arrival import Arrival

CARD = "template_card_event"
FACE = (
    "<xml><ToUserName>{to}</ToUserName><FromUserName>{by}</FromUserName><CreateTime>{at}</CreateTime>"
    "<MsgType>update_button</MsgType><Button><ReplaceName>{words}</ReplaceName></Button></xml>"
)
ENVELOPE = (
    "<xml><Encrypt>{sealed}</Encrypt><MsgSignature>{signed}</MsgSignature><TimeStamp>{at}</TimeStamp>"
    "<Nonce>{nonce}</Nonce></xml>"
)


def pressed(ear: Ear, row: Arrival, at: datetime, zone: ZoneInfo) -> bytes:
    """Sealed for the platform; empty where no button of ours was pressed."""
    if ear.platform != WECOM or row.event.lower() != CARD:
        return b""
    words = _words(button(str(orjson.loads(row.body).get("EventKey") or "")), row.received_at, zone)
    if not words:
        return b""
    stamp, nonce = str(int(at.timestamp())), str(secrets.randbelow(10**10))
    face = FACE.format(to=escape(row.sender), by=escape(ear.receiver), at=stamp, words=escape(words))
    sealed = seal(ear.keys[0], face.encode(), ear.receiver)
    signed = signature(ear.token, stamp, nonce, sealed)
    return ENVELOPE.format(sealed=sealed, signed=signed, at=stamp, nonce=nonce).encode()


def _words(one: Button, at: datetime, zone: ZoneInfo) -> str:
    if one.said == SEEN:
        return wording("forms.txt", "TRIAL", one.language)["pressed"]
    return replied(one, at, zone)
