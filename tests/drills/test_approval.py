"""A drill's plan is approved by a second person, or it does not begin: one hand is one hand under all its names, a
change needs another approval, and whoever has to act is told in time."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from bot.access.models import Role, User, UserRole
from bot.access.users import add_user
from bot.directory.models import Address, Person
from bot.record.models import Entry
from broadcasts.dispatch.texts.marks import MARK
from broadcasts.notices.approvers import NotApprover
from drills.drills import run
from drills.drills.approvals import decide
from drills.drills.approvals.hands import OwnPlan
from drills.drills.approvals.models import Act, DrillWaiver
from drills.drills.checks import NearHandover
from drills.drills.models import Approval, Form, Stage
from drills.drills.participants import name
from drills.drills.plan import Line, write_script
from drills.drills.queries import of_uid
from drills.drills.states import NotNow, Overtaken
from drills.duty.models import Handover
from tests.console_rooms.desk import desk
from tests.drills.playing import BY, CHIEF, Played, approver, drilled, local, named
from tests.duty.desk import shift
from tests.duty.test_desk import handed
from tests.grounds import ON_BOTH
from tests.places import area
from tests.world import World

pytestmark = ON_BOTH


async def person(world: World, userid: str) -> int:
    async with world.deps.read() as session:
        return (await session.execute(select(Address.person_id).where(col(Address.value) == userid))).scalar_one()


async def author(world: World) -> None:
    """The officer's login has the name by which the plans here are written."""
    async with world.deps.begin() as session:
        await session.execute(sa.update(User).where(col(User.name) == "刘洋").values(name="liu"))


async def acts(played: Played) -> list[Act]:
    async with played.world.deps.read() as session:
        return [one.act for one in await decide.steps(session, (await played.now()).id)]


async def until(world: World, moment: datetime) -> None:
    """The clock is set forward, and what is due is done."""
    world.clock.turn((moment - world.clock.now()).total_seconds())
    await world.work()


async def coming(world: World, **more: object) -> Played:
    return await drilled(world, starts_at=local(world, "2026-07-13T09:20"), **more)  # type: ignore[arg-type]


async def test_nothing_of_it_leaves_before_a_second_person_has_approved_it(world: World) -> None:
    played = await coming(world)
    await played.do("hand_in")
    assert (await played.now()).state is Stage.waiting
    assert await played.notices() == []
    with pytest.raises(run.NotApproved):
        await played.do("start", sure=True)
    await played.approve()
    drill = await played.now()
    assert (drill.state, drill.approval, drill.approver) == (Stage.planned, Approval.given, CHIEF)
    assert [one.which for one in await played.notices()] == ["day", "hour"]
    await played.do("start", sure=True)
    assert (await world.phone("li"))[-1].startswith(MARK)
    async with world.deps.read() as session:
        wanted = select(Entry.action, Entry.actor).where(col(Entry.subject) == drill.uid).order_by(col(Entry.id))
        entries = [tuple(row) for row in (await session.execute(wanted)).all()]
    assert ("drill.handed_in", BY) in entries
    assert ("drill.planned", CHIEF) in entries


async def test_nobody_approves_what_they_wrote_under_any_of_their_names(world: World) -> None:
    """Who wrote one line, or named one participant, wrote it too."""
    chen, sun = await person(world, "chen"), await person(world, "sun")
    played = await coming(world)
    await approver(world, BY)
    async with world.deps.begin() as session:
        for login, of in (("a", chen), ("b", chen), ("c", sun), ("d", sun)):
            await add_user(
                session, login, [Role.officer, Role.approver], password_hash="-", by="cli", at=world.clock.now(),
                person_id=of,
            )  # fmt: skip
        drill = await of_uid(session, played.uid, change=True)
        assert drill is not None
        await write_script(session, drill, [Line(0, "请应答。")], by="user:a", at=world.clock.now())
        await name(session, drill, await named(world, ("wang",), ()), by="user:c")
    await played.do("hand_in")
    for own in (BY, "user:a", "user:b", "user:c", "user:d"):
        with pytest.raises(OwnPlan):
            await played.approve(by=own)
    for nobody in ("token:machine", "person:x", "user:nobody"):
        with pytest.raises(NotApprover):
            await decided(played, by=nobody)
    assert (await played.now()).state is Stage.waiting
    await played.approve()


