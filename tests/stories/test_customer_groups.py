"""Customers' groups: the platform takes a task, and nothing is there before a member has confirmed it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from bot.channels.customer_group.limits import Allowance, most
from bot.commands.due.groups import confirmations, customer_groups
from bot.config import load
from bot.directory.customers.models import CustomerGroup
from bot.directory.models import Area, Group, Robot
from bot.directory.tree import tree
from bot.errors import SettingsError
from bot.ids import uuid7
from bot.record.models import Entry
from broadcasts.customers.allowance import allowed, used
from broadcasts.customers.board import waiting
from broadcasts.customers.models import Ending, GroupTask
from broadcasts.dispatch.models import Batch, Broadcast, Delivery, Tally
from broadcasts.dispatch.planning.forecast import forecast
from broadcasts.dispatch.states import State
from broadcasts.hazards.grades import Grade
from broadcasts.intake.receive import Received
from tests.world import NIGHT, World, small_world

CHATS = {"wr01": ("柳湾村客户群", "li", "柳湾村"), "wr02": ("上坪村客户群", "zhou", "上坪村")}
OWN = "客户群"
DATABASES = ["sqlite", "postgres"]


@pytest.fixture
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    asked = getattr(request, "param", "sqlite")
    server = request.getfixturevalue("postgres_server") if asked == "postgres" else None
    async with opened(tmp_path, server.fresh() if server else "") as made:
        yield made


def opened(folder: Path, database: str = "", **more: str) -> Any:
    return small_world(folder, database, more={"wecom_customer_groups": "1", **more})


async def settled(world: World) -> None:
    """The platform lists two customers' groups, and each belongs to its village."""
    groups = [{"chat_id": c, "name": name, "owner": owner} for c, (name, owner, _) in CHATS.items()]
    async with world.http.post(f"{world.base}/_sim/world", json={"customer_groups": groups}) as answer:
        assert answer.status == 200, await answer.text()
    await customer_groups(world.deps)
    async with world.deps.begin() as session:
        for chat, (name, _, place) in CHATS.items():
            area = (await session.execute(select(Area).where(col(Area.name) == place))).scalar_one()
            session.add(Group(uid=uuid7(NIGHT), key=chat, name=name, kind="村群", area_id=area.id, chat_id=chat))


async def look(world: World, *, seconds: float = 15) -> None:
    await world.forward(seconds=seconds)
    await confirmations(world.deps)


async def shown(world: World, chat: str) -> list[str]:
    async with world.http.get(f"{world.base}/_sim/customers/{chat}") as answer:
        return [m["text"] for m in (await answer.json())["messages"]]


async def tap(world: World, userid: str) -> int:
    async with world.http.get(f"{world.base}/_sim/phones/{userid}") as answer:
        buttons = [
            m["buttons"][0] for m in (await answer.json())["messages"] if m["type"] == "groupmsg" and m["buttons"]
        ]
    if not buttons:
        return 404
    said = {"button": buttons[-1]["key"]}
    async with world.http.post(f"{world.base}/_sim/phones/{userid}/tap", json=said) as answer:
        return answer.status


async def copies(world: World, got: Received | None = None) -> dict[tuple[str, str], tuple[str, str]]:
    """(state, reason) of each copy for one of the two groups, by group and channel; of the newest sending."""
    async with world.deps.read() as session:
        newest = sa.select(sa.func.max(col(Broadcast.id))).where(col(Broadcast.subject) == "").scalar_subquery()
        state = sa.func.coalesce(col(Delivery.state), col(Batch.state))
        reason = sa.case((col(Delivery.state).is_not(None), col(Delivery.reason)), else_=col(Batch.reason))
        rows = await session.execute(
            sa.select(col(Group.chat_id), col(Delivery.channel), state, reason)
            .join(Group, (col(Group.id) == col(Delivery.target_id)) & (col(Delivery.target_kind) == "group"))
            .join(Batch, col(Batch.id) == col(Delivery.batch_id), isouter=True)
            .where(col(Delivery.broadcast_id) == newest, col(Group.chat_id) != "")
        )
        return {(chat, channel): (State(state).value, reason) for chat, channel, state, reason in rows}


