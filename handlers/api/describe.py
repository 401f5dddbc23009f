"""What /openapi.json says of a handler stands at the handler itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

Handler = TypeVar("Handler", bound=Callable[..., Any])
ATTRIBUTE = "described"
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """`model` is a dataclass, a pydantic model or any type that pydantic understands; None for an answer without body
    or, with another `media` type, of plain text."""

    words: str
    model: Any = None
    media: str = JSON


@dataclass(frozen=True, slots=True)
class Description:
    summary: str
    answers: Mapping[int, Answer]
    scope: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    takes: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""


def described(
    summary: str,
    answers: Mapping[int, Answer],
    *,
    scope: str = "",
    query: Mapping[str, str] | None = None,
    takes: Mapping[str, Any] | None = None,
) -> Callable[[Handler], Handler]:
    """`scope` is what the bearer token must be good for; `query` names each parameter with a sentence; `takes` maps a
    media type to the body's model, None for bytes. Problem details need no mention: every call may answer so."""

    def keep(handler: Handler) -> Handler:
        told = Description(summary, answers, scope, query or {}, takes or {}, (handler.__doc__ or "").strip())
        setattr(handler, ATTRIBUTE, told)
        return handler

    return keep


def description(handler: Any) -> Description | None:
    """What was said of a handler, a function or a bound method."""
    told = getattr(handler, ATTRIBUTE, None)
    return told if isinstance(told, Description) else None
