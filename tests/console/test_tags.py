"""公众号标签 at the desk: an administrator makes, names and ends tags, and a village's followers are brought under one,
whatever stands in the way of some of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.access.models import Role
from bot.directory.models import Area
from bot.directory.queries import area_of_code
from bot.directory.tree import tree
from bot.ids import uuid7
from bot.record.models import Entry
from broadcasts.dispatch.states import Road
from broadcasts.subscriptions.follow import found as follower_of
from broadcasts.subscriptions.follow import stop, unsubscribe
from broadcasts.subscriptions.models import Follower, Subscription
from broadcasts.subscriptions.tags.models import Put, TagPut
from broadcasts.subscriptions.tags.put import put
from broadcasts.subscriptions.tags.sweep import stop_due, sweep_due
from handlers.chat.conversations.erase import erase
from tests.both_ways import both_ways
from tests.console.browser import Browser, console
from tests.console.test_masses import Room
from tests.world import PLACES

VILLAGE = "柳湾村"
BUSY = [{"kind": "errcode", "code": 45009}, {"kind": "errcode", "code": -1}, {"kind": "http", "status": 502}]


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with both_ways(tmp_path, oa_mass="true") as both, AsyncExitStack() as stack:
        server = await stack.enter_async_context(console(both.world.deps))
        yield Room(both, server, stack)


@pytest.fixture
async def admin(room: Room) -> Browser:
    one = await room.sits("admin", Role.admin)
    await one.open("/console/tags")
    return one


async def made(room: Room, admin: Browser, name: str = VILLAGE) -> int:
    await admin.send("/console/tags", name=name)
    assert (admin.status, admin.where) == (200, "/console/tags")
    return (await on_platform(room))[name][0]


async def on_platform(room: Room) -> dict[str, tuple[int, int]]:
    """By name: its number, and how many stand under it."""
    settings, world = room.both.world.deps.settings, room.both.world
    asked = {"grant_type": "client_credential", "appid": settings.oa_app_id, "secret": settings.oa_secret}
    async with world.http.post(f"{world.base}/cgi-bin/stable_token", json=asked) as answer:
        token = (await answer.json())["access_token"]
    async with world.http.get(f"{world.base}/cgi-bin/tags/get?access_token={token}") as answer:
        return {one["name"]: (one["id"], one["count"]) for one in (await answer.json())["tags"]}


async def area(room: Room, name: str = VILLAGE) -> int:
    async with room.both.world.deps.read() as session:
        return int(await session.scalar(select(Area.id).where(col(Area.name) == name)) or 0)


async def follows(room: Room, number: int, place: str = VILLAGE) -> list[str]:
    """So many strangers follow and chose the place."""
    world, where = room.both.world, await area(room, place)
    names = [f"many-{n:04d}" for n in range(number)]
    people = [{"openid": one, "name": one, "followed": True} for one in names]
    async with world.http.post(f"{world.base}/_sim/world", json={"followers": people}) as answer:
        assert answer.status == 200
    at = world.clock.now()
    async with world.deps.begin() as session:
        rows = [Follower(uid=uuid7(at), road=Road.live, openid=one, followed_at=at) for one in names]
        session.add_all(rows)
        await session.flush()
        session.add_all(Subscription(follower_id=row.id, area_id=where, since=at) for row in rows)
    return names


async def bring(room: Room) -> int:
    return await sweep_due(room.both.world.deps, room.both.world.clock.now())


async def choose(room: Room, admin: Browser, number: int, place: str = VILLAGE) -> None:
    """A place's followers shall be under this tag."""
    await admin.send(f"/console/tags/{number}/people", area=str(await area(room, place)))


async def fill(room: Room, admin: Browser, number: int, place: str = VILLAGE) -> None:
    """They are brought there."""
    await choose(room, admin, number, place)
    assert admin.status == 200
    await bring(room)


async def someone(session: AsyncSession, openid: str) -> Follower:
    found = await follower_of(session, Road.live, openid)
    assert found is not None
    return found


async def ends(room: Room, *openids: str) -> None:
    """退订."""
    world = room.both.world
    async with world.deps.begin() as session:
        for one in openids:
            await stop(session, await someone(session, one), world.clock.now())
    await stop_due(world.deps, world.clock.now())


async def calls(room: Room, what: str) -> int:
    return int((await room.both.world.counts())["calls"].get(what, 0))


async def states(room: Room) -> dict[tuple[Put, str], int]:
    async with room.both.world.deps.read() as session:
        what = (col(TagPut.state), col(TagPut.reason))
        rows = await session.execute(sa.select(*what, sa.func.count()).group_by(*what))
        return {(state, reason): number for state, reason, number in rows}


