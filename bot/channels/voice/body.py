"""The bytes of one call. The same arguments give the same bytes: the gateway calls once for one id."""

import json
from typing import Any

import orjson

from bot.channels.voice.limits import SECONDS


def frozen(text: str, language: str, clip: str = "") -> str:
    """What a call says, before anybody is called: `text` is spoken by the gateway, after the recording at `clip` where
    there is one."""
    said = {"text": text, "language": language, "clip": clip, "seconds": SECONDS}
    return json.dumps(said, ensure_ascii=False)


def body(key: str, phone: str, said: str) -> bytes:
    """`key` is the same for a repeat; `said` is what was frozen."""
    held: dict[str, Any] = orjson.loads(said)
    clip = {"clip": held["clip"]} if held["clip"] else {}
    rest = {"text": held["text"], "language": held["language"], **clip, "seconds": held["seconds"]}
    return orjson.dumps({"id": key, "phone": phone, **rest})
