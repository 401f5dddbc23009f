"""A resident's own page: places in two taps, quiet hours, what is kept, and being forgotten."""

import sqlalchemy as sa

from broadcasts.hazards.grades import Grade
from broadcasts.subscriptions.models import Follower, Subscription
from handlers.chat.work import work_due
from handlers.wechat.files import path_of, write
from handlers.wechat.models import Inbound, Media, MediaState, Platform
from handlers.wechat.prune import erase_files
from tests.both_ways import BothWays


async def chosen(both: BothWays) -> list[tuple[str, str, str]]:
    async with both.world.deps.read() as session:
        rows = (await session.execute(sa.select(Subscription).order_by(Subscription.id))).scalars()  # type: ignore[arg-type]
        return [(s.label, s.hazards, s.least) for s in rows]


async def test_two_taps_from_a_name_to_a_village(both: BothWays) -> None:
    await both.act("zhang", "follow")
    async with both.reading("zhang") as page:
        await page.open("/h5/mine?by=oa")
        assert "您还没有选地点" in page.text
        await page.open("/h5/mine?q=柳湾")
        assert "订阅 柳湾镇柳湾村" in page.text
        area = page.text.split('name="area" value="')[-1].split('"')[0]
        await page.press("/h5/mine", do="add", area=area, label="家")
        assert await chosen(both) == [("家", "", "")]
        await page.press("/h5/mine", do="edit", area=area, label="家", hazards="", least="orange")
        assert await chosen(both) == [("家", "", "orange")]
        await page.press("/h5/mine", do="remove", area=area)
        assert await chosen(both) == []


async def test_a_warning_reaches_the_resident_of_the_place_and_says_where_it_stands(both: BothWays) -> None:
    await both.scan("zhang", "柳湾村")
    await both.scan("wu", "石门村")
    await both.world.issue(grade=Grade.orange, places=["柳湾村"])
    heard, silent = await both.world.phone("zhang"), await both.world.phone("wu")
    assert any("橙色暴雨" in text for text in heard)
    assert not any("橙色暴雨" in text for text in silent)
    async with both.reading("zhang") as page:
        await page.open(await both.link("zhang"))
        assert "这条现在有效" in page.text
        assert "收到请按 1" not in page.text
        await page.open("/h5/now")
        assert "包括您的地点" in page.text


async def test_forgetting_takes_words_and_places_and_leaves_the_counts(both: BothWays) -> None:
    await both.scan("zhang", "柳湾村")
    await both.type("zhang", "现在有预警吗")
    settings = both.world.deps.settings
    async with both.world.deps.begin() as session:
        word = (await session.execute(sa.select(Inbound))).scalars().first()
        assert word is not None
        media = Media(uid="a-picture", inbound_id=word.id, kind="picture", media_id="m", state=MediaState.kept,
                      size=3, due_at=both.world.clock.now())  # fmt: skip
        session.add(media)
    write(path_of(settings, "a-picture"), b"jpg")
    async with both.reading("zhang") as page:
        await page.open("/h5/mine?by=oa")
        form = page.text
        await page.press("/h5/mine/data", do="data")
        assert page.status == 200
        assert "家" in page.text
        page.text = form
        await page.press("/h5/mine", do="erase")
        assert page.status == 400
        page.text = form
        await page.press("/h5/mine", do="erase", sure="1")
    assert await chosen(both) == []
    async with both.world.deps.begin() as session:
        assert await erase_files(session, settings) == 1
    assert not path_of(settings, "a-picture").exists()
    async with both.world.deps.read() as session:
        (follower,) = (await session.execute(sa.select(Follower))).scalars()
        assert follower.openid == f"erased:{follower.uid}"
        words = (await session.execute(sa.select(Inbound))).scalars()
        assert all(word.sender != "zhang" and word.body == {} for word in words)


async def held_pleas(both: BothWays) -> list[str]:
    async with both.world.deps.read() as session:
        return list((await session.execute(sa.text("SELECT said FROM hold WHERE reason = 'plea'"))).scalars())


async def test_a_word_that_waits_is_worked_on_before_its_speaker_is_forgotten(both: BothWays) -> None:
    await both.scan("zhang", "柳湾村")
    world = both.world
    async with both.reading("zhang") as page:
        await page.open("/h5/mine?by=oa")
        await world.say("zhang", "救命，屋里进水了", platform=Platform.oa, work=False)
        await page.press("/h5/mine", do="erase", sure="1")
    await work_due(world.deps)
    assert [said for said in await held_pleas(both) if "救命，屋里进水了" in said]
    async with world.deps.read() as session:
        rows = (await session.execute(sa.select(Inbound))).scalars().all()
        assert {row.sender[:7] for row in rows} == {"erased:"}
        assert all(row.body == {} and row.state == "done" for row in rows)


async def test_what_is_said_after_the_request_is_a_new_beginning(both: BothWays) -> None:
    await both.scan("zhang", "柳湾村")
    await both.type("zhang", "删除我的数据")
    world = both.world
    await world.say("zhang", "1", platform=Platform.oa, work=False)
    await world.say("zhang", "救命，屋里进水了", platform=Platform.oa, work=False)
    await work_due(world.deps)
    assert [said for said in await held_pleas(both) if "救命，屋里进水了" in said]
