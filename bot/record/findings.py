"""What a verification of the record found."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.record.models import Entry


@dataclass(frozen=True, slots=True)
class Recomputed:
    """A vertical's part of verify-audit: for entries of these `actions`, `digests` recomputes what stands in their
    detail as `sha256`. It gives the digest by entry id, None where the thing is gone; an entry that it leaves out
    (what was erased by right) is not judged. It is called with up to some thousand entries at a time."""

    actions: frozenset[str]
    digests: Callable[[AsyncSession, Sequence[Entry]], Awaitable[Mapping[int, str | None]]]


@dataclass
class Findings:
    """`problems` are sentences that name what was changed; the rest says what was looked at."""

    problems: list[str] = field(default_factory=list)
    seals: int = 0
    entries: int = 0
    recomputed: int = 0
    last_seal: int = 0
    unsealed: int = 0
    unsealed_since: datetime | None = None

    @property
    def clean(self) -> bool:
        return not self.problems
