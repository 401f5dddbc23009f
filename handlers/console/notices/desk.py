"""Who stands before a notice: what of it the caller sees, may write, may approve and may send."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.guards import Caller
from bot.access.models import Role
from broadcasts.notices.approvers import Approver, approvers, writers
from broadcasts.notices.models import Notice, State
from broadcasts.notices.queries import listed, of_uid
from broadcasts.notices.states import OPEN
from broadcasts.notices.writing.checks import Ground
from broadcasts.notices.writing.content import Content
from broadcasts.notices.writing.hearers import hearers
from broadcasts.notices.writing.write import current
from handlers.console.scope import Scope, scope

LOOK = (Role.officer, Role.leader, Role.approver)
WRITE = (Role.officer, Role.leader)
MOST = 50  # that wait for an approval and are looked through


@dataclass(frozen=True)
class Before:
    """A notice with the caller before it. `able` are all who may approve it."""

    notice: Notice
    content: Content
    mine: Scope
    ground: Ground
    caller: Caller
    able: Sequence[Approver]
    wrote: frozenset[str]

    @property
    def holds(self) -> bool:
        """Whether all its places are the caller's."""
        if self.mine.whole or not self.content.areas:
            return self.mine.whole or self.caller.actor in self.wrote
        return set(self.content.areas) <= self.ground.codes

    @property
    def writes(self) -> bool:
        return self.holds and self.caller.may(*WRITE) and self.notice.state in OPEN

    @property
    def approves(self) -> bool:
        own = self.caller.actor in {one.actor for one in self.able}
        return own and self.notice.state in {State.submitted, State.approved}

    @property
    def sends(self) -> bool:
        return self.holds and self.caller.may(*LOOK) and self.notice.state is State.approved


async def ground(session: AsyncSession, caller: Caller) -> tuple[Scope, Ground]:
    mine = await scope(session, caller)
    return mine, Ground(mine.areas, mine.area_id, await hearers(session))


async def before(session: AsyncSession, caller: Caller, uid: str) -> Before:
    """Raises 404 for what is unknown or none of the caller's."""
    notice = await of_uid(session, uid)
    if notice is None:
        raise web.HTTPNotFound
    made = await stand(session, caller, notice, *await ground(session, caller))
    if made is None:
        raise web.HTTPNotFound
    return made


async def stand(session: AsyncSession, caller: Caller, notice: Notice, mine: Scope, here: Ground) -> Before | None:
    """None where it is none of the caller's."""
    content, wrote = await current(session, notice), await writers(session, notice)
    able = await approvers(session, mine.areas, content, beside=wrote)
    made = Before(notice, content, mine, here, caller, able, wrote)
    return made if made.holds or made.approves else None


async def waiting_for(session: AsyncSession, caller: Caller) -> list[Before]:
    """What waits for this caller's approval, oldest first."""
    waiting = await listed(session, states=[State.submitted], most=MOST) if caller.may(Role.approver) else []
    if not waiting:
        return []
    mine, here = await ground(session, caller)
    found = [await stand(session, caller, notice, mine, here) for notice in reversed(waiting)]
    return [one for one in found if one is not None and one.approves]
