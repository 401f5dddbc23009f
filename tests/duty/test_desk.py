"""The desk: the handover is written by the machine, calls are noted, who is there is asked, machines may ask too."""

import re
from datetime import timedelta
from pathlib import Path

from sqlmodel import col, select

from bot.access.models import Role, Scope, User
from bot.access.tokens import add_token
from bot.record.models import Entry
from bot.wiring import HANDED_OVER
from drills.duty.handover import write_due
from drills.duty.models import Check, Handover, PhoneLog, Post
from tests.both_ways import both_ways
from tests.console_rooms.desk import desk
from tests.duty.desk import kept, person, shift
from tests.world import PLACES, World


async def signed_as(world: World, name: str, userid: str) -> None:
    """The login is this person."""
    who = await person(world, userid)
    async with world.deps.begin() as session:
        user = (await session.execute(select(User).where(col(User.name) == name))).scalar_one()
        user.person_id = who.id


async def handed(world: World) -> list[Handover]:
    await write_due(world.deps, HANDED_OVER, world.clock.now())
    async with world.deps.read() as session:
        return list((await session.execute(select(Handover).order_by(col(Handover.due_at)))).scalars())


async def test_a_shift_that_is_over_stays_and_one_that_nobody_was_asked_about_is_not_red(world: World) -> None:
    over = await shift(world, "chen", starts=timedelta(hours=-9), hours=8)
    await shift(world, "li", starts=timedelta(hours=-2), hours=8)
    await shift(world, "liu", starts=timedelta(hours=20))
    asked = await shift(world, "sun", starts=timedelta(minutes=50))
    async with desk(world, Role.officer) as officer:
        page = (await officer.look("/console/duty")).text
        assert page.count('<span class="silent">未确认</span>') == 2
        assert "<h1>今天凌晨3:30县值班室的班，孙和平还没有确认，请打电话</h1>" in page
        assert "现在值班：县值班室 李秀英。" in page
        assert "没有确认过" in page
        assert "还没有问，" in page
        assert f"/console/duty/shift/{over}" not in page
        for do in ("confirm", "remove"):
            refused = await officer.press(f"/console/duty/shift/{over}", do=do)
            assert (refused.status, "这个班已经过去了" in refused.text) == (409, True)
        await numbered(world, "sun")
        refused = await officer.press(f"/console/duty/shift/{over}?call={asked}", do="confirm")
        assert (refused.status, 'href="tel:' in refused.text) == (409, True)  # on record, while nobody else writes
        uid = next(iter(re.findall(r'<option value="([0-9a-f-]{36})"', page)))
        late = {"post": uid, "role": "值班", "person": "刘洋", "starts": "2025-07-13T08:30", "ends": "2025-07-13T17:00"}
        refused = await officer.press("/console/duty/shift", **late)
        assert (refused.status, "请核对年月日" in refused.text) == (422, True)
    stays = await kept(world, over)
    assert (stays.confirmed_at, stays.removed_at) == (None, None)


async def test_who_has_not_confirmed_is_named_on_every_week_and_room_until_a_swap_is_under_way(world: World) -> None:
    world.clock.turn(timedelta(hours=21, minutes=10).total_seconds())  # Sunday, ten to twelve
    await shift(world, "li", at=("柳湾镇", "镇值班室"))
    uid = await shift(world, "sun", starts=timedelta(minutes=50))
    async with desk(world, Role.officer) as officer:
        for path in ("/console/duty", "/console/duty?week=2026-08-05", f"/console/duty?post={await town_post(world)}"):
            assert "县值班室的班，孙和平还没有确认，请打电话</h1>" in (await officer.look(path)).text
        swapped = await officer.press("/console/duty/swaps", shift=uid, person="刘洋")
        assert swapped.status == 303
        assert "<h1>现在值班：镇值班室 李秀英</h1>" in (await officer.look("/console/duty")).text


