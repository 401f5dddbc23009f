"""Who wrote what the county itself says, who approved it, and whether it went out on one person's word."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from broadcasts.alerts.models import Alert
from broadcasts.notices.models import Notice, NoticeVersion


@dataclass(frozen=True)
class Written:
    """One version of the words before they were an alert."""

    number: int
    by: str
    at: datetime


@dataclass(frozen=True)
class Approval:
    """`alone`: the green channel, where the second person is told afterwards."""

    uid: str
    alone: bool
    author: str
    approver: str
    approved_at: datetime | None
    versions: Sequence[Written]


async def approvals(session: AsyncSession, versions: Sequence[Alert]) -> list[Approval]:
    """Of these alerts, oldest first; what was relayed has none."""
    wanted = select(Notice).where(col(Notice.alert_id).in_([v.id for v in versions])).order_by(col(Notice.id))
    notices = (await session.execute(wanted)).scalars().all()
    drafts = select(NoticeVersion).where(col(NoticeVersion.notice_id).in_([n.id for n in notices]))
    rows = (await session.execute(drafts.order_by(col(NoticeVersion.number)))).scalars().all()
    return [
        Approval(
            n.uid, n.alone, n.author, n.approver, n.approved_at,
            [Written(v.number, v.by, v.at) for v in rows if v.notice_id == n.id],
        )
        for n in notices
    ]  # fmt: skip
