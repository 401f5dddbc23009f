"""One row that breaks holds up nobody: the others of the same sweep go on, the bad one is kept and tried again."""

from datetime import datetime
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.sweeps.each import each, standing
from bot.sweeps.models import Stumble
from broadcasts.alerts.models import Alert, Status
from broadcasts.audience.models import AudienceRule
from broadcasts.audience.select import Target
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.states import Mode
from broadcasts.hazards.grades import Grade
from broadcasts.ladder.models import Rung, RungState
from broadcasts.ladder.sweep import sweep_due
from broadcasts.life.models import EndQuestion
from broadcasts.life.questions import ask_due
from broadcasts.release.endings import end_due
from broadcasts.release.holds import open_hold
from broadcasts.release.models import Hold
from broadcasts.release.rings import ring_due
from broadcasts.release.verdict import Reason
from broadcasts.watch.contract import Level
from broadcasts.watch.models import Finding
from drills.drills.models import Drill, InjectState
from drills.drills.sweep import sweep_drills
from drills.duty.rostered import Rostered
from tests.drills.playing import drilled
from tests.grounds import ON_BOTH
from tests.places import area
from tests.watch.looking import tell
from tests.world import World

pytestmark = ON_BOTH


async def stumbles(world: World) -> list[tuple[str, str, int]]:
    async with world.deps.read() as session:
        return [(one.sweep, one.error, one.times) for one in await standing(session, world.clock.now())]


async def broken(world: World) -> None:
    """The oldest alert can no longer be read."""
    async with world.deps.begin() as session:
        oldest = await session.scalar(select(Alert.id).order_by(col(Alert.id)).limit(1))
        await session.execute(sa.update(Alert).where(col(Alert.id) == oldest).values(content={"infos": "nothing"}))


async def two_alerts(world: World, *, hours: float | None = 3) -> None:
    await world.issue(hours=hours)
    world.clock.turn(1)
    await world.issue(event="大风", hours=hours)


async def test_a_ladder_that_breaks_holds_up_no_other(world: World, caplog: pytest.LogCaptureFixture) -> None:
    await two_alerts(world)
    await broken(world)
    world.clock.turn(181)
    assert await sweep_due(world.deps, world.clock.now()) > 0
    async with world.deps.read() as session:
        wanted = select(Rung.state, Broadcast.alert_id).join(Broadcast, col(Broadcast.id) == col(Rung.broadcast_id))
        rows = (await session.execute(wanted.where(col(Rung.number) == 2).order_by(col(Rung.id)))).all()
    assert [state for state, _ in rows] == [RungState.due, RungState.told]
    assert [(sweep, times) for sweep, _, times in await stumbles(world)] == [("ladder.sweep", 1)]
    assert "the others go on" in caplog.text


async def ungraded(world: World, event: str) -> None:
    """One alert has a colour that there is none of."""
    async with world.deps.begin() as session:
        await session.execute(sa.text("UPDATE alert SET grade = 'mauve' WHERE event = :event"), {"event": event})


async def test_an_end_that_breaks_keeps_no_other_from_ending(world: World) -> None:
    await world.issue()
    world.clock.turn(1)
    await world.issue("大风", "11B06")
    await ungraded(world, "暴雨")
    world.clock.turn(3 * 3600 + 1)
    assert await end_due(world.deps, world.clock.now()) == 1
    async with world.deps.read() as session:
        found = (await session.execute(select(Alert.event, Alert.status).order_by(col(Alert.id)))).all()
    assert [tuple(row) for row in found] == [("暴雨", Status.issued), ("大风", Status.ended)]
    assert await stumbles(world) == [("release.end", "LookupError", 1)]


async def test_a_digest_that_breaks_takes_nobody_elses(world: World) -> None:
    """Who waits for what breaks gets the single copies, and the others one message."""
    async with world.deps.begin() as session:
        session.add(AudienceRule(grade="blue", role="网格员", mode=Mode.digest, basis="青崖县"))
    blue = partial(world.issue, grade=Grade.blue, hours=24)
    for event, code, place in (("大风", "11B06", "青崖县"), ("大雾", "11B17", "石门村"), ("高温", "11B09", "上坪村")):
        await blue(event, code, places=(place,))
        world.clock.turn(1)
    await ungraded(world, "大雾")
    world.clock.turn(4.5 * 3600)
    await world.work()
    (zhou,) = await world.phone("zhou")
    assert zhou.startswith("早间汇总 7月12日，2 条仍在生效")
    assert sorted(text.partition("\n")[0] for text in await world.phone("chen")) == [
        "蓝色大雾 石门村",
        "蓝色大风 青崖县",
    ]
    async with world.deps.read() as session:
        wanted = select(Stumble.error).where(col(Stumble.sweep) == "dispatch.digest")
        assert (await session.execute(wanted)).scalars().all() == ["LookupError"]