async def test_who_is_to_be_telephoned_has_a_number_and_whoever_looks_at_it_is_on_record(world: World) -> None:
    uid = await shift(world, "sun", starts=timedelta(minutes=50))
    other = await shift(world, "liu", starts=timedelta(minutes=55))
    async with desk(world, Role.officer) as officer, desk(world, Role.viewer) as viewer:
        page = (await officer.look("/console/duty")).text
        assert "tel:" not in page
        assert (
            f'今天凌晨3:35县值班室　刘洋还没有确认　<a href="/console/duty?week=2026-07-12&amp;call={other}">看电话</a>'
            in page
        )
        assert f'href="/console/duty?week=2026-07-12&amp;call={uid}">看孙和平的电话</a>' in page
        assert "孙和平还没有确认</h1>" in (await viewer.look("/console/duty")).text
        assert "tel:" not in (await viewer.look(f"/console/duty?call={uid}")).text
        assert await looked_at(world) == []
        assert "没有登记电话" in (await officer.look(f"/console/duty?call={other}")).text
        await numbered(world, "liu")
        page = (await officer.look(f"/console/duty?call={other}")).text
        assert page.count('href="tel:') == 1
        assert "刘洋还没有确认，请打电话</h1>" in page
        assert await looked_at(world) == [other]


async def numbered(world: World, userid: str) -> None:
    who = await person(world, userid)
    async with world.deps.begin() as session:
        who.phone_sealed = world.deps.vault.seal("19900000001")
        session.add(who)


async def looked_at(world: World) -> list[str]:
    async with world.deps.read() as session:
        return list((await session.execute(select(Entry.subject).where(col(Entry.action) == "phone.looked"))).scalars())


async def town_post(world: World) -> str:
    async with world.deps.read() as session:
        return (await session.execute(select(Post.uid).where(col(Post.name) == "镇值班室"))).scalar_one()


async def test_the_handover_is_written_by_the_machine_and_confirmed_by_the_next(world: World) -> None:
    await shift(world, "chen", starts=timedelta(hours=-8), hours=8.25)
    await shift(world, "liu", starts=timedelta(minutes=15))
    await world.issue()
    await world.say("wang", "你们那边今天下午来人吗")
    (one,) = await handed(world)
    assert one.text.startswith("县值班室 今天凌晨2:55交接\n交班：陈大山　接班：刘洋\n生效中的预警：\n- 红色暴雨（")
    assert "还没应答的人：\n- 红色暴雨：" in one.text
    assert "李秀英（柳湾村）" in one.text
    await world.say("li", "1")
    (one,) = await handed(world)
    assert "李秀英（柳湾村）" not in one.text  # it is written anew until it is confirmed
    async with desk(world, Role.officer) as officer:
        page = await officer.look("/console/handover")
        assert "红色暴雨（青崖县气象台" in page.text
        assert 'value="confirm"' not in page.text
        assert (await officer.press(f"/console/handover/{one.uid}", do="confirm")).status == 403
        await signed_as(world, "officer", "liu")
        await officer.press(f"/console/handover/{one.uid}", do="note", note="王村长要回电话")
        assert (await officer.press(f"/console/handover/{one.uid}", do="confirm")).status == 303
        assert (await officer.press(f"/console/handover/{one.uid}", do="confirm")).status == 409
        assert "王村长要回电话" in (await officer.look("/console/handover")).text
    await world.say("zhou", "1")
    (after,) = await handed(world)
    assert after.text == one.text
    assert after.confirmed_by == "user:officer"


async def test_a_handover_that_nobody_confirmed_is_shown(world: World) -> None:
    await shift(world, "liu", starts=timedelta(minutes=15))
    await handed(world)
    await world.forward(minutes=16)
    async with desk(world, Role.officer) as officer:
        assert "1 次交接还没有人接班确认" in (await officer.look("/console/handover")).text


async def test_a_call_is_typed_in_once_and_its_caller_is_sealed(world: World) -> None:
    async with desk(world, Role.officer) as officer:
        key = (await officer.look("/console/phone-log")).hidden["key"]
        call = {"said": "三组后山掉石头，路断了", "phone": "13900000000", "name": "某某", "place": "柳湾村", "key": key}
        await officer.press("/console/phone-log", **call)
        await officer.press("/console/phone-log", **call)
        listed = await officer.look("/console/phone-log")
        assert "三组后山掉石头" in listed.text
        assert "13900000000" not in listed.text
        async with world.deps.read() as session:
            (log,) = (await session.execute(select(PhoneLog))).scalars()
        assert log.at == world.clock.now()
        assert log.caller is not None
        assert b"13900000000" not in log.caller
        opened = await officer.look(f"/console/phone-log/{log.uid}")
        assert 'href="tel:13900000000"' in opened.text
        assert (await officer.press("/console/phone-log", said="")).status == 422
    async with desk(world, Role.officer, place="石门乡") as other:
        assert (await other.look(f"/console/phone-log/{log.uid}")).status == 404
    async with world.deps.read() as session:
        entries = (await session.execute(select(Entry).where(col(Entry.action) == "phone.looked"))).scalars().all()
        everything = (await session.execute(select(Entry))).scalars().all()
    assert [entry.subject for entry in entries] == [log.uid]
    assert not any("139" in str(entry.detail) and "掉石头" in str(entry.detail) for entry in everything)


