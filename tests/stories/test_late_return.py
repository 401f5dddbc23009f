"""A copy that was being sent when its alert was replaced, and came back to the queue, is let go: no old warning goes out
after its all-clear."""

import sqlalchemy as sa
from sqlmodel import col

from broadcasts.dispatch.models import Batch, Broadcast
from broadcasts.dispatch.queries import of_alert
from broadcasts.dispatch.states import State
from broadcasts.dispatch.supersede import supersede_late
from tests.world import World


async def test_what_comes_back_after_the_all_clear_is_let_go(world: World) -> None:
    await world.fault(endpoint="robot", kind="errcode", code=-1)
    got = await world.issue()
    first = got.taken[0].alert.id or 0
    async with world.deps.begin() as session:
        (sent,) = await of_alert(session, first)
        held = sa.update(Batch).where(col(Batch.broadcast_id) == sent.id, col(Batch.channel) == "wecom_robot")
        await session.execute(held.values(state=State.sending, owner="another"))
    await world.issue(refers="52992641600000_20260711184000", msg_type="Cancel", text="解除。")
    async with world.deps.begin() as session:
        back = sa.update(Batch).where(col(Batch.broadcast_id) == sent.id, col(Batch.state) == State.sending)
        await session.execute(back.values(state=State.queued, owner=""))
        assert await supersede_late(session, world.clock.now()) == 4
        assert await supersede_late(session, world.clock.now()) == 0
    async with world.deps.read() as session:
        waiting = (
            sa.select(sa.func.count()).select_from(Batch).join(Broadcast, col(Broadcast.id) == col(Batch.broadcast_id))
        )
        assert (
            await session.scalar(waiting.where(col(Broadcast.alert_id) == first, col(Batch.state) == State.queued)) == 0
        )
