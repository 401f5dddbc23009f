"""The bytes of a task: one sender, one text, the groups that it is for."""

from collections.abc import Sequence

import orjson

from bot.channels.customer_group.limits import split


def body(addresses: Sequence[str], text: str) -> bytes:
    """The same arguments give the same bytes. Every address is of the same sender; `allow_select` stays off, so that
    one tap confirms all of them."""
    sender = split(addresses[0])[0]
    return orjson.dumps(
        {
            "chat_type": "group",
            "sender": sender,
            "chat_id_list": [split(one)[1] for one in addresses],
            "allow_select": False,
            "text": {"content": text},
        }
    )
