"""3 需要支援 said to two alerts by one word is one cry: one line, one ring, taken once; each alert keeps its answer."""

from sqlmodel import col, select

from broadcasts.answers.help import take
from broadcasts.answers.models import How, Said
from broadcasts.answers.named import Help, helps
from broadcasts.dispatch.models import Broadcast
from broadcasts.release.models import Hold
from broadcasts.release.verdict import Reason
from tests.grounds import ON_BOTH
from tests.stories.test_chat import said, two_alerts
from tests.world import World

pytestmark = ON_BOTH


async def test_three_to_both_is_one_line_at_the_desk_that_is_taken_once(world: World) -> None:
    await two_alerts(world)
    await world.say("wang", "3")
    await world.say("wang", "3")  # 都是
    assert await said(world, "wang") == [(Said.help, How.digit, True)] * 2
    line = "柳湾村 王建国（B 角）：3 需要支援，红色暴雨、橙色大风"
    (hold,) = await lines_of_help(world)
    assert hold.said == line
    assert sum(line in text for text in await world.phone("liu")) == 1
    boards = await on_boards(world)
    assert [[(one.name, one.hold, one.open) for one in board] for board in boards] == [[("王建国", hold.uid, True)]] * 2
    async with world.deps.begin() as session:
        assert await take(session, hold.uid, by="user:liu", at=world.clock.now())
        assert not await take(session, hold.uid, by="user:sun", at=world.clock.now())
    assert [[(one.taken_by, one.open) for one in board] for board in await on_boards(world)] == [
        [("user:liu", False)]
    ] * 2
    before = len(await world.phone("liu"))
    await world.forward(minutes=4)
    assert not any("需要支援" in text for text in (await world.phone("liu"))[before:])


async def test_what_is_taken_back_of_both_stands_with_that_word_and_of_one_with_the_other(world: World) -> None:
    await two_alerts(world)
    await world.say("wang", "3")
    await world.say("wang", "都是")
    await world.say("wang", "0")
    (hold,) = await lines_of_help(world)
    assert "红色暴雨、橙色大风。后来回了 0，说是按错了" in hold.said
    assert [[one.undone for one in board] for board in await on_boards(world)] == [[True], [True]]
    await world.say("wang", "3 大风")  # after all
    (hold,) = await lines_of_help(world)
    assert hold.said.endswith("3 需要支援，橙色大风")
    assert [[one.undone for one in board] for board in await on_boards(world)] == [[True], [False]]


async def test_two_words_for_two_alerts_are_two_lines(world: World) -> None:
    """The second is a new cry, and rings at once."""
    await two_alerts(world)
    await world.say("wang", "3 暴雨")
    await world.say("wang", "3 大风")
    first, second = await lines_of_help(world)
    assert (first.said[-4:], second.said[-4:]) == ("红色暴雨", "橙色大风")
    await world.say("wang", "3")
    await world.say("wang", "都是")
    assert len(await lines_of_help(world)) == 2


async def lines_of_help(world: World) -> list[Hold]:
    async with world.deps.read() as session:
        wanted = select(Hold).where(col(Hold.reason) == Reason.help, col(Hold.closed_at).is_(None))
        return list((await session.execute(wanted.order_by(col(Hold.id)))).scalars())


async def on_boards(world: World) -> list[list[Help]]:
    """Of each alert's sending, who needs help."""
    async with world.deps.read() as session:
        wanted = select(Broadcast.id).where(col(Broadcast.alert_id).is_not(None), col(Broadcast.subject) == "")
        sent = (await session.execute(wanted.order_by(col(Broadcast.id)))).scalars().all()
        return [await helps(session, one) for one in sent]
