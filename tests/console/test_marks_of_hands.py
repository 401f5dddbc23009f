"""Who did it is filled in when a page is drawn: what people write is never taken for the place where a name goes."""

import pytest
import sqlalchemy as sa

from broadcasts.release.models import Hold
from handlers.chat.conversations.models import Conversation
from handlers.console.page import Hands
from tests.console.browser import Browser
from tests.console.test_held import stale
from tests.world import World

WRITTEN = ("有人被困 \ue000999\ue000 快来", "\ue0000\ue000", "\ue0000123456789abcdef-0;", "\ue000")


@pytest.mark.parametrize("words", WRITTEN)
async def test_what_people_write_takes_no_page_down_and_prints_no_name(
    world: World, officer: Browser, words: str
) -> None:
    await world.say("li", "有人被困")
    async with world.deps.begin() as session:
        await session.execute(sa.update(Hold).values(said=words))
        await session.execute(sa.update(Conversation).values(last_words=words))
    path = await stale(world)
    await officer.open(path)
    await officer.send(path, do="refuse", word="已经过去")
    for page in ("/console/", "/console/held", "/console/inbox"):
        shown = await officer.open(page)
        assert officer.status == 200, page
        assert words in shown, page
    assert "officer" in await officer.open("/console/held")


async def test_each_mark_is_filled_in_and_no_other(world: World) -> None:
    hands, others = Hands(), Hands()
    text = f"{hands.mark('user:<b>')}、{hands.mark('user:officer')} {others.mark('user:other')} \ue0001\ue000"
    async with world.deps.read() as session:
        named = await hands.named(session, text)
    assert named.startswith("&lt;b&gt;、officer \ue000")
    assert named.endswith("-0; \ue0001\ue000")
