"""What stories of hints ask for: the rows, and an officer who decides without a browser."""

from sqlmodel import col, select

from bot.directory.models import Person
from bot.directory.tree import tree
from handlers.hints.deciding.assign import Order, assign
from handlers.hints.deciding.decide import accept
from handlers.hints.models import Hint, HintVersion
from tests.world import World

OFFICER = "user:officer"


async def hints(world: World) -> list[Hint]:
    async with world.deps.read() as session:
        return list((await session.execute(select(Hint).order_by(col(Hint.id)))).scalars())


async def steps(world: World, hint: Hint) -> list[str]:
    async with world.deps.read() as session:
        wanted = select(HintVersion.action).where(col(HintVersion.hint_id) == hint.id)
        return list((await session.execute(wanted.order_by(col(HintVersion.number)))).scalars())


async def person(world: World, key: str) -> Person:
    async with world.deps.read() as session:
        return (await session.execute(select(Person).where(col(Person.key) == key))).scalar_one()


async def accepted(
    world: World, hint: Hint, *, domain: str = "safety", severity: str = "serious", word: str = ""
) -> None:
    """An officer says that it is one."""
    async with world.deps.begin() as session:
        row = (await session.execute(select(Hint).where(col(Hint.id) == hint.id))).scalar_one()
        await accept(
            session, world.deps.settings, world.deps.vault, await tree(session), row, domain=domain, severity=severity,
            word=word, by=OFFICER, at=world.clock.now(),
        )  # fmt: skip
    await world.work()


async def assigned(world: World, hint: Hint, key: str, *, due: str = "") -> None:
    """… and gives it to somebody."""
    order = Order((await person(world, key)).uid, "换一根电线杆", due, plan="拉警戒线，人不要靠近")
    async with world.deps.begin() as session:
        row = (await session.execute(select(Hint).where(col(Hint.id) == hint.id))).scalar_one()
        await assign(
            session, world.deps.settings, world.deps.vault, await tree(session), row, order, by=OFFICER,
            at=world.clock.now(),
        )  # fmt: skip
    await world.work()
