"""What the stories of figures ask of the world: the counters as they are after a tick."""

import sqlalchemy as sa
from sqlmodel import col

from bot.directory.tree import tree
from broadcasts.alerts.models import Alert
from broadcasts.coverage.queries import Covered, Place, covered
from broadcasts.coverage.sweep import count_due
from broadcasts.dispatch.models import Broadcast
from tests.world import World


async def counted(world: World, *, inside: int | None = None) -> Covered:
    """The newest alert's newest sending, counted now."""
    await count_due(world.deps, world.clock.now())
    async with world.deps.read() as session:
        wanted = sa.select(col(Broadcast.id)).where(col(Broadcast.alert_id).is_not(None), col(Broadcast.subject) == "")
        newest = (await session.execute(wanted.order_by(col(Broadcast.id).desc()).limit(1))).scalar_one()
        found = await covered(session, await tree(session), newest, inside=inside)
    assert found is not None
    return found


def place(found: Covered, name: str) -> Place:
    """A town or a village by its name."""
    return next(p for town in found.towns for p in (town, *town.villages) if p.name == name)


async def newest_alert(world: World) -> Alert:
    async with world.deps.read() as session:
        return (await session.execute(sa.select(Alert).order_by(col(Alert.id).desc()).limit(1))).scalar_one()
