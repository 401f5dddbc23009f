"""What the entries speak of is recomputed by those who own it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.deps import Deps
from bot.record import marks
from bot.record.findings import Recomputed
from bot.record.models import Entry
from tests.record.story import by_hand, look, seal, sealed, write


def owner(texts: Mapping[str, str | None]) -> Recomputed:
    """One that knows the digests of `texts` by subject."""

    async def digests(_: AsyncSession, entries: Sequence[Entry]) -> Mapping[int, str | None]:
        return {e.id or 0: texts[e.subject] for e in entries if e.subject in texts}

    return Recomputed(frozenset({"alert.taken"}), digests)


@pytest.mark.parametrize(
    ("texts", "problems"),
    [
        ({"a": "one"}, []),
        ({}, []),  # what was erased by right is not judged
        ({"a": "two"}, ["第 1 条记录所说的内容被改动（alert.taken，a）"]),
        ({"a": None}, ["第 1 条记录所说的内容不见了（alert.taken，a）"]),
    ],
)
async def test_content_is_held_against_its_entry(
    deps: Deps, texts: Mapping[str, str | None], problems: list[str]
) -> None:
    await write(deps, "a", sha256="one")
    await seal(deps)
    assert (await look(deps, owner(texts))).problems == problems


async def test_a_mark_that_was_moved_by_hand_counts_for_nothing(deps: Deps) -> None:
    await sealed(deps, "a", "b")
    async with deps.begin() as session:
        await marks.leave(session, deps.vault, 1, datetime(2026, 7, 1, tzinfo=UTC) + timedelta(days=1))
    async with deps.read() as session:
        assert await marks.verified(session, deps.vault) == 1
    await by_hand(deps, "UPDATE record_mark SET seal_id = 2")
    async with deps.read() as session:
        assert await marks.verified(session, deps.vault) == 0
