"""What keepers say of loudspeakers and screens, and what a broadcast platform says of them: two columns, and neither is
inferred from the other."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.directory.models import Area
from bot.directory.outlets.models import Outlet
from bot.errors import NotFound, SignalTreeError
from bot.record.entries import record
from broadcasts.answers.acknowledge import acknowledge
from broadcasts.answers.models import Answer, How, Said
from broadcasts.dispatch.byhand.outlets import OutletTask
from broadcasts.dispatch.byhand.tasks import OPEN, settle, shown
from broadcasts.dispatch.models import Delivery
from broadcasts.dispatch.states import Road, State
from broadcasts.outlets.models import Playback

MOST_TIMES = 99
STATES = {0: "未处理", 1: "等待", 2: "播发中", 3: "成功", 4: "失败", 5: "取消"}  # of an EBMStateResponse
OUTCOMES = {3: (State.delivered, ""), 4: (State.failed, "play_failed"), 5: (State.failed, "play_cancelled")}


class NoSuchCopy(NotFound):
    """这次发送没有给这个大喇叭的。请核对广播编号和资源编码。"""


class NoState(SignalTreeError):
    """播发状态应是 0 到 5：0 未处理、1 等待、2 播发中、3 成功、4 失败、5 取消。"""


async def say(
    session: AsyncSession, task: OutletTask, said: Said, *, times: int = 1, person_id: int, how: How, by: str,
    road: Road, at: datetime,
) -> Sequence[Answer]:  # fmt: skip
    """已播 so many times, or 播不了. To say so is to have been shown it."""
    await shown(session, task.delivery_id, at)
    often = min(max(times, 1), MOST_TIMES) if said is Said.played else None
    return await acknowledge(
        session,
        person_id=person_id,
        broadcasts=[task.broadcast_id],
        said=said,
        how=how,
        by=by,
        source=f"outlet:{task.delivery_id}:{said}:{often or 0}:{at:%d%H%M}",
        road=road,
        at=at,
        outlet_id=task.outlet_id,
        times=often,
    )


async def played_back(
    session: AsyncSession, broadcast_id: str, resource_code: str, state: int, *, words: str = "",
    inside: int | None = None, by: str, at: datetime,
) -> Playback:  # fmt: skip
    """The broadcast platform says how far it is with one loudspeaker (of the area `inside`, where one is given): its
    copy is there, or failed. Raises NoState or NoSuchCopy."""
    if state not in STATES:
        raise NoState
    wanted = (
        sa.select(col(Delivery.id))
        .join(Outlet, (col(Outlet.id) == col(Delivery.target_id)) & (col(Delivery.target_kind) == col(Outlet.kind)))
        .where(
            col(Delivery.broadcast_id) == broadcast_id,
            col(Outlet.resource_code) == resource_code,
            col(Outlet.resource_code) != "",
            col(Outlet.gone_at).is_(None),
        )
    )
    if inside is not None:
        wanted = wanted.join(Area, col(Area.id) == col(Outlet.area_id)).where(
            col(Area.path).contains(f"/{int(inside)}/")
        )
    copy = (await session.execute(wanted.limit(1))).scalar_one_or_none()
    if copy is None:
        raise NoSuchCopy
    if state in OUTCOMES:
        outcome, reason = OUTCOMES[state]
        before = (*OPEN, State.failed) if outcome is State.delivered else OPEN  # it failed first, and then it went
        await settle(session, [copy], outcome, at, reason=reason, before=before)
    told = Playback(delivery_id=copy, state=state, words=words[:255], by=by, at=at)
    session.add(told)
    record(session, by, "outlet.played_back", broadcast_id, at, copy=copy, state=state)
    await session.flush()
    return told
