"""验收、销号: whoever mends it says so, somebody else looks at it, and it is closed or goes back once more."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.access.hands import hands, one_of
from bot.config import Settings
from bot.directory.tree import Tree
from bot.errors import SignalTreeError
from bot.vault import Vault
from handlers.hints.deadlines.due import begin, over
from handlers.hints.deciding.decide import Decided, Unsaid, decided, tell_joined
from handlers.hints.file import LONGEST, kept
from handlers.hints.models import Hint, HintVersion, State
from handlers.hints.reporters.told import tell_assignee, tell_reporter
from handlers.hints.states import move, still


class OwnWork(SignalTreeError):
    """没有验收：办的人不能验收自己办的。请别的值班员来验收。"""


async def done(
    session: AsyncSession, hint: Hint, words: str, *, by: str, at: datetime, inbound_id: int | None = None
) -> bool:
    """办好了, in the words of whoever mended it. False where it is no longer theirs, or was said already."""
    said = "\n".join(filter(None, (hint.result, words.strip())))[:LONGEST]
    if hint.state is not State.assigned:
        return False
    if not await move(session, hint, State.done, seen=State.assigned, result=said, done_at=at):
        return False
    await kept(session, hint, "done", by, at, inbound_id=inbound_id)
    await over(session, hint, at, "done")
    return True


async def close(
    session: AsyncSession, settings: Settings, vault: Vault, hint: Hint, *, word: str = "", reward: bool = False,
    by: str, at: datetime,
) -> bool:  # fmt: skip
    """It was looked at and is mended: 销号, by somebody else than who mended it. Whoever told it, or the same, hears of
    it. Whether the reporter could be told. Raises OwnWork, Decided."""
    await _other(session, hint, by, at)
    if hint.state is not State.done:
        raise Decided
    values = {"closed_at": at} | ({"reward": True} if reward else {})
    await decided(session, hint, State.closed, "closed", word, by, at, **values)
    await tell_joined(session, settings, vault, hint, "closed", at)
    return await tell_reporter(session, settings, vault, hint, "closed", at)


async def reject(
    session: AsyncSession, settings: Settings, areas: Tree, hint: Hint, *, word: str, by: str, at: datetime
) -> None:
    """Not good enough: back to whoever had it, with a word; the time stays as it was. Raises OwnWork, Unsaid,
    Decided."""
    await _other(session, hint, by, at)
    if not word.strip():
        raise Unsaid
    if hint.state is not State.done:
        raise Decided
    await decided(session, hint, State.assigned, "rejected", word, by, at, done_at=None)
    await begin(session, hint, at, settings.zone)
    await tell_assignee(session, settings, areas, hint, "again", at)


async def reward(session: AsyncSession, hint: Hint, *, on: bool, word: str, by: str, at: datetime) -> None:
    """奖励: a tick with a word, at any time after it was accepted. Raises Decided where it is no hint."""
    if (await still(session, hint)).state in {State.filed, State.returned, State.declined}:
        raise Decided
    hint.reward, hint.reward_word = on, " ".join(word.split())[:255] if on else ""
    hint.version += 1
    await kept(session, hint, "reward" if on else "no-reward", by, at, comment=hint.reward_word)


async def _other(session: AsyncSession, hint: Hint, by: str, at: datetime) -> None:
    """Neither who has it nor who said that it is done. Where nobody can tell who looks, the hint's own steps say so."""
    own = await one_of(session, by, {hint.assignee_id})
    said = select(HintVersion.by).where(col(HintVersion.hint_id) == hint.id, col(HintVersion.action) == "done")
    if own or by in await hands(session, {*(await session.execute(said)).scalars()}):
        raise OwnWork
    if own is None and hint.state is State.done:
        await still(session, hint)
        hint.version += 1
        await kept(session, hint, "unchecked", by, at)
