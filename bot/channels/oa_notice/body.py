"""The bytes of a subscription notice, for one openid."""

import orjson


def body(openid: str, text: str) -> bytes:
    """`text` is the frozen object with template_id, page and data."""
    return orjson.dumps({"touser": openid, **orjson.loads(text)})
