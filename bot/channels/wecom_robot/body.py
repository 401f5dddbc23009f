"""The bytes of a robot's request."""

from functools import lru_cache

import orjson

HEAD = b'{"msgtype":"text","text":{"content":'
FOOT = b"}}"
LOUD_FOOT = b',"mentioned_list":["@all"]}}'


@lru_cache(maxsize=256)
def _escaped(text: str) -> bytes:
    return HEAD + orjson.dumps(text)[:-1]


def body(text: str, tail: str = "", *, loud: bool = False) -> bytes:
    """The shared text, escaped once, then the group's own line. The same arguments give the same bytes."""
    foot = LOUD_FOOT if loud else FOOT
    if not tail:
        return _escaped(text) + b'"' + foot
    return _escaped(text) + orjson.dumps("\n" + tail)[1:] + foot
