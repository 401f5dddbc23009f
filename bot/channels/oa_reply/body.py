"""The bytes of a customer-service message, for one openid."""

import orjson


def body(openid: str, text: str) -> bytes:
    return orjson.dumps({"touser": openid, "msgtype": "text", "text": {"content": text}})
