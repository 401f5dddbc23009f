"""From what was proven to the row that keeps it. Pure."""

import hashlib
from datetime import datetime

import orjson

from bot.ids import uuid7
from bot.vault import Vault
from bot.wechat.ears import Ear
from bot.wechat.fields import Malformed
from bot.wechat.heard import Heard, hear, understood
from handlers.wechat import gateway
from handlers.wechat.contents import AUDIO, FILE, PICTURE, VIDEO
from handlers.wechat.keeping.arrival import Arrival, Attached
from handlers.wechat.proof import Proven, Refused

FETCHED = {"image": PICTURE, "voice": AUDIO, "video": VIDEO, "shortvideo": VIDEO, "file": FILE}
LONGEST_ID, LONGEST_WORDS = 255, 1024


def arrival(ear: Ear, proof: Proven, at: datetime) -> Arrival:
    """Raises Refused."""
    try:
        heard = hear(proof.text, road=ear.road, platform=ear.platform, app=ear.receiver)
    except Malformed as error:
        raise Refused("malformed") from error
    return _row(ear, proof, heard, at)


def gateway_arrival(vault: Vault, ear: Ear, proof: Proven, at: datetime) -> Arrival:
    """The same, of what a gateway tells. Raises Refused."""
    try:
        told = gateway.fields(vault, ear.platform, proof.text)
        heard = understood(told, road=ear.road, platform=ear.platform, app=ear.receiver)
    except Malformed as error:
        raise Refused("malformed") from error
    return _row(ear, proof, heard, at)


def _row(ear: Ear, proof: Proven, heard: Heard, at: datetime) -> Arrival:
    return Arrival(
        nonce=f"{int(proof.stamp):08x}{_digest(f'{ear.road}|{ear.platform}|{proof.nonce}'.encode())}"[:64],
        digest=_digest(proof.text),  # not the ciphertext, which a platform may salt anew for its retry
        key=heard.key,
        road=ear.road,
        platform=ear.platform,
        sender=heard.sender,
        kind=heard.kind,
        event=heard.event,
        body=orjson.dumps(heard.fields).decode(),
        said_at=heard.said_at,
        received_at=at,
        attached=_attached(heard, at),
    )


def _attached(heard: Heard, at: datetime) -> Attached | None:
    media_id = heard.fields.get("MediaId", "")
    if heard.kind not in FETCHED or not isinstance(media_id, str) or not 0 < len(media_id) <= LONGEST_ID:
        return None
    words = heard.fields.get("Recognition", "")
    return Attached(uuid7(at), FETCHED[heard.kind], media_id, words[:LONGEST_WORDS] if isinstance(words, str) else "")


def _digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()
