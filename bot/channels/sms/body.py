"""The bytes of one text message. The same arguments give the same bytes."""

import orjson


def body(key: str, phone: str, text: str) -> bytes:
    """`key` is the same for a repeat: the gateway sends it once."""
    return orjson.dumps({"id": key, "phone": phone, "text": text})
