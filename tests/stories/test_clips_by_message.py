"""A recording behind the text: to whom the county says, after the text and never instead, and what goes wrong with it
is a reason beside a text that stands."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from bot.coordination.contract import Limit
from bot.directory.models import Area, Person
from bot.directory.tree import tree
from broadcasts.clips.files import voice_path
from broadcasts.clips.messages.follow import PATIENCE, WORTH, follow, follow_due
from broadcasts.clips.messages.media import keep_due
from broadcasts.clips.messages.renew import renew_due
from broadcasts.clips.messages.shown import Told, told
from broadcasts.clips.models import Clip, ClipMedia, Hears
from broadcasts.clips.sounds import AMR
from broadcasts.dispatch.drilled import call_off_late
from broadcasts.dispatch.failover.models import FailoverRule
from broadcasts.dispatch.failover.rules import About
from broadcasts.dispatch.failover.sweep import sweep_due
from broadcasts.dispatch.models import Batch, Broadcast, Delivery
from broadcasts.dispatch.planning.forecast import forecast
from broadcasts.dispatch.queries import recordings, unreached
from broadcasts.dispatch.recalls.recall import late, recall_late, take_back
from broadcasts.dispatch.states import Purpose, State
from broadcasts.hazards.grades import Grade
from handlers.wechat.files import write
from tests.drills.playing import drilled
from tests.simulator.sim import AMR as SECOND
from tests.stories.test_sms import red
from tests.world import NIGHT, World, small_world

VOICE = "[语音]"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    server = request.getfixturevalue("postgres_server") if request.param == "postgres" else None
    async with small_world(tmp_path, server.fresh() if server else "") as made:
        yield made


async def brought(
    world: World, name: str = "石门话", heard_by: Hears = Hears.readers, *, place: str = "", words: str = "快往高处走",
    language: str = "zh-CN", drill: bool = False,
) -> Clip:  # fmt: skip
    """An approved recording with its AMR."""
    now, uid = world.clock.now(), f"00000000-0000-7000-8000-{sum(name.encode()):012d}"
    async with world.deps.begin() as session:
        area = await session.scalar(select(Area.id).where(col(Area.name) == place)) if place else None
        made = Clip(
            uid=uid, drill=drill, words=words, mime=AMR, size=len(SECOND), seconds=1, sha256="0" * 64,
            brought_by="user:a", brought_at=now, approved_by="user:b", approved_at=now, hazard="11B03", grade="",
            language=language, dialect=name, area_id=area, heard_by=heard_by, voice_bytes=len(SECOND),
        )  # fmt: skip
        session.add(made)
    write(voice_path(world.deps.settings, uid), SECOND)
    return made


async def work(world: World) -> None:
    """As the ticks do it, one after the other."""
    now = world.clock.now()
    await keep_due(world.deps, now)
    await follow_due(world.deps, now)
    await renew_due(world.deps, now)
    await world.work()


async def became(world: World, broadcast_id: str) -> Told | None:
    async with world.deps.read() as session:
        return await told(session, broadcast_id)


async def speak_korean(world: World, key: str) -> None:
    async with world.deps.begin() as session:
        await session.execute(sa.update(Person).where(col(Person.key) == key).values(language="ko"))


async def test_it_follows_the_text_for_those_who_read_that_language_where_it_is_spoken(world: World) -> None:
    await speak_korean(world, "wang")
    await brought(world, place="柳湾镇")
    await work(world)
    sent, _ = await red(world)
    assert (await world.phone("li"))[-1].startswith("红色暴雨")  # the text waits for nothing
    await work(world)
    assert (await world.phone("li"))[-1] == VOICE
    assert (await world.phone("zhou"))[-1] == VOICE
    assert VOICE not in await world.phone("wang")  # he reads Korean
    assert VOICE not in await world.phone("chen")  # it is not spoken there
    assert await became(world, sent) == Told(2, 2, 0, [])
    await world.forward(minutes=2)
    await work(world)
    assert (await world.phone("li")).count(VOICE) == 1  # told again she is by words


async def test_everyone_there_hears_it_where_the_countys_row_says_so_her_own_language_first(world: World) -> None:
    await speak_korean(world, "wang")
    await brought(world, "县里的话", Hears.everyone)
    await brought(world, "朝鲜语", language="ko")
    await work(world)
    await red(world)
    await work(world)
    async with world.deps.read() as session:
        texts = await session.execute(sa.text("SELECT label FROM message_text WHERE form = 'clip' ORDER BY label"))
        assert [*texts.scalars()] == ["录音 县里的话", "录音 朝鲜语"]
    assert (await world.phone("wang")).count(VOICE) == 1


async def test_nothing_is_sent_where_the_county_has_not_switched_it_on(world: World) -> None:
    await brought(world, heard_by=Hears.nobody)
    await work(world)
    sent, _ = await red(world)
    await work(world)
    assert VOICE not in await world.phone("li")
    assert await became(world, sent) is None
    assert (await world.counts())["calls"].get("media_upload", 0) == 0


async def test_a_voice_that_cannot_be_uploaded_delays_no_text_and_is_a_reason(world: World) -> None:
    await brought(world)
    await world.fault(endpoint="media_upload", kind="errcode", code=45009)
    sent, _ = await red(world)
    assert (await world.phone("li"))[-1].startswith("红色暴雨")
    for _turn in range(3):
        await work(world)
        assert await became(world, sent) is None  # it may come yet
        world.clock.turn(PATIENCE.total_seconds() / 3)
    await work(world)
    assert VOICE not in await world.phone("li")
    assert await became(world, sent) == Told(6, 0, 0, [("limit", 6)])
    async with world.deps.read() as session:
        assert await unreached(session, sent) == []  # the text stands


async def test_it_comes_as_soon_as_the_upload_succeeds_and_not_when_it_is_too_late(world: World) -> None:
    await brought(world)
    await world.fault(endpoint="media_upload", kind="http", status=502, times=1)
    await red(world)
    await work(world)
    assert VOICE not in await world.phone("li")
    world.clock.turn(20)
    await work(world)
    assert (await world.phone("li")).count(VOICE) == 1


async def test_after_an_outage_nobody_is_woken_by_an_old_recording(world: World) -> None:
    await brought(world)
    sent, _ = await red(world)
    world.clock.turn(WORTH.total_seconds() + 1)
    await work(world)
    assert VOICE not in await world.phone("li")
    assert await became(world, sent) is None


async def test_its_name_is_fetched_once_kept_for_days_and_renewed_before_it_ends(world: World) -> None:
    await brought(world)

    async def uploads_after(time: timedelta) -> int:
        world.clock.turn(time.total_seconds())
        await keep_due(world.deps, world.clock.now())
        return int((await world.counts())["calls"]["media_upload"])

    assert [await uploads_after(timedelta()) for _ in range(3)] == [1, 1, 1]
    assert await uploads_after(timedelta(days=2)) == 1
    assert await uploads_after(timedelta(hours=13)) == 2
    world.clock.turn(timedelta(hours=40).total_seconds())  # past the end of the first name
    await red(world)
    await work(world)
    assert (await world.phone("li"))[-1] == VOICE


@pytest.mark.parametrize("code", [40014, 42001])
async def test_an_upload_with_a_bad_token_is_made_once_more_with_another(world: World, code: int) -> None:
    await brought(world)
    await world.fault(endpoint="media_upload", kind="errcode", code=code, times=1)
    await keep_due(world.deps, world.clock.now())
    assert (await world.counts())["calls"]["media_upload"] == 2
    await red(world)
    await work(world)
    assert (await world.phone("li"))[-1] == VOICE


async def forgotten(world: World) -> str:
    """A red warning whose recording WeCom does not find by its name. Its sending."""
    await brought(world)
    await work(world)
    sent, _ = await red(world)
    await follow_due(world.deps, world.clock.now())
    await world.fault(endpoint="app", kind="errcode", code=40007, times=1)
    await world.work()
    return sent


async def test_a_name_that_wecom_forgot_is_fetched_again_and_the_voice_sent_once_more(world: World) -> None:
    sent = await forgotten(world)
    assert VOICE not in await world.phone("li")
    assert await became(world, sent) == Told(6, 0, 0, [("media", 6)])
    for _look in range(3):
        await work(world)
    assert (await world.phone("li")).count(VOICE) == 1
    assert await became(world, sent) == Told(6, 6, 0, [])
    assert (await world.counts())["calls"]["media_upload"] == 2


async def test_it_is_sent_once_more_and_never_a_third_time(world: World) -> None:
    await brought(world)
    await work(world)
    sent, _ = await red(world)
    await world.fault(endpoint="app", kind="errcode", code=40007)
    for _look in range(6):
        await work(world)
    async with world.deps.read() as session:
        wanted = sa.select(col(Delivery.ordinal)).where(col(Delivery.purpose) == Purpose.clip).distinct()
        assert sorted((await session.execute(wanted)).scalars()) == [1, 2]
    assert (await world.counts())["calls"]["media_upload"] == 2
    assert await became(world, sent) == Told(6, 0, 0, [("media", 6)])


async def test_the_same_recording_for_two_warnings_within_four_hours_is_heard_twice(world: World) -> None:
    await brought(world)
    await work(world)
    await red(world)
    await work(world)
    world.clock.turn(1200)
    await world.issue(grade=Grade.orange)
    await work(world)
    assert (await world.phone("li")).count(VOICE) == 2
    assert (await world.counts())["limits"] == {}


async def test_an_end_is_told_by_words_alone(world: World) -> None:
    await brought(world)
    await work(world)
    got = await world.issue()
    await work(world)
    world.clock.turn(600)
    await world.issue(refers=got.taken[0].alert.identifier, msg_type="Cancel")
    await work(world)
    assert (await world.phone("li"))[-1] != VOICE
    assert (await world.phone("li")).count(VOICE) == 1


async def test_what_failed_takes_no_other_road_and_a_recall_takes_it_back(world: World) -> None:
    await brought(world)
    await work(world)
    sent, _ = await red(world)
    await work(world)
    async with world.deps.begin() as session:
        before = await session.get_one(Broadcast, sent)
        taken = await take_back(session, before, word="发错了", by="user:liu", at=world.clock.now())
        assert taken.copies == 12  # six texts, six recordings
    await world.work()
    assert VOICE not in await shown(world, "li")


async def taken_back(world: World, broadcast_id: str) -> None:
    async with world.deps.begin() as session:
        sent = await session.get_one(Broadcast, broadcast_id)
        await take_back(session, sent, word="发错了", by="user:liu", at=world.clock.now())


async def test_nothing_is_said_again_of_a_text_that_was_taken_back(world: World) -> None:
    sent = await forgotten(world)
    await taken_back(world, sent)
    for _look in range(3):
        await work(world)
    assert VOICE not in await world.phone("li")


async def test_what_was_taken_back_since_it_was_looked_for_is_followed_by_nothing(world: World) -> None:
    await brought(world)
    await work(world)
    sent, _ = await red(world)
    await taken_back(world, sent)
    async with world.deps.begin() as session:
        assert await follow(session, sent, at=world.clock.now()) == 0


async def test_a_recording_in_the_queue_is_late_for_its_own_recall_alone(world: World) -> None:
    await brought(world)
    await work(world)
    first, _ = await red(world)
    await work(world)
    await taken_back(world, first)
    await world.work()
    world.clock.turn(1200)
    second, _ = await red(world)
    await follow_due(world.deps, world.clock.now())
    mine = sa.update(Batch).where(col(Batch.broadcast_id).in_(recordings(second)))
    await change(world, mine.values(state=State.sending, owner="another"))
    await taken_back(world, second)
    await change(world, mine.values(state=State.queued, owner=""))
    async with world.deps.read() as session:
        assert await late(session) == [second]
    assert await recall_late(world.deps, world.clock.now()) == 1


async def test_a_drills_recording_that_comes_back_to_the_queue_after_its_end_is_not_heard(world: World) -> None:
    await brought(world, words="这是演练，快往高处走", drill=True)
    played = await drilled(world, grade=Grade.red)
    await played.begin()
    await keep_due(world.deps, world.clock.now())
    assert await follow_due(world.deps, world.clock.now()) > 0
    mine = sa.update(Batch).where(
        col(Batch.broadcast_id).in_(sa.select(col(Broadcast.id)).where(col(Broadcast.purpose) == Purpose.clip))
    )
    await change(world, mine.values(state=State.sending, owner="another"))
    await played.do("end")
    await change(world, mine.values(state=State.queued, owner=""))
    async with world.deps.begin() as session:
        assert await call_off_late(session, world.clock.now()) == 1
    await world.work()
    assert VOICE not in await world.phone("li")


async def test_whoever_wecom_does_not_know_is_not_tried_once_more(world: World) -> None:
    sent = await forgotten(world)
    hers = sa.update(Delivery).where(col(Delivery.purpose) == Purpose.clip, col(Delivery.address) == "chen")
    await change(world, hers.values(state=State.failed, reason="member_invalid"))
    for _look in range(3):
        await work(world)
    assert VOICE not in await world.phone("chen")
    assert (await world.phone("li")).count(VOICE) == 1
    assert await became(world, sent) == Told(6, 5, 0, [("member_invalid", 1)])


async def test_one_that_breaks_the_upload_holds_up_no_other(tmp_path: Path) -> None:
    async with small_world(tmp_path) as world:
        broken = await brought(world, "坏的")
        whole = await brought(world)
        await change(world, sa.update(Clip).where(col(Clip.id) == broken.id).values(uid="no\0path"))  # ValueError
        assert await keep_due(world.deps, world.clock.now()) == 1
        assert await keep_due(world.deps, world.clock.now()) == 0  # nor is it tried every time
        async with world.deps.read() as session:
            rows = (await session.execute(select(ClipMedia).order_by(col(ClipMedia.clip_id)))).scalars()
            assert [(row.clip_id, row.reason) for row in rows] == [(broken.id, "bug"), (whole.id, "")]


async def change(world: World, statement: sa.Update) -> None:
    async with world.deps.begin() as session:
        await session.execute(statement)


async def test_a_failed_one_is_passed_on_to_nobody(world: World) -> None:
    await brought(world)
    async with world.deps.begin() as session:
        session.add(FailoverRule(about=About.service, after_seconds=5, basis="县里定"))
    await work(world)
    await red(world)
    await follow_due(world.deps, world.clock.now())
    await world.fault(endpoint="app", kind="errcode", code=60011)
    await world.work()
    world.clock.turn(60)
    await sweep_due(world.deps, world.clock.now())
    async with world.deps.read() as session:
        what = (col(Batch.state), col(Batch.reason), col(Delivery.passed_at), col(Delivery.channel))
        copies = sa.select(*what).join(Batch, col(Batch.id) == col(Delivery.batch_id))
        rows = await session.execute(copies.where(col(Delivery.purpose) == Purpose.clip))
        assert {tuple(row) for row in rows} == {(State.failed, "no_permission", None, "wecom_app")}


async def test_it_leaves_after_every_text_whatever_its_colour(world: World) -> None:
    await brought(world)
    await work(world)
    await red(world)
    await follow_due(world.deps, world.clock.now())
    async with world.deps.read() as session:
        mine = sa.select(col(Broadcast.id)).where(col(Broadcast.purpose) == Purpose.clip)
        ranks = sa.select(col(Batch.rank)).where(col(Batch.broadcast_id).in_(mine))
        assert {*(await session.execute(ranks)).scalars()} == {3}


async def test_it_counts_in_each_members_window(world: World) -> None:
    await brought(world, place="柳湾镇")
    await work(world)
    await red(world)
    await work(world)
    asked = world.deps.coordination.take(
        "live/wecom_app", ["li", "chen"], [Limit(2, 60.0)], NIGHT.timestamp(), red=True
    )
    assert [wait > 0 for wait in await asked] == [True, False]  # two calls for her, one for him


async def test_the_plan_counts_the_calls_that_come_on_top(world: World) -> None:
    async def foreseen() -> Any:
        async with world.deps.read() as session:
            areas = await tree(session)
            at = world.clock.now()
            return await forecast(session, world.deps.settings, areas, "11B03", Grade.red, areas.roots[0].id, at)

    without = await foreseen()
    await brought(world)
    having = await foreseen()
    assert (without.recordings, without.heard) == (0, 0)
    assert (having.recordings, having.heard) == (1, 6)
    assert having.calls == without.calls + 1
    assert having.people == without.people
    assert len(having.missing) == len(without.missing)


@pytest.mark.parametrize(
    ("words", "drill", "heard"),
    [
        ("这是演练。红色暴雨，快往高处走", True, True),
        ("这是一次演习。红色暴雨，快往高处走", True, True),
        ("【演练】快往高处走", True, True),
        ("快往高处走，这是演练", True, False),  # it does not begin with it
        ("这是演练吗？这不是演练，快走", True, False),
        ("快往高处走", False, False),  # recorded for earnest
    ],
)
async def test_in_a_drill_only_what_begins_by_saying_so_is_heard(
    world: World, words: str, drill: bool, heard: bool
) -> None:
    await brought(world, words=words, drill=drill)
    played = await drilled(world, grade=Grade.red)
    await played.begin()
    await work(world)
    assert (VOICE in await world.phone("li")) is heard
    async with world.deps.read() as session:
        rows = (await session.execute(sa.select(Broadcast).where(col(Broadcast.purpose) == Purpose.clip))).scalars()
        assert [one.drill for one in rows] == ([True] if heard else [])


async def shown(world: World, userid: str) -> list[str]:
    """What still stands on the phone."""
    async with world.http.get(f"{world.base}/_sim/phones/{userid}") as answer:
        return [m["text"] for m in (await answer.json())["messages"] if not m.get("recalled")]