async def decided(played: Played, *, by: str, read: int | None = None, word: str | None = None) -> None:
    """Without looking who it is."""
    world = played.world
    async with world.deps.begin() as session:
        drill = await of_uid(session, played.uid, change=True)
        assert drill is not None
        last = (await decide.steps(session, drill.id))[-1].id if read is None else read
        if word is None:
            await decide.approve(
                session, world.deps.settings, drill, read=last, sure=True, by=by, at=world.clock.now()
            )  # fmt: skip
        else:
            await decide.send_back(
                session, world.deps.settings, drill, read=last, word=word, by=by, at=world.clock.now()
            )  # fmt: skip
    await world.work()


async def test_an_approver_answers_for_all_the_places_and_holds_the_role_now(world: World) -> None:
    played = await coming(world)
    await played.do("hand_in")
    async with world.deps.begin() as session:
        at = world.clock.now()
        elsewhere = await area(world, "石门乡")
        await add_user(session, "far", [Role.approver], password_hash="-", by="cli", at=at, area_id=elsewhere)
        await add_user(session, "officer", [Role.officer], password_hash="-", by="cli", at=at)
        await add_user(session, "gone", [Role.approver], password_hash="-", by="cli", at=at)
        await session.execute(sa.update(User).where(col(User.name) == "gone").values(disabled_at=at))
    for login in ("far", "officer", "gone"):
        with pytest.raises(NotApprover):
            await decided(played, by=f"user:{login}")


async def test_a_change_after_the_approval_needs_another_and_says_so(world: World) -> None:
    played = await coming(world)
    await played.announce()
    async with world.deps.begin() as session:
        drill = await of_uid(session, played.uid, change=True)
        assert drill is not None
        with pytest.raises(NotNow):
            await write_script(session, drill, [Line(0, "另一句。")], by=BY, at=world.clock.now())
        with pytest.raises(NotNow):
            await name(session, drill, await named(world, ("chen",), ()), by=BY)
    await played.do("withdraw")
    drill = await played.now()
    assert (drill.state, drill.approval, drill.approver, drill.approved_at) == (Stage.draft, Approval.open, "", None)
    assert await acts(played) == [Act.handed_in, Act.approved, Act.lapsed]
    async with desk(world, Role.officer) as officer:
        page = (await officer.look(f"/console/drills/{played.uid}")).text
        assert "chief 今天凌晨2:40的批准已经作废，改好要重新批" in page
    await played.do("hand_in")
    with pytest.raises(run.NotApproved):
        await played.do("start", sure=True)


async def test_what_was_changed_since_it_was_read_is_not_approved(world: World) -> None:
    played = await coming(world)
    await approver(world)
    await played.do("hand_in")
    async with world.deps.read() as session:
        read = (await decide.steps(session, (await played.now()).id))[-1].id
    await played.do("withdraw")
    with pytest.raises(NotNow):
        await decided(played, by=CHIEF, read=read)
    await played.do("hand_in")
    with pytest.raises(Overtaken):
        await decided(played, by=CHIEF, read=read)


async def test_what_is_returned_goes_back_with_a_word_and_its_author_hears(world: World) -> None:
    await author(world)
    played = await coming(world)
    await approver(world)
    await played.do("hand_in")
    with pytest.raises(decide.Unsaid):
        await decided(played, by=CHIEF, word=" ")
    with pytest.raises(OwnPlan):
        await decided(played, by=BY, word="不行")
    await decided(played, by=CHIEF, word="第二条改成走后山")
    assert (await played.now()).state is Stage.draft
    assert "退回 演练：柳湾镇山洪演练\nchief退回的：第二条改成走后山" in (await world.phone("liu"))[-1]
    assert await world.phone("li") == []
    async with desk(world, Role.officer) as officer:
        assert "chief退回的：第二条改成走后山" in (await officer.look(f"/console/drills/{played.uid}")).text