async def test_a_tag_is_made_filled_with_a_village_by_its_posters_renamed_and_ended(
    room: Room,
    admin: Browser,
) -> None:
    number = await made(room, admin)
    assert "公众号说有" in admin.text
    assert "以后新关注的不会自动进来" in admin.text
    await room.both.scan("zhang", VILLAGE)
    await room.both.scan("wu", "上坪村")
    await choose(room, admin, number)
    assert "还在办" in admin.text
    assert await bring(room) == 1
    assert await on_platform(room) == {VILLAGE: (number, 1)}
    assert '<dt>我们放进去的</dt><dd class="num">1</dd>' in await admin.open("/console/tags")
    await fill(room, admin, number, "柳湾镇")
    assert await on_platform(room) == {VILLAGE: (number, 2)}
    await admin.send(f"/console/tags/{number}/name", name="柳湾镇")
    assert await on_platform(room) == {"柳湾镇": (number, 2)}
    await admin.send(f"/console/tags/{number}/delete", name="别的名字")
    assert admin.status == 422
    assert "没有删" in admin.text
    await admin.send(f"/console/tags/{number}/delete", name="柳湾镇")
    assert await on_platform(room) == {}
    assert await states(room) == {}
    async with room.both.world.deps.read() as session:
        wanted = sa.select(col(Entry.action)).where(col(Entry.subject) == f"tag:{number}").order_by(col(Entry.id))
        assert [*(await session.execute(wanted)).scalars()] == [
            *("tag.created", "tag.put", "tag.members", "tag.put", "tag.members", "tag.renamed", "tag.deleted")
        ]


async def test_whoever_chose_another_village_or_wants_nothing_any_more_is_taken_out(
    room: Room,
    admin: Browser,
) -> None:
    number, world = await made(room, admin), room.both.world
    for one in ("zhang", "wu", "qian"):
        await room.both.scan(one, VILLAGE)
    await fill(room, admin, number)
    assert await on_platform(room) == {VILLAGE: (number, 3)}
    at = world.clock.now()
    async with world.deps.begin() as session:
        await unsubscribe(session, await someone(session, "zhang"), await area(room), at)
    await ends(room, "wu")
    await bring(room)
    assert await on_platform(room) == {VILLAGE: (number, 2)}
    await fill(room, admin, number)
    assert await on_platform(room) == {VILLAGE: (number, 1)}


async def test_who_follows_for_two_places_of_a_tag_stays_while_one_of_them_is_chosen(
    room: Room,
    admin: Browser,
) -> None:
    number, world = await made(room, admin, "沿河"), room.both.world
    for place in (VILLAGE, "上坪村"):
        await room.both.scan("zhang", place)
        await fill(room, admin, number, place)
    assert "放进过：柳湾村、上坪村" in await admin.open("/console/tags")
    for place, left in ((VILLAGE, 1), ("上坪村", 0)):
        async with world.deps.begin() as session:
            await unsubscribe(session, await someone(session, "zhang"), await area(room, place), world.clock.now())
        await fill(room, admin, number)
        assert await on_platform(room) == {"沿河": (number, left)}


async def test_who_unfollows_is_dropped_by_the_platform_and_put_there_again_when_back(
    room: Room,
    admin: Browser,
) -> None:
    number = await made(room, admin)
    await room.both.scan("zhang", VILLAGE)
    await fill(room, admin, number)
    await room.both.act("zhang", "unfollow")
    await room.both.act("zhang", "follow")
    before = await calls(room, "tag_members")
    await fill(room, admin, number)
    assert (await calls(room, "tag_members"), await calls(room, "tag_take_out")) == (before + 1, 0)


@pytest.mark.parametrize("comes_again", [False, True])
async def test_who_asks_to_be_forgotten_is_taken_out_first_and_only_then_unknown(
    room: Room,
    admin: Browser,
    comes_again: bool,
) -> None:
    number, world = await made(room, admin), room.both.world
    for one in ("zhang", "wu"):
        await room.both.scan(one, VILLAGE)
    await fill(room, admin, number)
    async with world.deps.begin() as session:
        await erase(session, await someone(session, "zhang"), world.clock.now())
    await world.fault(endpoint="tag_take_out", kind="errcode", code=-1, times=1)
    await bring(room)
    assert "1 人还没有移出来" in await admin.open("/console/tags")
    if comes_again:
        await room.both.scan("zhang", VILLAGE)
        await fill(room, admin, number)
    world.clock.turn(20)
    await bring(room)
    assert await on_platform(room) == {VILLAGE: (number, 1 + comes_again)}
    async with world.deps.read() as session:
        rows = (await session.execute(select(TagPut))).scalars().all()
        assert {(row.openid, row.state) for row in rows} == {("", Put.done)}


