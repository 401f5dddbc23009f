"""What a county's own gateway answers to a call: JSON with an integer `code` (docs/gateways.zh-CN.md)."""

from typing import Any, cast

import orjson

from bot.channels.contract import SendError


def gateway_code(answer: bytes) -> int:
    """Raises SendError where it is none: it may have been done."""
    return int(gateway_said(answer)["code"])


def gateway_said(answer: bytes) -> dict[str, Any]:
    """The whole answer. Raises SendError where it has no code."""
    try:
        said = orjson.loads(answer)
    except orjson.JSONDecodeError:
        said = None
    code = cast("dict[str, Any]", said).get("code") if isinstance(said, dict) else None
    if not isinstance(code, int) or isinstance(code, bool):
        raise SendError("bad_answer", lost=True)
    return cast("dict[str, Any]", said)
