"""早间汇总: in the morning one message with all that is still true; what stands alone comes as it is."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from broadcasts.audience.models import AudienceRule
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.progress import progress
from broadcasts.dispatch.states import Mode
from broadcasts.hazards.grades import Grade
from broadcasts.intake.take import Taken
from tests.world import World, small_world

EVENING = datetime(2026, 7, 11, 15, 0, tzinfo=UTC)  # 23:00 in the county
MORNING = datetime(2026, 7, 11, 23, 10, tzinfo=UTC)  # 07:10 the next day


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def evening(request: pytest.FixtureRequest, tmp_path: Any) -> Any:
    server = request.getfixturevalue("postgres_server") if request.param == "postgres" else None
    async with small_world(tmp_path, server.fresh() if server else "", at=EVENING) as world:
        async with world.deps.begin() as session:
            for role in ("网格员", "村群"):
                session.add(AudienceRule(grade="blue", role=role, mode=Mode.digest, basis="青崖县"))
        yield world


async def blue(world: World, event: str, n: int, hours: float | None = 24, **more: Any) -> Taken:
    code = {"大风": "11B06", "大雾": "11B17", "雷电": "11B14", "高温": "11B09"}[event]
    got = await world.issue(event, code, Grade.blue, hours=hours, identifier=f"5299264160000_2026071123{n:04d}", **more)
    world.clock.turn(60)
    return got.taken[0]


async def morning(world: World, seconds: float = 0) -> None:
    world.clock.turn((MORNING + timedelta(seconds=seconds) - world.clock.now()).total_seconds())
    await world.work()


async def sent(world: World) -> list[tuple[str, dict[str, int]]]:
    """Every broadcast in the order of its birth: its subject, and how many copies are in which state."""
    async with world.deps.read() as session:
        rows = (await session.execute(select(Broadcast).order_by(col(Broadcast.id)))).scalars().all()
        totals = [(await progress(session, row)).total for row in rows]
        assert all(row.finished_at for row in rows)
    return [(row.subject, {k: n for k, n in total.items() if n}) for row, total in zip(rows, totals, strict=True)]


async def test_several_become_one_and_each_is_named_with_its_end(evening: World) -> None:
    await blue(evening, "大风", 1)
    await blue(evening, "大雾", 2, hours=12)
    await blue(evening, "雷电", 3, hours=2)  # over by the morning
    await blue(evening, "高温", 4, hours=None, places=["石门村"])  # one more, for one village
    assert await evening.phone("chen") == []
    await morning(evening)
    (chen,), (zhou,) = await evening.phone("chen"), await evening.phone("zhou")
    assert chen == (
        "早间汇总 7月12日，3 条仍在生效\n\n1. 蓝色大风 青崖县\n   到今天晚上11点为止。\n\n"
        "2. 蓝色大雾 青崖县\n   到今天上午11:01为止。\n\n3. 蓝色高温 石门村\n\n值班电话 000-0000"
    )
    assert zhou.startswith("早间汇总 7月12日，2 条仍在生效")
    (village,) = await evening.group("柳湾村群")
    assert village.endswith("群里回复系统看不到，请打电话 000-0000。\n柳湾村 值班电话 000-0001")
    found = await sent(evening)
    digests = [counts for subject, counts in found if subject == "digest:2026-07-12"]
    assert sorted(counts["sent"] for counts in digests) == [2, 3]  # each for whom the same waited
    assert all(counts["sent"] == counts["targets"] for counts in digests)
    assert [counts["skipped"] for _, counts in found if "skipped" in counts] == [5, 5, 5, 2]


async def test_what_stands_alone_comes_as_it_is(evening: World) -> None:
    await blue(evening, "大风", 1)
    await blue(evening, "大雾", 2, places=["石门村"])
    await morning(evening, 3)
    assert [text.splitlines()[0] for text in await evening.phone("zhou")] == ["蓝色大风 青崖县"]
    assert (await evening.phone("chen"))[0].startswith("早间汇总 7月12日，2 条")
    assert len(await evening.phone("chen")) == 1
    assert [len(await evening.group(g)) for g in ("柳湾村群", "上坪村群", "石门村群")] == [1, 1, 1]
    assert (await sent(evening))[0][1]["skipped"] == 2


async def test_what_was_cancelled_in_the_night_is_in_no_digest(evening: World) -> None:
    await blue(evening, "大风", 1)
    await blue(evening, "大雾", 2)
    await blue(evening, "高温", 3)
    await blue(evening, "大风", 4, msg_type="Cancel", refers="5299264160000_20260711230001", text="解除。")
    await morning(evening)
    assert "1. 蓝色大雾 青崖县" in (await evening.phone("chen"))[-1]
    assert "大风" not in (await evening.phone("chen"))[-1]


async def test_a_retry_keeps_all_items_and_nothing_is_merged_twice(evening: World) -> None:
    await blue(evening, "大风", 1)
    await blue(evening, "大雾", 2)
    await evening.fault(endpoint="*", kind="errcode", code=-1, times=30)
    await morning(evening, -8)
    await blue(evening, "高温", 3)  # comes when the others are merged already
    await evening.forward(minutes=3)
    said = {text.splitlines()[0]: text for text in await evening.phone("chen")}
    assert sorted(said) == ["早间汇总 7月12日，2 条仍在生效", "蓝色高温 青崖县"]
    assert len(await evening.phone("chen")) == 2
    assert "1. 蓝色大风" in said["早间汇总 7月12日，2 条仍在生效"]
    assert "2. 蓝色大雾" in said["早间汇总 7月12日，2 条仍在生效"]
    assert [subject for subject, _ in await sent_so_far(evening) if subject] == ["digest:2026-07-12"]


async def sent_so_far(world: World) -> list[tuple[str, int]]:
    async with world.deps.read() as session:
        rows = (await session.execute(select(Broadcast).order_by(col(Broadcast.id)))).scalars().all()
    return [(row.subject, row.targets) for row in rows]
