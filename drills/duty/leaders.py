"""Who is told what somebody on duty left undone: who leads at that post, else the county's leaders."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.config import Settings
from broadcasts.audience.select import Target
from drills.duty.models import Post
from drills.duty.now import roster
from drills.duty.officers import EveryOfficer
from drills.duty.rostered import reached


async def leaders_of(
    session: AsyncSession, settings: Settings, post: Post, at: datetime, without: Collection[int] = ()
) -> list[Target]:
    """Who leads now at the post, or at the next one upward that has a leader, and is none of `without`; else all
    leaders, and where none of them can be reached the duty group."""
    if settings.has_application:
        found = await roster(session, at)
        for node in found.areas.up(post.area_id):
            here = [o for o in found.on if o.leads and o.post.area_id == node.id and o.person.id not in without]
            if told := await reached(session, here):
                return told
    return await EveryOfficer(application=settings.has_application).leaders(session)
