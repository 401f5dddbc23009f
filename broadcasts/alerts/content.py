"""A message as JSON for the alert's row, and back: nothing that was read is dropped."""

from dataclasses import asdict
from datetime import datetime
from functools import cache
from typing import Any, cast

from pydantic import TypeAdapter

from broadcasts.intake.message import Message


def content(message: Message) -> dict[str, Any]:
    """The whole message as plain JSON; moments in RFC 3339 with the offset they came with."""
    plain = asdict(message)
    plain.pop("raw")
    return cast("dict[str, Any]", _json(plain))


def _json(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_json(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return value


@cache
def _reader() -> TypeAdapter[Message]:
    return TypeAdapter(Message)


def message(kept: dict[str, Any]) -> Message:
    """The message that `content` was made of, without its bytes."""
    return _reader().validate_python(kept)
