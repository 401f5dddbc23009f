"""The bytes of a mass send and the address they go to: to named followers, to a tag, to all, or to one who looks."""

from collections.abc import Sequence
from typing import Any

import orjson

from bot.channels.oa_mass.limits import PREVIEW, TO_ALL, TO_MANY, TO_TAG

PATHS = {
    TO_MANY: "/cgi-bin/message/mass/send",
    TO_TAG: "/cgi-bin/message/mass/sendall",
    TO_ALL: "/cgi-bin/message/mass/sendall",
    PREVIEW: "/cgi-bin/message/mass/preview",
}


def body(form: str, members: Sequence[str], text: str, key: str) -> bytes:
    """The platform sends the same `key` once in a day; a preview has none, and may be looked at twice."""
    said: dict[str, Any] = {"msgtype": "text", "text": {"content": text}}
    if form == PREVIEW:
        return orjson.dumps({"touser": members[0], **said})
    said["clientmsgid"] = key
    if form == TO_MANY:
        return orjson.dumps({"touser": list(members), **said})
    found = {"is_to_all": True} if form == TO_ALL else {"is_to_all": False, "tag_id": int(members[0])}
    return orjson.dumps({"filter": found, **said})
