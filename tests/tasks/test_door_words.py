"""What is said at a door, in words and by digits: a cry is never taken for well, and no word goes to another door."""

import pytest
import sqlalchemy as sa
from sqlmodel import col

from broadcasts.dispatch.texts.marks import MARK
from broadcasts.tasks.knocks.models import Knock
from tests.grounds import ON_BOTH
from tests.tasks.knocking import Doors, at_the_door
from tests.world import World

pytestmark = ON_BOTH
CHOICES = "1 已敲开，本人已知道　2 没人在　3 需要支援"


@pytest.mark.parametrize(
    "words",
    [
        "敲开了，老人走不动，需要支援",
        "3 敲开了，老人摔了",
        "3 没人在，门里有声音",
        "1 敲开了，需要支援",
        "1 需要支援",
        "敲开了，人晕倒了",
    ],
)
async def test_a_cry_at_the_door_rings(world: World, words: str) -> None:
    doors = await at_the_door(world)
    await world.say("wang", words)
    assert await doors.states() == [("李秀英", "王建国", "help", "")]
    assert len(await doors.desk.holds("help")) == 1
    assert await doors.desk.silent() == ["李秀英"]


@pytest.mark.parametrize(
    "words",
    [
        "敲开了，老人走不动",
        "敲开了，没反应",
        "门开了，人摔在地上",
        "敲开了，本人不肯走",
        "1 老人走不动",
        "1 没人",
        "1 没人在",
        "2 敲开了",
    ],
)
async def test_what_is_not_plain_is_asked_with_the_doors_own_choices(world: World, words: str) -> None:
    doors = await at_the_door(world)
    await world.say("wang", words)
    assert CHOICES in (await world.phone("wang"))[-1]
    assert await doors.states() == [("李秀英", "王建国", "going", "")]


@pytest.mark.parametrize(
    "words",
    [
        "邻居开门了，说老人不在家",
        "本人不在",
        "去县城了",
        "不在家",
        "没人",
        "敲开了，儿子说他进城了",
        "2 没人，去县城了",
    ],
)
async def test_whoever_is_away_is_nobody(world: World, words: str) -> None:
    doors = await at_the_door(world)
    await world.say("wang", words)
    assert await doors.states() == [("李秀英", "王建国", "nobody", "")]


@pytest.mark.parametrize("words", ["我去县城了", "我人在外地"])
async def test_who_is_away_herself_says_nothing_of_the_door(world: World, words: str) -> None:
    doors = await at_the_door(world)
    await world.say("wang", words)
    assert ("李秀英", "王建国", "nobody", "") not in await doors.states()


async def test_a_word_without_a_name_is_not_for_the_only_door_left(world: World) -> None:
    doors = Doors(world)
    sent = await doors.silent_night("li", "wang")
    for door in ("li", "wang"):
        await doors.knock(sent, door, "zhou")
    await world.work()
    await world.forward(minutes=1)
    await world.say("li", "1")  # she has answered herself, while 周秀兰 stands before her
    for words in ("1", "敲开了", "没人在"):
        await world.say("zhou", words)
        assert "请带上名字再回一次" in (await world.phone("zhou"))[-1]
    await world.say("zhou", "敲开了 李秀英")
    assert "李秀英那里不用再去：本人已经应答" in (await world.phone("zhou"))[-1]
    assert [state[2] for state in await doors.states()] == ["off", "going"]
    await world.say("zhou", "2 王建国")
    assert [state[2] for state in await doors.states()] == ["off", "nobody"]


async def test_a_name_that_was_told_already_goes_to_no_other_door(world: World) -> None:
    doors = Doors(world)
    sent = await doors.silent_night("li", "wang")
    for door in ("li", "wang"):
        await doors.knock(sent, door, "zhou")
    await world.work()
    await world.say("zhou", "1 李秀英")
    await world.say("zhou", "敲开了 李秀英")
    assert "已经记过：1 已敲开" in (await world.phone("zhou"))[-1]
    assert [state[2] for state in await doors.states()] == ["knows", "going"]


async def test_a_cry_from_a_door_that_is_over_rings_all_the_same(world: World) -> None:
    doors = await at_the_door(world)
    await world.forward(minutes=1)
    await world.say("li", "1")
    await world.forward(minutes=1)
    await world.say("wang", "敲开了，她摔伤了，需要支援")
    assert len(await doors.desk.holds("help")) == 1


async def test_a_bare_digit_after_a_call_off_is_not_the_knockers_own(world: World) -> None:
    doors = await at_the_door(world)
    await world.forward(minutes=1)
    await world.say("li", "1")
    await world.forward(minutes=1)
    for words in ("2", "2 李秀英"):
        await world.say("wang", words)
        assert "李秀英" in (await world.phone("wang"))[-1]
        (own,) = await doors.desk.open("wang")
        assert own.said is not None
        assert own.said.value == "received"
    await world.say("wang", "2 暴雨")  # of the warning, by its name
    (own,) = await doors.desk.open("wang")
    assert own.said is not None
    assert own.said.value == "cannot"


async def test_of_a_drills_door_beside_a_real_one_its_own_words_are_marked(world: World) -> None:
    doors = Doors(world)
    sent = await doors.silent_night("li", "wang")
    await doors.knock(sent, "li", "zhou")
    played = await doors.knock(sent, "wang", "zhou")
    async with world.deps.begin() as session:
        await session.execute(sa.update(Knock).where(col(Knock.id) == played.id).values(drill=True))
    await world.work()
    for words in ("3 王建国", "敲开了，王建国"):
        await world.say("zhou", words)
        assert (await world.phone("zhou"))[-1].startswith(f"{MARK}收到了")
    await world.say("zhou", "1 李秀英")
    assert (await world.phone("zhou"))[-1].startswith("收到了")
