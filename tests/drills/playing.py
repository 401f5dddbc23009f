"""A flash-flood drill in the small county: planned, named, scripted and begun as the console does it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import col, select

from bot.access.models import Role, User
from bot.access.users import add_user
from bot.directory.models import Address, Group
from broadcasts.hazards.grades import Grade
from drills.drills import run
from drills.drills.approvals import decide
from drills.drills.models import Drill, DrillNotice, Inject
from drills.drills.participants import Named, name
from drills.drills.plan import Line, Outline, plan, write_script
from drills.drills.queries import of_uid, script
from tests.places import area
from tests.world import World

BY, CHIEF = "user:liu", "user:chief"  # who writes it, who approves it
PEOPLE, GROUPS = ("li", "wang", "zhou"), ("柳湾村群",)
SCRIPT = (Line(0, "柳湾村上游一小时下了八十毫米，请马上叫醒河边人家。"), Line(20, "三组发现裂缝，请带人往柳湾小学走。"))


@dataclass
class Played:
    """One drill, by its uid."""

    world: World
    uid: str

    async def now(self) -> Drill:
        async with self.world.deps.read() as session:
            drill = await of_uid(session, self.uid)
        assert drill is not None
        return drill

    async def lines(self) -> Sequence[Inject]:
        async with self.world.deps.read() as session:
            return await script(session, (await self.now()).id)

    async def notices(self) -> list[DrillNotice]:
        async with self.world.deps.read() as session:
            return list((await session.execute(select(DrillNotice).order_by(col(DrillNotice.id)))).scalars())

    async def do(self, step: str, *, work: bool = True, **how: object) -> None:
        """hand_in, start, pause, resume, end, cancel or withdraw, then what is due."""
        settings, at = self.world.deps.settings, self.world.clock.now()
        async with self.world.deps.begin() as session:
            drill = await of_uid(session, self.uid, change=True)
            assert drill is not None
            facts = {"by": BY, "at": at, **how}
            if step == "withdraw":
                await decide.withdraw(session, drill, **facts)  # type: ignore[arg-type]
            else:
                await getattr(decide if step == "hand_in" else run, step)(session, settings, drill, **facts)
        if work:
            await self.world.work()

    async def approve(self, *, by: str = CHIEF, sure: bool = True) -> None:
        """By somebody who did not write it; what was handed in last is what was read."""
        settings, at = self.world.deps.settings, self.world.clock.now()
        await approver(self.world, by)
        async with self.world.deps.begin() as session:
            drill = await of_uid(session, self.uid, change=True)
            assert drill is not None
            read = (await decide.steps(session, drill.id))[-1].id
            await decide.approve(session, settings, drill, read=read, sure=sure, by=by, at=at)
        await self.world.work()

    async def announce(self, *, sure: bool = False) -> None:
        """Handed in by one, approved by another at the same moment."""
        await self.do("hand_in", work=False, sure=sure)
        await self.approve()

    async def begin(self) -> None:
        await self.announce(sure=True)
        await self.do("start", sure=True)


async def approver(world: World, actor: str = CHIEF, *, of: int | None = None) -> None:
    """A login that may approve, of this person, or of nobody."""
    called = actor.removeprefix("user:")
    async with world.deps.begin() as session:
        if await session.scalar(select(User.id).where(col(User.name) == called)) is None:
            at = world.clock.now()
            await add_user(session, called, [Role.approver], password_hash="-", by="cli", at=at, person_id=of)


async def outline(world: World, *, places: Sequence[str] = ("柳湾镇",), **more: object) -> Outline:
    made = Outline(
        name="柳湾镇山洪演练",
        hazard="11B03",
        unit="柳湾镇人民政府",
        unit_area=await area(world, "柳湾镇"),
        areas=[await area(world, place) for place in places],
        starts_at=world.clock.now() + timedelta(hours=8),
        leader="孙和平",
        scenario="夜里强降雨，三条沟同时涨水。",
        grade=Grade.red,
    )
    return replace(made, **more)  # type: ignore[arg-type]


async def named(world: World, people: Sequence[str] = PEOPLE, groups: Sequence[str] = GROUPS) -> list[Named]:
    async with world.deps.read() as session:
        owners = select(Address.person_id).where(col(Address.value).in_(people))
        found: list[Named] = [("person", one) for one in (await session.execute(owners)).scalars()]
        circles = select(Group.id).where(col(Group.name).in_(groups))
        return found + [("group", one) for one in (await session.execute(circles)).scalars()]


async def drilled(
    world: World,
    *,
    lines: Sequence[Line] = SCRIPT,
    people: Sequence[str] = PEOPLE,
    groups: Sequence[str] = GROUPS,
    **more: object,
) -> Played:
    """A draft with its script and its participants."""
    wanted, who = await outline(world, **more), await named(world, people, groups)  # type: ignore[arg-type]
    async with world.deps.begin() as session:
        drill = await plan(session, world.deps.settings, wanted, by=BY, at=world.clock.now())
        await write_script(session, drill, lines, by=BY, at=world.clock.now())
        await name(session, drill, who, by=BY)
    return Played(world, drill.uid)


def local(world: World, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=world.deps.settings.zone)