async def test_who_wants_nothing_any_more_while_being_put_there_is_taken_out(room: Room, admin: Browser) -> None:
    number = await made(room, admin)
    await room.both.scan("zhang", VILLAGE)
    await choose(room, admin, number)
    await room.both.world.fault(endpoint="tag_members", kind="latency", seconds=1)
    putting = asyncio.create_task(bring(room))
    while not await calls(room, "tag_members"):
        assert not putting.done()
    await ends(room, "zhang")
    assert not putting.done()
    await putting
    assert await states(room) == {(Put.due, ""): 1}
    await bring(room)
    assert await on_platform(room) == {VILLAGE: (number, 0)}


@pytest.mark.parametrize(("code", "reason"), [(50005, "refused"), (43004, ""), (43019, "blacklisted")])
async def test_one_of_whom_the_platform_will_not_hear_keeps_nobody_else_in(
    room: Room,
    admin: Browser,
    code: int,
    reason: str,
) -> None:
    number = await made(room, admin)
    people = await follows(room, 4)
    await fill(room, admin, number)
    await ends(room, *people)
    await room.both.world.fault(endpoint="tag_take_out", kind="errcode", code=code, times=3)  # 4, 2, 1 of them
    await bring(room)
    assert await on_platform(room) == {VILLAGE: (number, 1)}
    said = await admin.open("/console/tags")
    assert ("1 人还没有移出来" in said) == bool(reason)
    assert await states(room) == ({(Put.done, ""): 3, (Put.due, reason): 1} if reason else {(Put.done, ""): 4})


async def test_what_the_platform_says_of_each_it_says_of_all_and_few_calls_are_spent(
    room: Room,
    admin: Browser,
) -> None:
    number, world = await made(room, admin), room.both.world
    await follows(room, 50)
    await world.fault(endpoint="tag_members", kind="errcode", code=50005)
    await fill(room, admin, number)
    assert await states(room) == {(Put.due, "refused"): 50}
    assert await calls(room, "tag_members") < 12


async def test_a_tag_that_fails_holds_up_no_other_and_taking_out_goes_first(room: Room, admin: Browser) -> None:
    first, second = await made(room, admin), await made(room, admin, "上坪村")
    await follows(room, 60)
    await room.both.scan("wu", "上坪村")
    await fill(room, admin, second, "上坪村")
    await choose(room, admin, first)
    await ends(room, "wu")
    await room.both.scan("qian", "上坪村")
    await choose(room, admin, second, "上坪村")
    await room.both.world.fault(endpoint="tag_members", kind="errcode", code=45159, times=2)  # though it is there
    await bring(room)
    assert await on_platform(room) == {VILLAGE: (first, 0), "上坪村": (second, 1)}
    assert await states(room) == {(Put.due, "tag_gone"): 60, (Put.done, ""): 2}


async def test_where_the_account_is_busy_who_is_to_be_taken_out_has_gone_already(room: Room, admin: Browser) -> None:
    first, second = await made(room, admin), await made(room, admin, "上坪村")
    await room.both.scan("wu", "上坪村")
    await fill(room, admin, second, "上坪村")
    await follows(room, 1)
    await choose(room, admin, first)
    room.both.world.clock.turn(1)
    await ends(room, "wu")
    await room.both.world.fault(endpoint="tag_members", kind="errcode", code=-1, times=1)
    await bring(room)
    assert await on_platform(room) == {VILLAGE: (first, 0), "上坪村": (second, 0)}


@pytest.mark.parametrize("number", [0, 2, 777])
async def test_nobody_is_put_under_a_tag_that_is_not_ours(room: Room, admin: Browser, number: int) -> None:
    await follows(room, 1)
    await choose(room, admin, number)
    assert admin.status == 422
    assert "公众号里没有这个标签" in admin.text
    assert await states(room) == {}


async def test_fifty_go_in_one_call_and_one_who_does_not_fit_stops_nobody(room: Room, admin: Browser) -> None:
    number, world = await made(room, admin), room.both.world
    await follows(room, 119)
    at = world.clock.now()
    async with world.deps.begin() as session:
        stranger = Follower(uid=uuid7(at), road=Road.live, openid="o" + "B" * 27, followed_at=at)  # of another account
        session.add(stranger)
        await session.flush()
        session.add(Subscription(follower_id=stranger.id, area_id=await area(room), since=at))
    await choose(room, admin, number)
    assert await bring(room) == 120
    assert await on_platform(room) == {VILLAGE: (number, 119)}
    assert await states(room) == {(Put.done, ""): 119, (Put.failed, "member_invalid"): 1}
    assert (await world.counts())["calls"]["tag_members"] <= 3 + 2 * 5
    assert "1 人没有放进去：公众号里没有这个人" in await admin.open("/console/tags")