async def test_without_an_approval_it_rings_beforehand_and_does_not_begin(world: World) -> None:
    """The approver at once by day, both a day ahead, two hours ahead, and when it should have begun; then no more."""
    await author(world)
    await approver(world, of=await person(world, "sun"))
    played = await drilled(world, starts_at=local(world, "2026-07-14T09:20"))
    await played.do("hand_in")
    assert await world.phone("sun") == []  # it is night
    await until(world, local(world, "2026-07-12T07:10"))
    (first,) = await world.phone("sun")
    assert first.startswith("待批准 演练：柳湾镇山洪演练，7月14日上午9:20开始\n刘洋写的，要由另一个人批准。")
    assert await world.phone("liu") == []
    await until(world, local(world, "2026-07-13T09:21"))
    assert "第 2 次提醒" in (await world.phone("sun"))[-1]
    assert "待批准 演练" in (await world.phone("liu"))[-1]
    await until(world, local(world, "2026-07-14T07:21"))
    await until(world, local(world, "2026-07-14T09:20"))
    assert "没有开始 演练：柳湾镇山洪演练" in (await world.phone("liu"))[-1]
    assert len(await world.phone("sun")) == 4
    await until(world, local(world, "2026-07-14T12:00"))
    assert len(await world.phone("sun")) == 4
    assert await world.phone("li") == []
    assert (await played.now()).state is Stage.waiting
    async with desk(world, Role.officer) as officer:
        page = (await officer.look(f"/console/drills/{played.uid}")).text
        assert "到时间了，没有批准，没有开始" in page
        assert "没有批准，没有开始" in (await officer.look("/console/drills")).text
    await played.do("withdraw")
    await played.do("cancel")
    assert (await played.now()).state is Stage.cancelled


async def test_of_a_blind_one_only_who_decides_hears(world: World) -> None:
    """No approver can be reached: the desk is asked, but never of a 双盲."""
    blind = await drilled(world, blind=True)
    await blind.do("hand_in")
    await world.forward(minutes=1)
    assert await world.phone("liu") == []
    seen = await drilled(world)
    await seen.do("hand_in")
    await world.forward(minutes=1)
    assert "待批准 演练" in (await world.phone("liu"))[-1]
    assert await world.phone("li") == []
    async with desk(world, Role.approver) as chief, desk(world, Role.viewer) as viewer:
        assert (await chief.look(f"/console/drills/{blind.uid}")).status == 200
        assert (await viewer.look(f"/console/drills/{blind.uid}")).status == 404


async def test_an_approval_counts_only_while_its_approver_may_approve(world: World) -> None:
    """The two logins turn out to be one person's."""
    await author(world)
    played = await coming(world)
    await played.announce()
    chen = await person(world, "chen")
    async with world.deps.begin() as session:
        logins = sa.update(User).where(col(User.name).in_(["liu", "chief"]))
        await session.execute(logins.values(person_id=chen))
    with pytest.raises(decide.NotStanding):
        await played.do("start", sure=True)
    async with world.deps.begin() as session:
        await session.execute(sa.update(User).where(col(User.name) == "chief").values(person_id=None))
        chief = (await session.execute(select(User.id).where(col(User.name) == "chief"))).scalar_one()
        await session.execute(sa.delete(UserRole).where(col(UserRole.user_id) == chief))
    with pytest.raises(decide.NotStanding):
        await played.do("start", sure=True)


async def test_the_approver_sees_that_a_handover_is_near(world: World) -> None:
    await shift(world, "liu", starts=timedelta(hours=8, minutes=14))
    played = await drilled(world)
    await played.do("hand_in", sure=True)
    with pytest.raises(NearHandover):
        await played.approve(sure=False)
    await played.approve(sure=True)


async def test_a_row_of_the_county_with_its_paper_spares_the_small_ones(world: World) -> None:
    field = await coming(world, form=Form.field)
    async with desk(world, Role.leader) as leader:
        assert "没有：每一次都要批" in (await leader.look("/console/drills")).text
        row = {"form": "table", "road": "", "most": "5", "basis": "青崖县演练办法 第三条"}
        assert (await leader.press("/console/drills/waiver", **{**row, "basis": ""})).status == 422
        assert (await leader.press("/console/drills/waiver", **row)).status == 303
        assert "桌面的演练，任何通道，最多 5 个人和群" in (await leader.look("/console/drills")).text
    async with desk(world, Role.officer) as officer:
        assert (await officer.press("/console/drills/waiver", **row)).status == 403
        small = await coming(world)
        page = (await officer.look(f"/console/drills/{small.uid}")).text
        assert "不用批准（依据：青崖县演练办法 第三条）" in page
        assert (await officer.press(f"/console/drills/{small.uid}", do="hand_in")).status == 303
        await field.do("hand_in")
    drill = await small.now()
    assert (drill.state, drill.approval, await acts(small)) == (Stage.planned, Approval.spared, [Act.spared])
    assert len(await small.notices()) == 2
    assert (await field.now()).state is Stage.waiting
    many = await coming(world, groups=("柳湾村群", "上坪村群", "石门村群"))
    await many.do("hand_in")
    assert (await many.now()).state is Stage.waiting
    async with world.deps.read() as session:
        number = (await session.execute(select(DrillWaiver.id))).scalar_one()
    async with desk(world, Role.admin) as admin:
        assert (await admin.press(f"/console/drills/waiver/{number}/end")).status == 303
    late = await coming(world)
    await late.do("hand_in")
    assert (await late.now()).state is Stage.waiting