async def task(world: World, sender: str = "li") -> GroupTask:
    async with world.deps.read() as session:
        wanted = select(GroupTask).where(col(GroupTask.sender) == sender).order_by(col(GroupTask.id).desc())
        return (await session.execute(wanted)).scalars().first()  # type: ignore[return-value]


@pytest.mark.parametrize("world", DATABASES, indirect=True)
async def test_nothing_is_there_before_the_owner_has_confirmed(world: World) -> None:
    await settled(world)
    await world.issue(grade=Grade.yellow, places=("柳湾村",))
    assert await copies(world) == {("wr01", "customer_group"): ("sent", "")}
    assert (await shown(world, "wr01"), (await world.phone("li"))[-1].split("\n")[0]) == ([], "黄色暴雨 柳湾村")
    await look(world)
    async with world.deps.read() as session:
        newest = (await session.execute(select(col(GroupTask.broadcast_id)))).scalar_one()
        (member,) = await waiting(session, [newest])
    assert (member.name, member.area, member.groups) == ("李秀英", "柳湾村", 1)
    assert await tap(world, "li") == 200
    assert (await shown(world, "wr01"))[0].startswith("黄色暴雨 柳湾村\n青崖县气象台")
    assert await copies(world) == {("wr01", "customer_group"): ("sent", "")}  # nobody has asked yet
    await look(world)
    assert await copies(world) == {("wr01", "customer_group"): ("delivered", "")}
    assert (await task(world)).ending is Ending.settled
    async with world.deps.read() as session:
        assert await waiting(session, [newest]) == []
        counted = {(row.state.value): row.copies for row in (await session.execute(select(Tally).where(
            col(Tally.channel) == "customer_group"))).scalars()}  # fmt: skip
    assert (counted["sent"], counted["delivered"]) == (0, 1)
    calls = (await world.counts())["calls"]
    await look(world, seconds=600)
    assert (await world.counts())["calls"]["groupmsg_task"] == calls["groupmsg_task"]  # it is over: nobody asks again


async def test_in_a_red_night_it_is_one_more_copy_and_somebody_forwards_all_the_same(world: World) -> None:
    await settled(world)
    await world.issue(places=("柳湾村",))
    assert await copies(world) == {
        ("wr01", "relay"): ("queued", ""),
        ("wr01", "customer_group"): ("sent", ""),
    }
    async with world.deps.read() as session:
        asked = select(Broadcast).where(col(Broadcast.subject).startswith("relay:"))
        assert (await session.execute(asked)).scalars().all()


async def test_a_robot_and_an_owner_who_confirms_are_two_copies_in_red_and_one_in_yellow(world: World) -> None:
    await settled(world)
    async with world.deps.begin() as session:
        group = (await session.execute(select(Group).where(col(Group.chat_id) == "wr01"))).scalar_one()
        key = "00000000-0000-4000-8000-000000009999"
        session.add(Robot(group_id=group.id, sealed=world.deps.vault.seal(key), digest=world.deps.vault.digest(key)))
    async with world.http.post(f"{world.base}/_sim/world", json={"groups": [{"key": key}]}) as answer:
        assert answer.status == 200
    await world.issue(places=("柳湾村",))
    assert {channel for _, channel in await copies(world)} == {"wecom_robot", "customer_group"}
    world.clock.turn(60)
    await world.issue("山洪", "11A51", Grade.yellow, places=("柳湾村",), identifier="flood")
    assert {channel for _, channel in await copies(world)} == {"wecom_robot"}


async def test_the_plan_does_not_count_it_as_reaching_in_red(world: World) -> None:
    await settled(world)
    async with world.deps.begin() as session:  # nobody is left who could forward
        await session.execute(sa.text("DELETE FROM person_role WHERE role IN ('网格员', '灾害信息员')"))
    async with world.deps.read() as session:
        areas, now = await tree(session), world.clock.now()
        village = next(node.id for node in areas.nodes.values() if node.name == "柳湾村")
        red = await forecast(session, world.deps.settings, areas, "11B03", Grade.red, village, now)
        yellow = await forecast(session, world.deps.settings, areas, "11B03", Grade.yellow, village, now)
    assert [(m.name, m.reason, m.way) for m in red.missing] == [("柳湾村客户群", "must_confirm", "confirm")]
    assert [m.name for m in yellow.missing] == []
    assert yellow.groups == red.groups + 1


