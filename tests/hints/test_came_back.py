"""What came back with a question takes a sentence within a day; whatever is said later, and a cry at any time, is
another matter, and nobody who cries is hidden."""

from sqlmodel import col, select

from broadcasts.release.holds import open_holds
from handlers.chat.conversations.models import Conversation
from handlers.hints.deciding.decide import give_back
from handlers.hints.models import Hint, State
from handlers.wechat.models import Inbound
from tests.hints.told import OFFICER, hints
from tests.world import World

DAY = 24 * 3600
CRY = "水到胸口了，我们上了房顶，快点来人啊"
LONG = "我们这边昨天晚上开过会了大家都说要把那条路重新铺一遍不过钱还没有着落所以先放一放等到下个月再看看怎么办才好"


async def came_back(world: World, words: str = "匿名举报 作坊电焊") -> Hint:
    await world.say("li", words)
    async with world.deps.begin() as session:
        row = (await session.execute(select(Hint))).scalar_one()
        settings, vault = world.deps.settings, world.deps.vault
        await give_back(session, settings, vault, row, word="在哪里", by=OFFICER, at=world.clock.now())
    await world.work()
    (hint,) = await hints(world)
    assert hint.state is State.returned
    return hint


async def senders(world: World) -> list[str]:
    async with world.deps.read() as session:
        return list((await session.execute(select(Inbound.sender).order_by(col(Inbound.id)))).scalars())


async def test_a_sentence_within_the_day_is_taken_in(world: World) -> None:
    await came_back(world)
    world.clock.turn(3600)
    await world.say("li", "村西头第二家")
    (hint,) = await hints(world)
    assert (hint.state, hint.words) == (State.filed, "作坊电焊\n村西头第二家")
    assert (await senders(world))[-1].startswith("sealed:")


async def test_a_cry_weeks_later_rings_and_shows_who_it_was(world: World) -> None:
    await came_back(world)
    world.clock.turn(20 * DAY)
    await world.say("li", CRY)
    (hint,) = await hints(world)
    assert (hint.state, hint.words) == (State.returned, "作坊电焊")
    assert (await senders(world))[-1] == "li"
    async with world.deps.read() as session:
        assert [hold.said for hold in await open_holds(session) if hold.reason == "plea"] == [
            f"柳湾镇柳湾村 李秀英：{CRY}"
        ]


async def test_what_is_said_days_later_is_another_matter_unless_the_number_is_named(world: World) -> None:
    await came_back(world)
    world.clock.turn(2 * DAY)
    await world.say("li", "村西头第二家")
    (hint,) = await hints(world)
    assert (hint.state, (await senders(world))[-1]) == (State.returned, "li")
    await world.say("li", f"{hint.number} 村西头第二家")
    assert (await world.phone("li"))[-1].startswith("已补进 QY0712-H01")
    (hint,) = await hints(world)
    assert (hint.state, hint.words) == (State.filed, "作坊电焊\n村西头第二家")


async def test_a_long_sentence_is_never_sealed_by_an_anonymous_hint(world: World) -> None:
    await came_back(world)
    await world.say("li", LONG)
    (hint,) = await hints(world)
    assert (hint.state, (await senders(world))[-1]) == (State.returned, "li")


async def test_a_cry_that_names_the_hint_hides_nobody(world: World) -> None:
    hint = await came_back(world)
    await world.say("li", f"{hint.number} 作坊炸了，有人受伤")
    assert (await senders(world))[-1] == "li"
    async with world.deps.read() as session:
        talk = (await session.execute(select(Conversation).where(col(Conversation.address) == "li"))).scalar_one()
        assert [hold.reason for hold in await open_holds(session) if hold.reason == "plea"] == ["plea"]
    assert "有人受伤" in talk.last_words


async def test_who_told_it_by_name_may_answer_at_length_within_the_day(world: World) -> None:
    await came_back(world, "隐患 作坊电焊")
    await world.say("li", LONG)
    (hint,) = await hints(world)
    assert (hint.state, LONG in hint.words) == (State.filed, True)
