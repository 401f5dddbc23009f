"""The bytes of an application message. The same members and text give the same bytes: WeCom compares them. Markdown is
never sent, here nor to a group: readers in the WeChat plug-in see none of it, and it would eat the stars and hashes of
a text that must stay as it was issued."""

import zlib
from collections.abc import Sequence
from typing import Any

import orjson

from bot.channels.wecom_app.limits import DUPLICATE_SECONDS

TEXTCARD, CARD, CLIP = "textcard", "card", "clip"


def body(agent_id: int, members: Sequence[str], text: str, form: str = "text", key: str = "") -> bytes:
    """`text` as it was frozen: of a textcard, a card and a recording a JSON object. `key` is a card's task."""
    return orjson.dumps(
        {
            "touser": "|".join(members),
            **_message(text, form, key),
            "agentid": agent_id,
            "enable_duplicate_check": 1,
            "duplicate_check_interval": _interval(key) if form == CLIP else DUPLICATE_SECONDS,
        }
    )


def instead(text: str) -> list[str]:
    """What members read whose card the platform refuses: the parts of the same message as text."""
    return list(orjson.loads(text)["instead"])


def clip(media_id: str, uid: str, words: str) -> str:
    """A recording, frozen: what WeCom calls it, whose recording it is, and what it says, for our own pages."""
    return orjson.dumps({"media_id": media_id, "clip": uid, "words": words}).decode()


def _interval(key: str) -> int:
    """Two warnings may have the same recording for the same members within four hours: by these seconds alone their
    requests differ, and the second is no repeat of the first."""
    return DUPLICATE_SECONDS - zlib.crc32(key.encode()) % (DUPLICATE_SECONDS // 2)


def _message(text: str, form: str, key: str) -> dict[str, Any]:
    if form == CARD:
        return {"msgtype": "template_card", "template_card": orjson.loads(text)["card"] | {"task_id": key}}
    if form == CLIP:
        return {"msgtype": "voice", "voice": {"media_id": orjson.loads(text)["media_id"]}}
    if form == TEXTCARD:
        return {"msgtype": "textcard", "textcard": orjson.loads(text)}
    return {"msgtype": "text", "text": {"content": text}}
