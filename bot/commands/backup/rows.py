"""Rows as lines that either database can take in: what JSON does not know is written by its name."""

from base64 import b64decode, b64encode
from datetime import UTC, date, datetime
from typing import Any

import orjson


def line(value: Any) -> bytes:
    """One row or one heading, as JSON."""
    return orjson.dumps(value, default=_named, option=orjson.OPT_PASSTHROUGH_DATETIME)


def _named(value: Any) -> Any:
    if isinstance(value, datetime):
        utc = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return {"~t": utc.isoformat()}
    if isinstance(value, date):
        return {"~d": value.isoformat()}
    if isinstance(value, bytes | memoryview):
        return {"~b": b64encode(bytes(value)).decode()}
    raise TypeError(type(value))


def cell(value: Any, *, naive: bool, json: bool) -> Any:
    """The value again; moments without a zone where the database keeps them so. What stood in a JSON column stays as it
    is, whatever its keys are."""
    if json or not isinstance(value, dict) or len(value) != 1:
        return value
    name, said = next(iter(value.items()))
    match name:
        case "~t":
            moment = datetime.fromisoformat(said)
            return moment.replace(tzinfo=None) if naive else moment
        case "~d":
            return date.fromisoformat(said)
        case "~b":
            return b64decode(said)
        case _:
            return value
