"""An answer with a clause behind it: 收到，正在入户. While an alert asks, it counts, and an officer reads the rest."""

import pytest
from sqlmodel import col, select

from handlers.chat.conversations.models import Conversation
from handlers.chat.understand.answers import acknowledged
from tests.stories.answering import Desk
from tests.stories.test_chat import replies
from tests.world import World

SAID = [
    *("收到，正在入户", "收到 已通知村民", "收到。目前村内一切正常", "收到我在县城开会", "好的，我们组长去看"),
    *("知道了，已安排人员巡查", "明白，各组都在看", "收到\n三组已巡查", "收悉。已布置", "已读，正在开会"),
]
NOT_SAID = [
    *("收到没有", "没收到", "收到了吗", "收到了没", "收到短信", "收到一条短信", "什么时候能收到", "知道了吗", "明白人"),
    *("收到，没空", "好的，但是我走不开", "收到，不在村里", "收到，快派人来", "好的，我在外地"),
]


@pytest.mark.parametrize("text", SAID)
def test_what_begins_with_it_says_it(text: str) -> None:
    assert acknowledged(text)


@pytest.mark.parametrize("text", NOT_SAID)
def test_what_asks_or_cannot_says_it_not(text: str) -> None:
    assert not acknowledged(text)


async def test_it_counts_and_stands_unread_before_the_desk(world: World) -> None:
    await world.issue()
    await world.say("li", "收到，正在入户")
    assert (await replies(world, "li"))[-1].startswith("收到了：1 收到（红色暴雨，柳湾村）。")
    assert "李秀英" not in await Desk(world).silent()
    async with world.deps.read() as session:
        wanted = select(Conversation.unread).where(col(Conversation.address) == "li")
        assert (await session.execute(wanted)).scalar_one() == 1


async def test_where_nothing_asks_it_is_words_for_a_person(world: World) -> None:
    await world.say("li", "好的，我们组长去看")
    assert "没听懂" in (await replies(world, "li"))[-1]
