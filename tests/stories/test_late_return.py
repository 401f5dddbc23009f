"""A copy that was being sent when its alert was replaced, and came back to the queue, is let go."""

import sqlalchemy as sa
from sqlmodel import col

from broadcasts.dispatch.models import Batch
from broadcasts.dispatch.queries import of_alert
from broadcasts.dispatch.states import State
from broadcasts.dispatch.supersede import supersede_late
from tests.grounds import ON_BOTH
from tests.world import World

pytestmark = ON_BOTH


async def test_no_old_warning_goes_out_after_its_all_clear(world: World) -> None:
    await world.fault(endpoint="robot", kind="errcode", code=-1)
    got = await world.issue()
    async with world.deps.begin() as session:
        (sent,) = await of_alert(session, got.taken[0].alert.id or 0)
        mine = sa.update(Batch).where(col(Batch.broadcast_id) == sent.id, col(Batch.channel) == "wecom_robot")
        await session.execute(mine.values(state=State.sending, owner="another"))
    world.clock.turn(5)
    await world.issue(refers="52992641600000_20260711184000", msg_type="Cancel", text="解除。")
    async with world.deps.begin() as session:
        await session.execute(mine.where(col(Batch.state) == State.sending).values(state=State.queued, owner=""))
    assert await supersede_late(world.deps, world.clock.now()) == 4
    assert await supersede_late(world.deps, world.clock.now()) == 0
    async with world.deps.read() as session:
        waiting = sa.select(sa.func.count()).select_from(Batch).where(col(Batch.broadcast_id) == sent.id)
        assert await session.scalar(waiting.where(col(Batch.state) == State.queued)) == 0
