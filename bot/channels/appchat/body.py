"""The bytes of a message to a group that the application has made."""

import orjson


def body(chat_id: str, text: str, tail: str = "", *, loud: bool = False) -> bytes:
    """The shared text, then the group's own line. The same arguments give the same bytes."""
    said = {"content": f"{text}\n{tail}" if tail else text}
    called = {"mentioned_list": ["@all"]} if loud else {}
    return orjson.dumps({"chatid": chat_id, "msgtype": "text", "text": {**said, **called}, "safe": 0})
