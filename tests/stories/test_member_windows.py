"""A member's minute is kept: who is at her limit gets it a little later, the others at once, and nothing is dropped."""

import sqlalchemy as sa
from sqlmodel import col

from bot.coordination.open import open_coordination
from broadcasts.dispatch.claims.open import open_claims
from broadcasts.dispatch.models import Batch
from broadcasts.dispatch.sending.sender import Sender
from broadcasts.hazards.grades import Grade
from tests.world import World


async def fill(world: World, number: int) -> None:
    """So many blue warnings, which the duty officer alone is told of."""
    for n in range(number):
        identifier, text = f"52992641600000_20260711{n:06d}", f"第{n}条大风蓝色预警信号。"
        await world.issue("大风", "11B06", Grade.blue, hours=1, identifier=identifier, text=text)


async def restart(world: World) -> None:
    """The worker is killed and starts again: what it had in memory is gone."""
    settings, clock = world.deps.settings, world.clock
    claims = open_claims(settings, "worker-0")
    await claims.start(clock.now())
    await world.sender.claims.close()
    coordination = open_coordination(settings, clock)
    world.sender = Sender(claims, world.sender.channels, coordination, clock, world.deps.vault)
    await world.sender.remember()


async def has_sent(world: World, number: int, every: float) -> None:
    """So many have left to the duty officer, one after the other: the platform counts them, and the batches say so."""
    async with world.deps.begin() as session:
        newest = sa.select(Batch.__table__).where(col(Batch.channel) == "wecom_app").order_by(col(Batch.id).desc())  # type: ignore[attr-defined]
        row = dict((await session.execute(newest.limit(1))).mappings().one())
        del row["id"]
    settings, rows = world.deps.settings, []
    asked = {"corpid": settings.wecom_corp_id, "corpsecret": settings.wecom_secret}
    async with world.http.get(f"{world.base}/cgi-bin/gettoken", params=asked) as answer:
        query = {"access_token": (await answer.json())["access_token"]}
    for n in range(number):
        world.clock.turn(every)
        said = {"touser": "liu", "agentid": settings.wecom_agent_id, "msgtype": "text", "text": {"content": f"第{n}条"}}
        async with world.http.post(f"{world.base}/cgi-bin/message/send", params=query, json=said) as answer:
            assert (await answer.json())["errcode"] == 0
        rows.append(row | {"attempted_at": world.clock.now(), "message_id": f"earlier-{n}"})
    async with world.deps.begin() as session:
        await session.execute(sa.insert(Batch), rows)


async def test_the_hours_thousand_is_kept_across_a_restart_and_red_has_its_part(world: World) -> None:
    await fill(world, 1)
    await has_sent(world, 989, every=3.0)
    world.clock.turn(30)  # the minute has room
    await restart(world)
    await fill(world, 8)
    assert len(await world.phone("liu")) == 995  # 1000 less what is kept for red
    for n in range(7):
        await world.issue("暴雨", "11B03", Grade.red, identifier=f"52992641600000_202607111941{n:02d}", hours=4 + n)
    assert len(await world.phone("liu")) == 1000
    assert (await world.counts())["limits"] == {}
    await world.forward(minutes=20)
    assert any("第7条大风" in text for text in await world.phone("liu"))  # the last of those that waited
    assert not {"member_minute", "member_hour"} & (await world.counts())["limits"].keys()


async def test_who_is_at_her_limit_gets_it_later_and_the_others_at_once(world: World) -> None:
    await fill(world, 27)
    assert len(await world.phone("liu")) == 25  # 30 less what is kept for red
    await world.issue("大风", "11B06", Grade.orange, identifier="52992641600000_20260711184001")
    assert (await world.phone("li"))[-1].startswith("橙色大风")
    assert len(await world.phone("liu")) == 25
    await world.forward(minutes=1.1)
    assert len(await world.phone("liu")) == 28
    assert len(await world.phone("li")) == 1
    assert (await world.counts())["limits"] == {}


async def test_red_has_its_part_of_the_minute_and_keeps_the_limit_too(world: World) -> None:
    await fill(world, 26)
    for n in range(7):
        await world.issue("暴雨", "11B03", Grade.red, identifier=f"52992641600000_202607111841{n:02d}", hours=1 + n)
    said = await world.phone("liu")
    assert (len(said), sum(text.startswith("红色暴雨") for text in said)) == (30, 5)
    assert len(await world.phone("li")) == 7
    await world.forward(minutes=1.1)
    assert len(await world.phone("liu")) == 33
    assert (await world.counts())["limits"] == {}


async def test_a_worker_that_starts_again_knows_what_left(world: World) -> None:
    await fill(world, 25)
    await restart(world)
    await world.issue("大风", "11B06", Grade.orange, identifier="52992641600000_20260711184001")
    assert len(await world.phone("liu")) == 25
    assert len(await world.phone("li")) == 1
    await restart(world)
    await world.forward(minutes=1.1)
    assert len(await world.phone("liu")) == 26
    assert (await world.counts())["limits"] == {}
