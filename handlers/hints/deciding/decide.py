"""What an officer decides about a hint before anybody mends it: it is one, or back, or none, or known. The reporter
hears of each."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.directory.tree import Tree
from bot.errors import Conflict, SignalTreeError
from bot.vault import Vault
from broadcasts.subscriptions.places import named, spelled
from handlers.hints.file import kept
from handlers.hints.models import Domain, Hint, Severity, State
from handlers.hints.reporters.told import tell_reporter
from handlers.hints.states import move

LONGEST = 255


class Decided(Conflict):
    """没有执行：已经有人先办了。请看下面现在的样子。"""


class Unsaid(SignalTreeError):
    """没有执行：请写一句为什么，报的人会看到。"""


class Unrated(SignalTreeError):
    """没有受理：请选哪一类隐患、有多重。"""


class NoSuchPlace(SignalTreeError):
    """没有受理：地方没有认出来，或有几个同名的。请写成“镇名加村名”，例如柳湾镇柳湾村。"""


class NoOther(SignalTreeError):
    """没有并入：请写另一条没有办完的隐患的编号，不能是它自己。"""


async def accept(
    session: AsyncSession, settings: Settings, vault: Vault, areas: Tree, hint: Hint, *, domain: str, severity: str,
    where: str = "", word: str = "", by: str, at: datetime,
) -> bool:  # fmt: skip
    """评估、登记: it is one, of a domain and a severity, and is where the officer says. Whether the reporter could be
    told. Raises Decided, Unrated, NoSuchPlace."""
    if domain not in set(Domain) or severity not in set(Severity):
        raise Unrated
    values: dict[str, Any] = {"domain": domain, "severity": severity}
    if where.strip():
        values["area_id"] = area_named(areas, where.strip())
    await decided(session, hint, State.accepted, "accepted", word, by, at, **values)
    return await tell_reporter(session, settings, vault, hint, "accepted", at)


async def give_back(
    session: AsyncSession, settings: Settings, vault: Vault, hint: Hint, *, word: str, by: str, at: datetime
) -> bool:
    """With a question, which the reporter answers by a sentence. Raises Decided, Unsaid."""
    await decided(session, hint, State.returned, "returned", _said(word), by, at)
    return await tell_reporter(session, settings, vault, hint, "returned", at)


async def decline(
    session: AsyncSession, settings: Settings, vault: Vault, hint: Hint, *, word: str, by: str, at: datetime
) -> bool:
    """不受理, with a word, which whoever told the same hears as well. Raises Decided, Unsaid."""
    await decided(session, hint, State.declined, "declined", _said(word), by, at, closed_at=at)
    await tell_joined(session, settings, vault, hint, "declined", at)
    return await tell_reporter(session, settings, vault, hint, "declined", at)


async def join(
    session: AsyncSession, settings: Settings, vault: Vault, hint: Hint, other: Hint | None, *, by: str, at: datetime
) -> bool:
    """It is the same as another, which goes on; its reporter hears of that one's end too. Raises Decided, NoOther."""
    over = {State.closed, State.declined, State.joined}
    if other is None or other.id == hint.id or other.state in over or other.road is not hint.road:
        raise NoOther
    await decided(session, hint, State.joined, "joined", other.number, by, at, joined=other.uid, closed_at=at)
    return await tell_reporter(session, settings, vault, hint, "joined", at, other=other.number)


async def joined_to(session: AsyncSession, hint: Hint) -> list[Hint]:
    """Those that were the same, and those that had been the same as they."""
    found: dict[str, Hint] = {}
    uids = {hint.uid}
    while uids:
        wanted = select(Hint).where(col(Hint.joined).in_(uids)).order_by(col(Hint.id))
        level = [one for one in (await session.execute(wanted)).scalars() if one.uid not in found]
        found |= {one.uid: one for one in level}
        uids = {one.uid for one in level}
    return list(found.values())


async def tell_joined(
    session: AsyncSession, settings: Settings, vault: Vault, hint: Hint, name: str, at: datetime
) -> None:
    """Whoever told the same hears how this one ended."""
    for same in await joined_to(session, hint):
        await tell_reporter(session, settings, vault, same, name, at, other=hint.number, word=hint.comment)


async def decided(
    session: AsyncSession, hint: Hint, to: State, action: str, word: str, by: str, at: datetime, **values: Any
) -> None:
    """Move it as an officer says, once. Raises Decided for whoever comes second."""
    said = " ".join(word.split())[:LONGEST]
    if not await move(session, hint, to, seen=hint.state, comment=said, decided_by=by, **values):
        raise Decided
    await kept(session, hint, action, by, at, comment=said)


def _said(word: str) -> str:
    if not word.strip():
        raise Unsaid
    return word


def area_named(areas: Tree, words: str) -> int:
    """The one area of that name. Raises NoSuchPlace."""
    whole = [node for node in areas.nodes.values() if spelled(areas, node.id) == words]
    found = whole or [node for node in areas.nodes.values() if node.name == words] or named(areas, words)
    if len(found) != 1:
        raise NoSuchPlace
    return found[0].id
