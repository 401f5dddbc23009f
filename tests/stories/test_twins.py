"""One warning under two names: people hear it once; what really is another is never swallowed."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from broadcasts.alerts.models import Alert, AlertSource
from broadcasts.hazards.grades import Grade
from broadcasts.intake.message import Form, Info, Message, MessageArea, Reference
from broadcasts.intake.receive import Received, take_one
from broadcasts.intake.take import Way
from tests.stories.answering import Desk
from tests.world import COUNTY, World

TEXT = "过去3小时青崖县已出现强降雨，预计未来3小时仍将持续，请注意防范。"
NATIONAL, PUBLIC = "52992641600000_20260711184012", "202607120240000000000001"


async def come(world: World, identifier: str, *, national: bool, after: float = 0, **more: Any) -> Received:
    """A source brings a warning that was issued `after` seconds from now."""
    sent = world.clock.now() + timedelta(seconds=after)
    info = Info(
        "zh-CN",
        "暴雨",
        "11B03",
        more.pop("grade", Grade.orange),
        sender_name=more.pop("station", "青崖县气象台"),
        headline="青崖县气象台发布暴雨橙色预警信号",
        description=more.pop("text", TEXT),
        expires=sent + timedelta(hours=3),
        areas=(MessageArea("青崖县", (COUNTY[:6],) if national else ()),),
    )
    message = Message(
        Form.feed,
        identifier,
        info.sender_name,
        sent,
        (info,),
        msg_type=more.pop("kind", "Alert"),
        references=tuple(Reference(one) for one in more.pop("refers", ())),
        national=national,
        raw=f"{identifier}{info}".encode(),
    )
    origin = more.pop("origin", "feed:cma" if national else "feed:qweather")
    async with world.deps.begin() as session:
        got = await take_one(session, world.deps.settings, message, Way(origin), at=world.clock.now())
    await world.work()
    return got


async def alerts(world: World) -> list[Alert]:
    async with world.deps.read() as session:
        return list((await session.execute(select(Alert).order_by(col(Alert.id)))).scalars())


async def heard(world: World) -> int:
    """How many warnings stand in a village's group."""
    return len(await world.group("柳湾村群"))


@pytest.mark.parametrize("first", ["national", "public"])
async def test_two_names_of_one_warning_reach_people_once(world: World, first: str) -> None:
    order = [(NATIONAL, True, 12.0), (PUBLIC, False, 0.0)]
    for identifier, national, after in order if first == "national" else order[::-1]:
        got = await come(world, identifier, national=national, after=after)
    assert not got.taken[0].new
    (alert,) = await alerts(world)
    assert (alert.identifier, alert.national) == (NATIONAL, True)  # the national name is the alert's, whoever was first
    assert await heard(world) == 1
    async with world.deps.read() as session:
        names = set((await session.execute(select(AlertSource.identifier))).scalars())
    assert names == {NATIONAL, PUBLIC}


async def test_a_feed_that_is_minutes_off_and_says_the_same_is_the_same(world: World) -> None:
    await come(world, NATIONAL, national=True)
    await come(world, PUBLIC, national=False, after=240, text=f"【暴雨】{TEXT}")
    assert len(await alerts(world)) == 1
    assert await heard(world) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"after": 240, "text": "雨势增强，青崖县柳湾镇一带已达大暴雨，请立即转移。"},
        {"grade": Grade.red},
        {"station": "石门市气象台"},
        {"after": 400},
        {"kind": "Cancel"},
    ],
)
async def test_what_says_otherwise_is_another(world: World, other: dict[str, Any]) -> None:
    await come(world, NATIONAL, national=True)
    got = await come(world, PUBLIC, national=False, **other)
    assert got.taken[0].new
    assert len(await alerts(world)) == 2


async def test_what_may_be_the_same_goes_out_and_the_officer_is_asked_once(world: World) -> None:
    await come(world, NATIONAL, national=True)
    await come(world, PUBLIC, national=False, after=240, text="雨势增强，青崖县柳湾镇一带已达大暴雨，请立即转移。")
    assert await heard(world) == 2
    (hold,) = await Desk(world).holds("twin")
    assert "是同一条就不用管" in hold.said
    await world.forward(minutes=10)
    assert len([text for text in await world.phone("liu") if "可能是同一条" in text]) == 1


async def test_a_second_message_of_one_source_is_never_taken_for_the_first(world: World) -> None:
    await come(world, NATIONAL, national=True)
    await come(world, PUBLIC, national=False)
    again = await come(world, "202607120242000000000002", national=False, after=120, kind="Update", refers=(PUBLIC,))
    assert again.taken[0].new
    first, second = await alerts(world)
    assert (second.thread, first.replaced_by) == (first.thread, second.uid)  # the name that it refers to is known
    await come(world, "52992641600000_20260711184212", national=True, after=132, kind="Update", refers=(NATIONAL,))
    assert len(await alerts(world)) == 2
    assert await heard(world) == 2
