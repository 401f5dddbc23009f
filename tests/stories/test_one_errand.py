"""Who forwards to a group and keeps a loudspeaker is asked for both by one message, and finds both on one page."""

import sqlalchemy as sa
from sqlmodel import col, select

from bot.directory.models import Group, Robot
from broadcasts.answers.models import Answer, Said
from tests.both_ways import BothWays
from tests.stories.test_outlets import both

__all__ = ["both"]


async def without_a_robot(both: BothWays, name: str) -> None:
    """Nobody but a person writes to that group."""
    async with both.world.deps.begin() as session:
        group = (await session.execute(select(Group).where(col(Group.name) == name))).scalar_one()
        await session.execute(sa.delete(Robot).where(col(Robot.group_id) == group.id))


async def asked(both: BothWays, userid: str) -> list[str]:
    """The messages that ask for something to be done by hand."""
    return [text for text in await both.world.phone(userid) if "：请" in text.split("\n")[0]]


async def test_one_message_lists_all_and_its_page_has_all_of_it(both: BothWays) -> None:
    await without_a_robot(both, "柳湾村群")
    await both.world.issue(places=("柳湾村",))
    (text,) = await asked(both, "li")
    first, forwards, plays, *_ = [line for line in text.split("\n") if line]
    assert first == "红色暴雨 柳湾村：请转发到 1 个群，再播出 2 处"
    assert forwards == "转发：柳湾村群"
    assert set(plays.removeprefix("播出：").split("、")) == {"村口大喇叭", "村委会屏"}
    assert [text.split("\n")[0] for text in await asked(both, "wang")] == ["红色暴雨 柳湾村：请转发到 1 个群"]
    async with both.reading("li") as page:
        await page.open(await both.link("li"))
        assert page.where.startswith("/h5/byhand")
        assert "还有 3 样要做" in page.text
        assert "柳湾村群" in page.text
        assert "村口大喇叭" in page.text


async def test_what_is_done_there_is_said_of_each_and_leads_back(both: BothWays) -> None:
    await without_a_robot(both, "柳湾村群")
    await both.world.issue(places=("柳湾村",))
    async with both.reading("li") as page:
        await page.open(await both.link("li"))
        before, _, after = page.text.partition("播出</h2>")
        for part, path, more in ((before, "/h5/relay", {}), (after, "/h5/outlets", {"said": "played", "times": "2"})):
            page.text = part
            task = part.split('name="task" value="')[1].split('"')[0]
            await page.press(path, task=task, back="byhand", **more)
            assert page.where == "/h5/byhand"
        assert "还有 1 样要做" in page.text
    async with both.world.deps.read() as session:
        said = (await session.execute(sa.select(col(Answer.said)).order_by(col(Answer.id)))).scalars().all()
    assert said == [Said.relayed, Said.played]


async def test_without_an_address_the_texts_follow_the_one_message(both: BothWays) -> None:
    await without_a_robot(both, "柳湾村群")
    object.__setattr__(both.world.deps, "settings", both.world.deps.settings.model_copy(update={"base_url": ""}))
    await both.world.issue(places=("柳湾村",))
    said = await both.world.phone("li")
    (line,) = await asked(both, "li")
    assert "请把下面给群的文字原样转发" in line
    assert len(said) - said.index(line) - 1 >= 3  # for the group, for the loudspeaker, for the screen