async def county_post(world: World) -> str:
    async with world.deps.read() as session:
        return (await session.execute(select(Post.uid).where(col(Post.name) == "县值班室"))).scalar_one()


async def test_a_spot_check_is_answered_by_a_one_and_lateness_is_shown(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as both:
        world = both.world
        await shift(world, "chen")
        await shift(world, "zhou", role="带班")
        async with desk(world, Role.leader) as leader:
            post = await county_post(world)
            await leader.press("/console/duty/check", post=post)
            await world.work()
            assert (await world.phone("chen"))[-1].startswith(
                "在岗抽查 县值班室\n请在今天凌晨2:50前应答。\n在岗请回 1。"
            )
            assert await both.type("chen", "1") == "收到，在岗（县值班室抽查）。"
            waiting = await leader.press("/console/duty/check", post=post)
            assert waiting.status == 409
            await world.forward(minutes=13)
            assert "没有应答" in (await leader.look("/console/duty")).text
            assert await both.type("zhou", "在岗") == "记下了，晚了 3 分钟（县值班室抽查）。"
            assert "晚了 3 分钟" in (await leader.look("/console/duty")).text
        async with world.deps.read() as session:
            assert len((await session.execute(select(Check))).all()) == 2


async def test_a_tap_confirms_where_no_digit_is_heard(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as both:
        uid = await shift(both.world, "chen", starts=timedelta(hours=1))
        await both.world.work()
        async with both.reading("chen") as phone:
            assert "县值班室" in await phone.open("/h5/duty?by=wecom")
            await phone.press("/h5/duty", do="confirm", shift=uid)
        assert (await kept(both.world, uid)).confirmed_at is not None
        other = await shift(both.world, "liu", starts=timedelta(hours=1))
        async with both.reading("chen") as phone:
            await phone.open("/h5/duty?by=wecom")
            await phone.press("/h5/duty", do="confirm", shift=other)
        assert (await kept(both.world, other)).confirmed_at is None


async def test_machines_and_the_first_page_see_who_is_on_duty(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as both:
        world = both.world
        async with world.deps.begin() as session:
            token = await add_token(session, "县平台", Scope.read, at=world.clock.now(), by="user:test")
        ask = f"{both.web}/api/v1/duty"
        headers = {"Authorization": f"Bearer {token}"}

        async def asked(**query: str) -> tuple[int, dict[str, object]]:
            async with world.http.get(ask, params=query, headers=headers) as answer:
                return answer.status, await answer.json()

        assert (await asked(area_code=PLACES["青崖县"][0]))[1]["post"] is None
        await shift(world, "chen")
        status, said = await asked(area_code=PLACES["柳湾村"][0])
        assert status == 200
        assert (await asked(area=PLACES["柳湾村"][0]))[1] == said  # as it was asked at first
        _, everywhere = await asked()
        assert [one["area"] for one in everywhere["items"]] == [code for code, *_ in PLACES.values()]  # type: ignore[attr-defined]
        assert {one["post"] for one in everywhere["items"]} == {"县值班室"}  # type: ignore[attr-defined]
        assert said in everywhere["items"]  # type: ignore[operator]
        assert everywhere["next"] is None
        assert (await asked(cursor="x"))[0] == 400
        assert said["post"] == "县值班室"
        assert said["phone"] == "000-0000"
        assert [one["name"] for one in said["people"]] == ["陈大山"]  # type: ignore[attr-defined]
        assert (await asked(area="000"))[0] == 404
        async with world.http.get(ask) as answer:
            assert answer.status == 401


async def test_the_page_of_a_warning_names_who_is_on_duty_to_staff_alone(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as both:
        await shift(both.world, "chen")
        await both.world.issue()
        async with both.reading("li") as phone:
            assert "现在值班：县值班室 陈大山" in await phone.open(await both.link("li"))
        async with both.world.http.get(await both.link("li"), allow_redirects=False) as stranger:
            assert "陈大山" not in await stranger.text()