async def test_a_follower_under_twenty_tags_is_named_and_the_others_get_there(room: Room, admin: Browser) -> None:
    number = await made(room, admin)
    await follows(room, 4)
    await room.both.world.fault(endpoint="tag_members", kind="errcode", code=45059, times=3)  # 4, 2, 1 of them
    await fill(room, admin, number)
    assert await states(room) == {(Put.done, ""): 3, (Put.failed, "tags_of_one_full"): 1}
    assert "1 人没有放进去：这个人已经有 20 个标签" in await admin.open("/console/tags")


@pytest.mark.parametrize("fault", BUSY)
async def test_what_the_platform_does_not_take_now_stays_due_and_is_taken_up_where_it_stood(
    room: Room,
    admin: Browser,
    fault: dict[str, object],
) -> None:
    number, world = await made(room, admin), room.both.world
    await follows(room, 60)
    await world.fault(endpoint="tag_members", times=1, **fault)
    await fill(room, admin, number)
    assert sum(number for (state, _), number in (await states(room)).items() if state is Put.due) == 60
    assert "50 人还没有放进去" in await admin.open("/console/tags")
    world.clock.turn(timedelta(hours=1, seconds=1).total_seconds())
    await bring(room)
    assert await on_platform(room) == {VILLAGE: (number, 60)}


async def test_a_tag_that_is_gone_ends_its_rows_and_one_that_is_there_is_tried_again(
    room: Room,
    admin: Browser,
) -> None:
    number, world = await made(room, admin), room.both.world
    await follows(room, 2)
    await world.fault(endpoint="tag_members", kind="errcode", code=45159, times=1)
    await fill(room, admin, number)
    assert await states(room) == {(Put.due, "tag_gone"): 2}
    world.clock.turn(20)
    await bring(room)
    assert await states(room) == {(Put.done, ""): 2}
    async with world.deps.begin() as session:
        areas, node = await tree(session), await area_of_code(session, PLACES[VILLAGE][0])
        assert node is not None
        await put(session, areas, 777, areas.nodes[node.id], by="user:a", at=world.clock.now())
    await bring(room)
    assert await states(room) == {(Put.done, ""): 2, (Put.failed, "tag_gone"): 2}


@pytest.mark.parametrize(
    ("name", "said"),
    [(VILLAGE, "已经有这个名字的标签"), ("", "请给标签起个名字"), ("一二三四五六七八九十一", "最多 10 个汉字")],
)
async def test_a_name_that_will_not_do_is_said_so(room: Room, admin: Browser, name: str, said: str) -> None:
    await made(room, admin)
    await admin.send("/console/tags", name=name)
    assert admin.status in {409, 422}
    assert said in admin.text
    assert [*await on_platform(room)] == [VILLAGE]


@pytest.mark.parametrize(
    ("endpoint", "code", "path", "said"),
    [
        ("tag_create", 45056, "", "最多 100 个标签"),
        ("tag_create", 45158, "", "名字太长"),
        ("tag_update", 45058, "/{}/name", "自带的标签"),
        ("tag_delete", 45057, "/{}/delete", "超过 10 万人"),
    ],
)
async def test_what_the_platform_refuses_is_said_in_its_words(
    room: Room,
    admin: Browser,
    endpoint: str,
    code: int,
    path: str,
    said: str,
) -> None:
    number = await made(room, admin)
    await room.both.world.fault(endpoint=endpoint, kind="errcode", code=code, times=1)
    await admin.send(f"/console/tags{path.format(number)}", name=VILLAGE if path else "石门村")
    assert admin.status == 409
    assert said in admin.text
    assert [*await on_platform(room)] == [VILLAGE]


@pytest.mark.parametrize("role", [Role.officer, Role.leader, Role.approver, Role.viewer])
async def test_nobody_but_an_administrator_sees_or_changes_them(room: Room, role: Role) -> None:
    one = await room.sits("somebody", role)
    await one.open("/console/tags")
    assert one.status == 403
    await one.open("/console/")
    await one.send("/console/tags", name=VILLAGE)
    assert one.status == 403
    assert await on_platform(room) == {}


async def test_where_the_platform_cannot_be_read_the_page_says_so_and_offers_nothing(
    room: Room,
    admin: Browser,
) -> None:
    await made(room, admin)
    await room.both.world.fault(endpoint="tag_get", kind="errcode", code=48001, times=1)
    shown = await admin.open("/console/tags")
    assert admin.status == 200
    assert "读不到公众号的标签：没有这个接口的权限" in shown
    assert "建标签" not in shown
