"""The account shows a page as a snapshot, to nobody in particular: such a reader reads, and signs nothing."""

import sqlalchemy as sa
from sqlmodel import col

from bot.directory.models import Address
from broadcasts.answers.models import Answer
from broadcasts.subscriptions.models import Subscription
from tests.both_ways import BothWays


async def as_snapshot(both: BothWays, openid: str) -> None:
    """From now on the platform signs her in as it does for a snapshot."""
    world = {"followers": [{"openid": openid, "name": "张阿婆", "snapshot": True}]}
    async with both.world.http.post(f"{both.world.base}/_sim/world", json=world) as answer:
        assert answer.status == 200


async def kept(both: BothWays, model: type[Answer] | type[Subscription]) -> int:
    async with both.world.deps.read() as session:
        return await session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


async def test_a_snapshot_is_read_and_takes_no_answer_though_the_form_is_right(both: BothWays) -> None:
    await both.act("zhang", "follow")
    async with both.world.deps.begin() as session:  # 陈大山 is reached by the account alone
        hers = sa.update(Address).where(col(Address.value) == "chen")
        await session.execute(hers.values(channel="oa", value="zhang", folded="zhang"))
    await both.world.issue()
    link = await both.link("zhang")
    async with both.reading("zhang") as herself:
        await herself.open(link)
        form = herself.text
        assert "收到请按 1" in form
        await as_snapshot(both, "zhang")
        async with both.reading("zhang") as snapshot:
            await snapshot.open(link)
            assert "您看到的是预览页，在这里不能应答" in snapshot.text
            assert "红色暴雨" in snapshot.text
            assert "<form" not in snapshot.text
            snapshot.text = form
            await snapshot.press(a="1")
            assert (snapshot.status, await kept(both, Answer)) == (403, 0)
        await herself.press(a="1")
    assert await kept(both, Answer) == 1


async def test_and_chooses_no_place_for_whom_it_shows(both: BothWays) -> None:
    await both.act("zhang", "follow")
    async with both.reading("zhang") as herself:
        await herself.open("/h5/mine?by=oa")
        form = await herself.open("/h5/mine?q=柳湾")
        area = form.split('name="area" value="')[-1].split('"')[0]
        await as_snapshot(both, "zhang")
        async with both.reading("zhang") as snapshot:
            await snapshot.open("/h5/mine?by=oa")
            snapshot.text = form
            await snapshot.press("/h5/mine", do="add", area=area, label="家")
            assert (snapshot.status, await kept(both, Subscription)) == (403, 0)
        await herself.press("/h5/mine", do="add", area=area, label="家")
    assert await kept(both, Subscription) == 1