async def test_who_must_confirm_is_reminded_and_never_more_often_than_the_platform_allows(world: World) -> None:
    await settled(world)
    await world.issue(places=("柳湾村",))
    for _ in range(4):
        await look(world, seconds=660)
    assert (await world.counts())["calls"]["groupmsg_remind"] == 3
    assert (await world.counts())["limits"].get("groupmsg_reminders", 0) == 0
    assert (await task(world)).reminded == 3


async def test_a_yellow_one_wakes_nobody_again(world: World) -> None:
    await settled(world)
    await world.issue(grade=Grade.yellow, places=("上坪村",))
    await look(world, seconds=1300)
    assert "groupmsg_remind" not in (await world.counts())["calls"]


@pytest.mark.parametrize("code", [41094, 41063])
async def test_a_reminder_that_the_platform_refuses_is_no_end(world: World, code: int) -> None:
    """41094 reminded enough today: not again before tomorrow. 41063 still handing out: later."""
    await settled(world)
    await world.issue(places=("柳湾村",))
    await world.fault(endpoint="groupmsg_remind", kind="errcode", code=code, times=1)
    await look(world, seconds=660)
    await look(world, seconds=660)
    assert (await task(world)).closed_at is None
    assert (await world.counts())["calls"]["groupmsg_remind"] == (1 if code == 41094 else 2)


@pytest.mark.parametrize("world", DATABASES, indirect=True)
async def test_an_all_clear_takes_back_what_nobody_has_confirmed(world: World) -> None:
    await settled(world)
    red = await world.issue(places=("柳湾村",))
    await look(world)
    first = await task(world)
    await world.issue(places=("柳湾村",), msg_type="Cancel", refers=red.taken[0].alert.identifier, identifier="c-1")
    await look(world, seconds=1)
    async with world.deps.read() as session:
        kept = await session.get(GroupTask, first.id)
        (copy,) = (await session.execute(select(Delivery).where(col(Delivery.batch_id) == first.batch_id))).scalars()
        entered = select(Entry).where(col(Entry.action) == "group_task.cancelled")
        assert (await session.execute(entered)).scalars().one()
    assert kept is not None
    assert (kept.ending, copy.state, copy.reason) == (Ending.cancelled, State.failed, "superseded")
    assert (await world.counts())["calls"]["groupmsg_cancel"] == 1
    assert not any(text.startswith("红色暴雨") for text in await shown(world, "wr01"))


async def test_a_task_that_the_member_has_cancelled_is_over(world: World) -> None:
    """41093, to a reminder."""
    await settled(world)
    await world.issue(places=("柳湾村",))
    await world.fault(endpoint="groupmsg_remind", kind="errcode", code=41093)
    await look(world, seconds=660)
    assert (await copies(world))["wr01", "customer_group"] == ("failed", "cancelled")
    assert (await task(world)).ending is Ending.cancelled


async def test_no_customers_there_ends_the_copy(world: World) -> None:
    """41048, to the task itself: the owner has changed and we have not heard of it."""
    await settled(world)
    async with world.deps.begin() as session:
        await session.execute(sa.update(CustomerGroup).values(owner="wang"))
    await world.issue(grade=Grade.yellow, places=("柳湾村",))
    assert await copies(world) == {("wr01", "customer_group"): ("failed", "member_invalid")}


async def test_what_the_platform_says_of_a_group_is_its_reason(world: World) -> None:
    await settled(world)
    await world.issue(places=("柳湾镇",))
    gone = {"chat_id": "wr01", "name": "柳湾村客户群", "owner": "li", "gone": True}
    async with world.http.post(f"{world.base}/_sim/world", json={"customer_groups": [gone]}) as answer:
        assert answer.status == 200
    assert await tap(world, "li") == 200
    assert await tap(world, "zhou") == 200
    await look(world)
    await look(world)
    found = await copies(world)
    assert found["wr01", "customer_group"] == ("failed", "not_friend")
    assert found["wr02", "customer_group"] == ("delivered", "")


