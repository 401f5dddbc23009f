"""The bytes of an application message. The same members and text give the same bytes: WeCom compares them."""

from collections.abc import Sequence

import orjson

from bot.channels.wecom_app.limits import DUPLICATE_SECONDS


def body(agent_id: int, members: Sequence[str], text: str) -> bytes:
    return orjson.dumps(
        {
            "touser": "|".join(members),
            "msgtype": "text",
            "agentid": agent_id,
            "text": {"content": text},
            "enable_duplicate_check": 1,
            "duplicate_check_interval": DUPLICATE_SECONDS,
        }
    )
