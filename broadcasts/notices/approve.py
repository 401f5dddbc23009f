"""The second person: approves what others wrote, or returns it with a word."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.config import Settings
from bot.errors import SignalTreeError
from bot.record.entries import record
from broadcasts.notices.approvers import approver
from broadcasts.notices.models import Notice, State
from broadcasts.notices.states import move
from broadcasts.notices.writing.checks import Ground
from broadcasts.notices.writing.write import Moved, current, fit


class Unsaid(SignalTreeError):
    """请写一句为什么退回，让作者知道改什么。"""


async def approve(
    session: AsyncSession, settings: Settings, notice: Notice, ground: Ground, *, by: str, version: int, at: datetime
) -> None:
    """Approve the `version` that was read. Raises OwnWords, NotApprover, Unfit, Moved."""
    content = await current(session, notice)
    await approver(session, ground.areas, notice, content, by)
    await fit(session, settings, notice, content, ground, at)
    if version != notice.version or not await move(
        session, notice, State.approved, approver=by, approved_at=at, ring_at=None
    ):
        raise Moved
    record(session, by, "notice.approved", notice.uid, at, version=version)


async def send_back(
    session: AsyncSession, notice: Notice, ground: Ground, *, by: str, word: str, version: int, at: datetime
) -> None:
    """Return it to its author. Raises Unsaid, OwnWords, NotApprover, Moved."""
    if not word.strip():
        raise Unsaid
    await approver(session, ground.areas, notice, await current(session, notice), by)
    values = {"word": word.strip()[:255], "approver": "", "approved_at": None, "ring_at": None}
    if version != notice.version or not await move(session, notice, State.returned, **values):
        raise Moved
    record(session, by, "notice.returned", notice.uid, at, version=version)