async def test_a_finding_that_breaks_keeps_no_other_from_being_told(world: World) -> None:
    """By day one message tells of all that has its words."""
    world.clock.turn(7 * 3600)
    now = world.clock.now()
    async with world.deps.begin() as session:
        for kind, facts in (("backup", None), ("disk", {"left": "0.3 GB"}), ("backup", {"last": ""})):
            level = Level.bad if kind == "disk" else Level.mind
            session.add(
                Finding(look=kind, kind=kind, subject=str(facts), level=level, facts=facts or {}, since=now,
                        seen_at=now, due_at=now)
            )  # fmt: skip
    await tell(world)
    async with world.deps.read() as session:
        told = (await session.execute(select(Finding.told_at).order_by(col(Finding.id)))).scalars().all()
        assert (await session.execute(select(Hold.reason))).scalars().all() == [Reason.broken]
    assert [moment is None for moment in told] == [True, False, False]
    assert any("备份" in text for text in await world.phone("liu"))
    assert [(sweep, times) for sweep, _, times in await stumbles(world)] == [("watch.tell", 1)]


class Unsure:
    """A calendar that cannot tell who sits at one desk."""

    def __init__(self, near: int) -> None:
        self._near = near

    async def to_wake(
        self, session: AsyncSession, *, leaders: bool, at: datetime, near: int | None = None
    ) -> list[Target]:
        if near == self._near:
            raise LookupError(near)
        return await Rostered(application=True).to_wake(session, leaders=leaders, at=at, near=near)


async def test_a_ring_that_breaks_silences_no_other(world: World) -> None:
    village, now = await area(world, "柳湾村"), world.clock.now()
    async with world.deps.begin() as session:
        await open_hold(session, Reason.help, about="answer:1", said="甲", by="test", at=now, area_id=village)
        await open_hold(session, Reason.help, about="answer:2", said="乙", by="test", at=now)
    assert await ring_due(world.deps, Unsure(village), now) == 1
    async with world.deps.read() as session:
        rings = (await session.execute(select(Hold.rings).order_by(col(Hold.id)))).scalars().all()
    assert rings == [0, 1]
    assert await stumbles(world) == [("release.ring", "LookupError", 1)]
    world.clock.turn(5)
    await world.work()
    assert any("甲" in text for text in await world.phone("liu"))


async def test_a_question_that_breaks_keeps_no_other_from_being_asked(world: World) -> None:
    await two_alerts(world, hours=0)
    assert await ask_due(world.deps, Rostered(application=True), world.clock.now()) == 0
    await broken(world)
    world.clock.turn(3 * 3600)
    assert await ask_due(world.deps, Rostered(application=True), world.clock.now()) == 1
    async with world.deps.read() as session:
        asked = (await session.execute(select(EndQuestion.asked).order_by(col(EndQuestion.alert_id)))).scalars().all()
    assert asked == [0, 1]


async def test_a_drill_that_breaks_holds_up_no_other(world: World) -> None:
    first, second = await drilled(world), await drilled(world, people=("chen",), groups=())
    for one in (first, second):
        await one.announce(sure=True)
    async with world.deps.begin() as session:
        await session.execute(sa.update(Drill).where(col(Drill.uid) == first.uid).values(known=7))
    for one in (first, second):
        await one.do("start", sure=True)
    async with world.deps.begin() as session:
        await session.execute(sa.update(Drill).where(col(Drill.uid) == first.uid).values(known=7))
    await sweep_drills(world.deps, world.clock.now())
    assert (await second.lines())[0].state is InjectState.sent


async def test_what_broke_is_tried_again_after_a_pause_and_forgotten_when_it_went_well(world: World) -> None:
    tried: list[str] = []
    mended = False

    async def deal(session: AsyncSession, subject: str) -> int:
        tried.append(subject)
        if subject == "bad" and not mended:
            raise RuntimeError(subject)
        return 1

    async def look() -> int:
        return await each(world.deps, "test.sweep", ["bad", "good"], deal, world.clock.now())

    assert await look() == 1
    assert tried == ["bad", "good"]
    assert await look() == 1
    assert tried == ["bad", "good", "good"]
    world.clock.turn(6)
    assert await look() == 1
    assert await stumbles(world) == [("test.sweep", "RuntimeError", 2)]
    mended = True
    world.clock.turn(11)
    assert await look() == 2
    assert await stumbles(world) == []


async def test_with_nothing_due_the_database_is_not_asked(world: World) -> None:
    async def deal(session: AsyncSession, subject: str) -> int:
        raise AssertionError

    class Closed:
        """Deps that nobody may open."""

    assert await each(Closed(), "test.sweep", list[str](), deal, world.clock.now()) == 0  # type: ignore[arg-type]
    async with world.deps.read() as session:
        assert (await session.execute(select(Stumble.id))).all() == []
