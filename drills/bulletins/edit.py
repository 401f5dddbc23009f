"""Editing a bulletin and approving it: whoever wrote in it does not approve it, and what is approved stands."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.access.hands import hands
from bot.errors import Conflict, SignalTreeError
from bot.record.entries import record
from drills.bulletins.draft import bulletin_digest
from drills.bulletins.models import Bulletin, State

TITLE, TEXT = 64, 20_000  # letters
AUTHORS = 255


class BadBulletin(SignalTreeError):
    """没有存："""


class OwnBulletin(SignalTreeError):
    """没有签发：您自己写过这一份，要由另一个人签发。"""


class NobodyLooked(SignalTreeError):
    """没有签发：还没有人核对过这一份。请先由一个人核对、存下，再由另一个人签发。"""


async def bulletins(session: AsyncSession, most: int = 36) -> Sequence[Bulletin]:
    """The newest month first."""
    return (await session.execute(select(Bulletin).order_by(col(Bulletin.month).desc()).limit(most))).scalars().all()


async def of_uid(session: AsyncSession, uid: str) -> Bulletin | None:
    return (await session.execute(select(Bulletin).where(col(Bulletin.uid) == uid))).scalar_one_or_none()


async def edit(
    session: AsyncSession, bulletin: Bulletin, title: str, text: str, *, version: int, by: str, at: datetime
) -> None:
    """A draft's words. Raises Conflict where somebody saved meanwhile or it is approved, BadBulletin with the mend."""
    title, text = title.strip(), text.replace("\r\n", "\n").strip()
    if not title or len(title) > TITLE:
        raise BadBulletin(f"题目请写 1 到 {TITLE} 个字。")
    if not text or len(text) > TEXT:
        raise BadBulletin(f"正文请写 1 到 {TEXT} 个字。")
    authors = [one for one in bulletin.authors.split(",") if one]
    if by not in authors:
        authors.append(by)
    joined = ",".join(authors)
    if len(joined) > AUTHORS:
        raise BadBulletin("写过这一份的人太多了，请由写过的人改。")
    await _move(
        session, bulletin, State.draft, version, title=title, text=text, version=version + 1, authors=joined,
        edited_at=at,
    )  # fmt: skip
    record(session, by, "bulletin.edited", bulletin.uid, at, version=version + 1, sha256=bulletin_digest(bulletin))


async def approve(session: AsyncSession, bulletin: Bulletin, *, version: int, by: str, at: datetime) -> None:
    """Raises NobodyLooked, OwnBulletin, and Conflict where it is another than was read."""
    if not bulletin.authors:
        raise NobodyLooked
    if by in await hands(session, bulletin.authors.split(",")):
        raise OwnBulletin
    await _move(session, bulletin, State.draft, version, state=State.approved, approved_by=by, approved_at=at)
    record(session, by, "bulletin.approved", bulletin.uid, at, version=version, sha256=bulletin_digest(bulletin))


async def reopen(session: AsyncSession, bulletin: Bulletin, *, version: int, by: str, at: datetime) -> None:
    """What was approved becomes a draft again, to be changed and approved anew. What went out stands: raises
    Conflict."""
    if bulletin.sent_at is not None:
        raise Conflict("这一份已经发出去了，不能再退回。要更正，请另写一份。")
    await _move(session, bulletin, State.approved, version, state=State.draft, approved_by="", approved_at=None)
    record(session, by, "bulletin.reopened", bulletin.uid, at, version=version)


async def _move(session: AsyncSession, bulletin: Bulletin, from_: State, read: int, **values: object) -> None:
    """The one guarded update: of the version that was read."""
    done = await session.execute(
        sa.update(Bulletin)
        .where(col(Bulletin.id) == bulletin.id, col(Bulletin.state) == from_, col(Bulletin.version) == read)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if not done.rowcount:  # type: ignore[attr-defined]
        raise Conflict("这一份刚刚被别人改过或签发了，请重新打开看。")
    await session.refresh(bulletin)
