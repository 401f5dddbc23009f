"""Places of the small county as the database knows them."""

from sqlmodel import col, select

from bot.directory.models import Area
from tests.world import PLACES, World


async def area(world: World, place: str) -> int:
    """The id of a place."""
    async with world.deps.read() as session:
        return (await session.execute(select(Area.id).where(col(Area.code) == PLACES[place][0]))).scalar_one()
