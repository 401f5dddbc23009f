"""Whoever was told by a mass send hears how it goes on: asked for at once, rung for, four a month, nobody twice."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from bot.directory.tree import tree
from bot.sweeps.each import standing
from broadcasts.alerts.models import Alert, AlertSource, Status
from broadcasts.dispatch.masses.following import otherwise, owing
from broadcasts.dispatch.masses.following.follow import mend
from broadcasts.dispatch.masses.following.models import MassRule
from broadcasts.dispatch.masses.states import Asked, Whom
from broadcasts.dispatch.models import Batch, Broadcast, Delivery, MassSend, Text
from broadcasts.dispatch.recalls.reach import reach
from broadcasts.dispatch.recalls.recall import take_back
from broadcasts.dispatch.states import State
from broadcasts.hazards.grades import Grade
from broadcasts.intake.message import Form
from broadcasts.notices.correct import correct
from broadcasts.release.endings import end_due
from broadcasts.release.models import Hold
from broadcasts.subscriptions.models import Follower
from handlers.chat.conversations.windows import Conversations
from tests.both_ways import FOLLOWERS, BothWays, both_ways
from tests.servers import Postgres
from tests.stories.test_masses import LIU, SUN, Desk, batches, desk

FIRST, SECOND, THIRD = "52992641600000_1", "52992641600000_2", "52992641600000_3"
DATABASES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
CLEAR: dict[str, Any] = {"msg_type": "Cancel", "hours": None}


@pytest.fixture
async def both(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[BothWays]:
    """The account may send to many, and has no template. All three follow."""
    server: Postgres | None = None
    if getattr(request, "param", "sqlite") == "postgres":
        server = request.getfixturevalue("postgres_server")
    database = {"database_url": server.fresh()} if server else {}
    async with both_ways(tmp_path, oa_template_id="", oa_mass="true", **database) as made:
        for phone in FOLLOWERS:
            await made.act(phone, "follow")
        yield made


async def asks(both: BothWays) -> list[MassSend]:
    async with both.world.deps.read() as session:
        return [*(await session.execute(sa.select(MassSend).order_by(col(MassSend.id)))).scalars()]


async def holds(both: BothWays) -> list[Hold]:
    async with both.world.deps.read() as session:
        wanted = sa.select(Hold).where(col(Hold.reason) == "mass").order_by(col(Hold.id))
        return [*(await session.execute(wanted)).scalars()]


async def rings(both: BothWays, who: str) -> list[str]:
    return [text for text in await both.world.phone(who) if "公众号群发的事要您决定" in text]


async def read(both: BothWays, phone: str, word: str) -> int:
    """How many texts of it are on a phone."""
    return len([text for text in await both.world.phone(phone) if text.startswith(word)])


async def otherwise_told(both: BothWays) -> int:
    deps = both.world.deps
    done = await otherwise.sweep_due(deps, Conversations(), deps.clock.now())
    await both.world.work()
    return done


async def rule(both: BothWays, **facts: Any) -> None:
    async with both.world.deps.begin() as session:
        session.add(MassRule(basis="县防指〔2026〕3号", **facts))


async def replaced(both: BothWays, was: Grade = Grade.red, **more: Any) -> Desk:
    """A red or other alert that went by mass to all three, and what takes its place."""
    night = await desk(both, identifier=FIRST, grade=was)
    await night.ask()
    if was is not Grade.red:
        await night.agree()
    return await desk(both, **{"identifier": SECOND, "refers": FIRST, **more})


@pytest.mark.parametrize("both", DATABASES, indirect=True)
async def test_an_update_is_asked_for_at_once_for_all_whom_the_first_reached(both: BothWays) -> None:
    later = await replaced(both, Grade.orange, grade=Grade.yellow)
    first, second = await asks(both)
    assert (first.state, second.state, second.whom) == (Asked.sent, Asked.asked, Whom.follow)
    assert (second.size, second.calls, second.full, second.asked_by) == (3, 1, 0, "system")
    ring = (await rings(both, "sun"))[-1]
    assert "请决定群发：黄色暴雨，给群发时告诉过的人，向 3 人，1 次调用，发完今天还能发 88 次" in ring
    assert await read(both, "zhang", "降级") == 0
    await later.agree(SUN)
    assert [await read(both, phone, "降级：橙色→黄色 暴雨") for phone in FOLLOWERS] == [1, 1, 1]
    plan = await later.plan(Whom.follow)
    assert list(plan.ids) == []  # nobody is told twice
    (_, hold) = await holds(both)
    assert (hold.decision, hold.closed_by) == ("agreed", SUN)


async def test_who_is_newly_concerned_is_among_them_and_who_left_is_not(both: BothWays) -> None:
    await both.scan("zhang", "柳湾村")
    await both.scan("wu", "石门村")
    night = await desk(both, identifier=FIRST, places=("柳湾镇",), grade=Grade.yellow)
    await both.scan("qian", "柳湾村")
    await night.ask(Whom.places)
    await night.agree()
    assert [batch.size for batch in await batches(both)] == [2]  # Wu's village is not hit
    await both.act("qian", "unfollow")
    later = await desk(both, identifier=SECOND, refers=FIRST, places=("青崖县",), grade=Grade.orange)
    assert [(one.whom, one.size) for one in (await asks(both))[1:]] == [(Whom.follow, 2)]
    await later.agree()
    assert [await read(both, phone, "升级：黄色→橙色") for phone in FOLLOWERS] == [1, 1, 0]


async def test_the_all_clear_of_a_red_one_goes_by_itself_where_a_row_says_so(both: BothWays) -> None:
    await rule(both, grade="red", message="all-clear", alone=True)
    await replaced(both, **CLEAR)
    assert [await read(both, phone, "解除 红色暴雨") for phone in FOLLOWERS] == [1, 1, 1]
    (_, clear) = await asks(both)
    assert (clear.state, clear.decided_by) == (Asked.sent, "system")
    assert await holds(both) == []


@pytest.mark.parametrize(("grade", "facts"), [(Grade.red, {}), (Grade.orange, {"alone": True, "message": "all-clear"}),
                                              (Grade.red, {"alone": True, "message": "update"})])  # fmt: skip
async def test_by_default_and_of_less_than_red_a_person_is_asked(
    both: BothWays, grade: Grade, facts: dict[str, Any]
) -> None:
    if facts:
        await rule(both, **facts)
    clear = await replaced(both, grade, grade=grade, **CLEAR)
    assert [one.state for one in await asks(both)] == [Asked.sent, Asked.asked]
    assert await read(both, "zhang", "解除") == 0
    await clear.agree(SUN)
    assert [await read(both, phone, "解除") for phone in FOLLOWERS] == [1, 1, 1]


@pytest.mark.parametrize("both", DATABASES, indirect=True)
async def test_whose_four_are_spent_is_answered_in_an_open_window_and_the_rest_is_counted(both: BothWays) -> None:
    night = await desk(both, identifier=FIRST)
    for _ in range(4):
        await night.ask(Whom.places)
    both.world.clock.turn(120)  # whoever has just come may be answered for a minute
    await both.type("zhang", "雨大吗")
    await desk(both, identifier=SECOND, refers=FIRST, **CLEAR)
    ask = (await asks(both))[-1]
    assert (ask.state, ask.size, ask.full) == (Asked.asked, 0, 3)
    assert await otherwise_told(both) == 1
    assert [await read(both, phone, "解除 红色暴雨") for phone in FOLLOWERS] == [1, 0, 0]
    ask = (await asks(both))[-1]
    assert (ask.worded, ask.pointed, ask.words_due_at) == (1, 0, None)
    assert await otherwise_told(both) == 0
    (ring,) = await rings(both, "sun")
    assert "群发到不了：解除红色暴雨，给群发时告诉过的人，3 人本月已满 4 次" in ring


def _room(folder: Path, number: int) -> Path:
    (made := folder / str(number)).mkdir()
    return made


async def test_a_pointer_goes_to_so_many_as_the_row_allows_and_to_none_of_more(tmp_path: Path) -> None:
    for most, reached in ((3, 3), (2, 0)):
        async with both_ways(_room(tmp_path, most), oa_mass="true") as both:
            await rule(both, pointers=most)
            for phone in FOLLOWERS:
                await both.act(phone, "follow")
            await both.world.fault(endpoint="template", kind="errcode", code=48002, times=99)
            night = await desk(both, identifier=FIRST)
            for _ in range(4):
                await night.ask(Whom.places)
            both.world.clock.turn(120)
            async with both.world.deps.begin() as session:  # as if each had come by a tag alone: no copy of their own
                await session.execute(sa.delete(Delivery).where(col(Delivery.target_kind) == "follower"))
            await desk(both, identifier=SECOND, refers=FIRST, **CLEAR)
            await otherwise_told(both)
            assert (await asks(both))[-1].pointed == reached


async def test_what_waits_for_a_word_is_replaced_by_the_newer_one(both: BothWays) -> None:
    await (await desk(both, identifier=FIRST, grade=Grade.orange)).ask()
    later = await desk(both, identifier=SECOND, refers=FIRST, grade=Grade.red)
    first, second = await asks(both)
    assert (first.state, second.state, second.whom) == (Asked.superseded, Asked.asked, Whom.missed)
    assert [hold.decision for hold in await holds(both)] == ["superseded", ""]
    await later.agree(SUN)
    assert [await read(both, phone, "升级：橙色→红色") for phone in FOLLOWERS] == [1, 1, 1]
    await desk(both, identifier=THIRD, refers=SECOND, grade=Grade.yellow)  # for those with a place, and for the told
    assert [(one.whom, one.size) for one in (await asks(both))[2:]] == [(Whom.follow, 3)]


async def test_a_tag_asked_nobody_and_whom_only_the_platform_knows_is_said(both: BothWays) -> None:
    """The first went by a tag of five; of the three who follow here one has stopped it all."""
    await (await desk(both, identifier=FIRST)).ask()
    now = both.world.clock.now()
    async with both.world.deps.begin() as session:
        await session.execute(sa.update(Text).where(col(Text.form) == "mass").values(form="mass-tag"))
        await session.execute(sa.update(Batch).where(col(Batch.channel) == "oa_mass").values(members="100", size=5))
        await session.execute(sa.update(Follower).where(col(Follower.openid) == "qian").values(stopped_at=now))
    await desk(both, identifier=SECOND, refers=FIRST, **CLEAR)
    ask = (await asks(both))[-1]
    assert (ask.whom, ask.size) == (Whom.follow, 3)
    (ring,) = await rings(both, "sun")
    assert "按标签发过的另有 2 人不在名册里，要再按标签发" in ring


async def test_an_all_clear_of_what_only_waited_asks_for_nothing(both: BothWays) -> None:
    await (await desk(both, identifier=FIRST, grade=Grade.orange)).ask()
    await desk(both, identifier=SECOND, refers=FIRST, **CLEAR)
    assert [one.state for one in await asks(both)] == [Asked.superseded]


async def test_a_link_without_a_mass_send_breaks_nothing(both: BothWays) -> None:
    later = await replaced(both, Grade.orange, grade=Grade.yellow)
    await later.decline("不急")
    await desk(both, identifier=THIRD, refers=SECOND, grade=Grade.yellow, **CLEAR)
    assert [(one.whom, one.size, one.state) for one in await asks(both)][-1] == (Whom.follow, 3, Asked.asked)


@pytest.mark.parametrize("both", DATABASES, indirect=True)
async def test_it_rings_every_three_minutes_and_then_the_desk_until_it_is_over(both: BothWays) -> None:
    evening = await desk(both, grade=Grade.orange, hours=12)
    await evening.ask()
    assert (len(await rings(both, "sun")), len(await rings(both, "liu"))) == (1, 0)
    await both.world.forward(minutes=6)
    assert (len(await rings(both, "sun")), len(await rings(both, "liu"))) == (3, 0)
    await both.world.forward(minutes=3)
    assert (len(await rings(both, "sun")), len(await rings(both, "liu"))) == (4, 1)
    both.world.clock.turn(2 * 3600)
    await otherwise_told(both)
    assert [hold.decision for hold in await holds(both)] == ["expired"]
    await evening.ask()
    await evening.decline("不发了")
    assert [hold.decision for hold in await holds(both)] == ["expired", "refused"]
    await evening.ask()
    both.world.clock.turn(12 * 3600)
    await end_due(both.world.deps, both.world.clock.now())
    assert [hold.decision for hold in await holds(both)] == ["expired", "refused", "expired"]


@pytest.mark.parametrize("both", DATABASES, indirect=True)
async def test_a_mass_send_taken_back_is_mended_by_another(both: BothWays) -> None:
    night = await desk(both, grade=Grade.orange)
    await night.ask()
    await night.agree()
    deps = both.world.deps
    async with deps.begin() as session:
        areas, alert, where, sent = await night._about(session)
        assert (await reach(session, sent.id, deps.clock.now())).massed == 3
        await take_back(session, sent, word="雨量看错了", by=LIU, at=deps.clock.now())
        await mend(session, deps.settings, areas, alert, where, sent, by=LIU, at=deps.clock.now())
    await both.world.work()
    assert len(await rings(both, "sun")) == 2
    await night.agree(SUN)
    assert [await read(both, phone, "更正 橙色暴雨 青崖县 发错了") for phone in FOLLOWERS] == [1, 1, 1]
    shown = (await both.world.phone("zhang"))[-1]
    assert "已经撤回：雨量看错了。请不要照着做" in shown
    assert list((await night.plan(Whom.recall)).ids) == []
    assert (await both.world.counts())["calls"].get("mass_delete", 0) == 0  # a text stays where it is


async def test_a_correction_is_owed_to_those_who_had_it_and_to_nobody_else(both: BothWays) -> None:
    await both.scan("zhang", "柳湾村")
    at = both.world.clock.now()
    night = await desk(both, identifier=FIRST, grade=Grade.yellow, places=("柳湾镇",))
    await both.scan("wu", "柳湾村")
    await night.ask(Whom.places)
    await night.agree()
    await both.scan("qian", "柳湾村")  # too late to have had it
    deps = both.world.deps
    async with deps.begin() as session:
        await session.execute(sa.update(AlertSource).values(form=Form.paste.value))  # as if it had been typed in
        _, alert, *_ = await night._about(session)
        await correct(session, deps.settings, alert, "是大风，不是暴雨。", by=LIU, name="刘洋", at=at)
    await owing.sweep_due(deps, at)
    await both.world.work()
    (*_, ask) = await asks(both)
    assert (ask.whom, ask.size, ask.state) == (Whom.follow, 2, Asked.asked)


async def test_without_a_mass_send_nothing_is_asked(both: BothWays) -> None:
    await desk(both, identifier=FIRST)
    await desk(both, identifier=SECOND, refers=FIRST, **CLEAR)
    assert await asks(both) == []
    async with both.world.deps.read() as session:
        assert await session.scalar(sa.select(sa.func.count()).select_from(Broadcast)) is not None
        assert await tree(session)
    assert [batch.state for batch in await batches(both)] == list[State]()


async def test_what_is_owed_breaks_and_the_warning_has_left(both: BothWays) -> None:
    night = await desk(both, identifier=FIRST, grade=Grade.orange)
    await night.ask()
    await night.agree()
    got = await both.world.issue(identifier=SECOND, refers=FIRST, **CLEAR)
    assert got.taken[0].alert.status is Status.issued
    deps = both.world.deps
    async with deps.begin() as session:  # what nobody can read any more
        await session.execute(sa.update(Alert).values(content={}))
    assert await owing.sweep_due(deps, both.world.clock.now()) == 0
    async with deps.read() as session:
        (kept,) = await standing(session, both.world.clock.now())
    assert kept.sweep == "masses.owed"
    async with deps.read() as session:
        assert await owing.anything_due(session)


async def test_what_is_owed_goes_over_to_what_comes_after_it(both: BothWays) -> None:
    night = await desk(both, identifier=FIRST, grade=Grade.orange)
    await night.ask()
    await both.world.issue(identifier=SECOND, refers=FIRST, grade=Grade.yellow)
    await desk(both, identifier=THIRD, refers=SECOND, grade=Grade.orange)
    first, second = await asks(both)
    assert (first.state, second.state, second.size) == (Asked.superseded, Asked.asked, 3)