async def test_nobody_spares_himself_under_whatever_name(world: World) -> None:
    """The row's writer and the plan's are two logins of one person; and a row of tomorrow spares no plan of today."""
    await author(world)
    row = {"form": "table", "road": "", "most": "", "basis": "青崖县演练办法 第三条"}
    async with desk(world, Role.leader) as leader:
        await leader.press("/console/drills/waiver", **row)
    chen = await person(world, "chen")
    async with world.deps.begin() as session:
        source = (await session.execute(select(DrillWaiver.source))).scalar_one()
        logins = sa.update(User).where(col(User.name).in_(["liu", source.removeprefix("user:")]))
        await session.execute(logins.values(person_id=chen))
    own = await coming(world)
    await own.do("hand_in")
    assert ((await own.now()).state, await acts(own)) == (Stage.waiting, [Act.handed_in])
    async with world.deps.begin() as session:
        await session.execute(sa.update(User).where(col(User.name) == "liu").values(person_id=None))
    late = await coming(world)
    async with world.deps.begin() as session:
        tomorrow = (world.clock.now().astimezone(world.deps.settings.zone) + timedelta(days=1)).date()
        await session.execute(sa.update(DrillWaiver).values(valid_from=tomorrow))
    world.clock.turn(timedelta(days=1).total_seconds())
    await late.do("hand_in")
    assert (await late.now()).state is Stage.waiting


async def test_what_was_announced_before_approvals_were_kept_goes_on(world: World) -> None:
    played = await coming(world)
    await played.announce()
    async with world.deps.begin() as session:
        drill = await of_uid(session, played.uid, change=True)
        assert drill is not None
        drill.approval, drill.approver, drill.approved_at = Approval.before, "", None
        session.add(drill)
    async with desk(world, Role.officer) as officer:
        page = (await officer.look(f"/console/drills/{played.uid}")).text
        assert "定下来的时候还不用批准，没有人批过" in page
    await played.do("start", sure=True)
    assert (await played.now()).state is Stage.running


async def test_the_desk_decides_by_buttons_and_a_forged_form_decides_nothing(world: World) -> None:
    played = await coming(world)
    await played.do("hand_in")
    here = f"/console/drills/{played.uid}"
    async with desk(world, Role.officer) as officer:
        assert (await officer.press(f"{here}/approval", do="approve", read="1")).status == 403
    async with desk(world, Role.approver, place="石门乡") as far:
        assert (await far.look(here)).status == 404
        assert (await far.press(f"{here}/approval", do="approve", read="1")).status == 404
    async with desk(world, Role.approver) as chief:
        page = await chief.look(here)
        assert "1 份演练方案等人批准" in (await chief.look("/console/drills")).text
        for bad in ({"read": "x"}, {"do": "start"}):
            answer = await chief.press(f"{here}/approval", **{"do": "approve", "read": page.hidden["read"], **bad})
            assert answer.status == 400
        assert (await chief.press(f"{here}/approval", do="approve", read="0")).status == 409
        csrf, chief.csrf = chief.csrf, "another"
        assert (await chief.press(f"{here}/approval", do="approve", read=page.hidden["read"])).status == 403
        chief.csrf = csrf
        assert (await chief.press(f"{here}/approval", do="return", read=page.hidden["read"], word="")).status == 422
        assert (await chief.press(f"{here}/approval", do="approve", read=page.hidden["read"])).status == 303
        assert (await chief.press(f"{here}/approval", do="approve", read=page.hidden["read"])).status == 409
    assert (await played.now()).state is Stage.planned


async def test_the_next_shift_reads_what_nobody_has_approved(world: World) -> None:
    await (await coming(world)).do("hand_in")
    await shift(world, "liu", starts=timedelta(minutes=15))
    (one,) = await handed(world)
    assert "待批准，没有人批准就不开始，原定明天上午9:20，柳湾镇" in one.text
    assert isinstance(one, Handover)
    async with world.deps.read() as session:
        assert (await session.execute(select(Person.id))).first() is not None