async def test_a_group_that_has_had_its_number_is_forwarded_to(tmp_path: Path) -> None:
    async with opened(tmp_path, customer_group_limit="day") as world:
        await settled(world)
        await world.issue("山洪", "11A51", Grade.yellow, places=("柳湾村",), identifier="flood")
        async with world.deps.read() as session:
            assert sorted((await used(session, world.deps.settings, world.clock.now())).values()) == [1]
            assert allowed(world.deps.settings, world.clock.now()) == 1
        world.clock.turn(60)
        await world.issue(grade=Grade.yellow, places=("柳湾村",))
        assert await copies(world) == {("wr01", "relay"): ("queued", "")}
        await world.forward(minutes=22 * 60)  # past midnight
        await world.issue("山洪", "11A51", Grade.yellow, places=("柳湾村",), identifier="next day")
        assert ("wr01", "customer_group") in await copies(world)
        assert (await world.counts())["limits"].get("customer_group", 0) == 0


async def test_of_a_week_one_is_kept_for_red(tmp_path: Path) -> None:
    async with opened(tmp_path, customer_group_limit="week") as world:
        await settled(world)
        for n in range(6):
            words = {"text": f"第{n}条山洪黄色预警。", "identifier": f"flood {n}"}
            await world.issue("山洪", "11A51", Grade.yellow, places=("柳湾村",), **words)
            assert ("wr01", "customer_group") in await copies(world)
            world.clock.turn(60)
        await world.issue(grade=Grade.orange, places=("柳湾村",))
        assert await copies(world) == {("wr01", "relay"): ("queued", "")}
        world.clock.turn(60)  # the newest is known by its moment
        await world.issue("大风", "11B06", Grade.red, places=("柳湾村",), identifier="red")
        assert ("wr01", "customer_group") in await copies(world)


async def somebody_else_sends(world: World, chat: str, *, times: int) -> None:
    """The owner gets other tasks, not ours, and confirms each."""
    base, settings = world.base, world.deps.settings
    query = f"corpid={settings.wecom_corp_id}&corpsecret={settings.wecom_secret}"
    async with world.http.get(f"{base}/cgi-bin/gettoken?{query}") as answer:
        token = (await answer.json())["access_token"]
    said = {"chat_type": "group", "sender": "li", "chat_id_list": [chat], "text": {"content": "团购"}}
    for _ in range(times):
        url = f"{base}/cgi-bin/externalcontact/add_msg_template?access_token={token}"
        async with world.http.post(url, json=said) as answer:
            key = (await answer.json())["msgid"]
        async with world.http.post(f"{base}/_sim/phones/li/tap", json={"button": key}) as answer:
            assert answer.status == 200


async def test_a_group_that_got_another_at_the_platform_has_failed(tmp_path: Path) -> None:
    """The platform counts what others send too."""
    async with opened(tmp_path) as world:
        await settled(world)
        await world.issue(grade=Grade.yellow, places=("柳湾村",))
        await somebody_else_sends(world, "wr01", times=31)
        assert await tap(world, "li") == 200
        await look(world)
        assert await copies(world) == {("wr01", "customer_group"): ("failed", "got_another")}


@pytest.mark.parametrize(("allowance", "number"), [("month", 31), ("week", 7), ("day", 1)])
def test_the_number_is_the_platforms(allowance: str, number: int) -> None:
    assert most(Allowance(allowance), NIGHT.date()) == number


async def test_a_list_that_does_not_come_leaves_what_is_known(world: World) -> None:
    await settled(world)
    await world.fault(endpoint="groupchat_list", kind="errcode", code=48002)
    await customer_groups(world.deps)
    async with world.deps.read() as session:
        rows = (await session.execute(select(CustomerGroup))).scalars().all()
    assert sorted((one.chat_id, one.owner, one.gone_at) for one in rows) == [
        ("wr01", "li", None),
        ("wr02", "zhou", None),
    ]


def test_the_road_is_refused_at_start_without_an_application(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="WECOM_CUSTOMER_GROUPS 要和"):
        load({"SIGNALTREE_DATA_DIR": str(tmp_path), "SIGNALTREE_WECOM_CUSTOMER_GROUPS": "1"}, env_file=None)
