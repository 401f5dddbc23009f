"""The bytes of a template message, for one openid."""

import orjson


def body(openid: str, text: str, key: str) -> bytes:
    """`text` is the frozen object with template_id, url and data. The platform sends the same openid and key once."""
    return orjson.dumps({"touser": openid, "client_msg_id": key, **orjson.loads(text)})
