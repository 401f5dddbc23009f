"""What is kept about a resident, in full, for that resident."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.tree import Tree
from bot.record.entries import record
from broadcasts.dispatch.masses.told import times
from broadcasts.dispatch.models import Delivery
from broadcasts.subscriptions.follow import actor, places
from broadcasts.subscriptions.models import Follower


async def kept(session: AsyncSession, areas: Tree, follower: Follower, *, at: datetime) -> dict[str, Any]:
    """That it was looked at is on the record, as every look at personal data is."""
    copies = await session.scalar(
        sa.select(sa.func.count())
        .select_from(Delivery)
        .where(col(Delivery.target_kind) == "follower", col(Delivery.target_id) == follower.id)
    )
    record(session, actor(follower), "follower.data-shown", follower.uid, at)
    return {
        "关注时间": follower.followed_at.isoformat(),
        "公众号给的编号": follower.openid,
        "语言": follower.language,
        "免打扰": [follower.quiet_from, follower.quiet_to],
        "已退订": follower.stopped_at.isoformat() if follower.stopped_at else None,
        "地点": [
            {"地点": areas.nodes[s.area_id].name, "备注": s.label, "灾种": s.hazards, "最低等级": s.least}
            for s in await places(session, follower)
        ],
        "发给您的消息份数": copies or 0,
        "公众号群发次数": await times(session, follower.id),
    }
