"""The same thing twice at one moment, on a database that takes several writers: once done, and both are told so."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession
from sqlmodel import col, func, select

from bot.access.models import Role, Scope
from bot.access.tokens import add_token
from broadcasts.alerts.models import Alert, AlertSource
from broadcasts.hazards.grades import Grade
from broadcasts.intake.message import Form, Info, Message, MessageArea
from broadcasts.intake.receive import Received, take_one
from broadcasts.intake.take import Way
from broadcasts.notices.models import Notice
from broadcasts.subscriptions.models import Subscription
from drills.drills.models import Drill, Stage
from drills.drills.plan import plan
from drills.duty.models import PhoneLog
from handlers.hints.models import Hint
from handlers.reports.models import Report
from tests.both_ways import BothWays, both_ways
from tests.console_rooms.desk import desk
from tests.drills.playing import BY, drilled, outline
from tests.notices.test_api import LOCAL
from tests.servers import Postgres
from tests.world import PLACES, World

pytestmark = pytest.mark.postgres
TIMES = 6


@pytest.fixture
async def many(tmp_path: Path, postgres_server: Postgres) -> AsyncIterator[BothWays]:
    async with both_ways(tmp_path, database_url=postgres_server.fresh()) as made:
        yield made


async def count(world: World, table: type) -> int:
    async with world.deps.read() as session:
        return (await session.execute(select(func.count()).select_from(table))).scalar_one()


async def posted(both: BothWays, path: str, scope: Scope, body: dict[str, object]) -> Counter[int]:
    """How many of the answers to the same call at one moment were which."""
    async with both.world.deps.begin() as session:
        token = await add_token(session, "at-once", scope, by="cli", at=both.world.clock.now())
    headers = {"Authorization": f"Bearer {token}"}

    async def call(http: ClientSession) -> int:
        async with http.post(f"{both.web}{path}", json=body, headers=headers) as answer:
            return answer.status

    async with ClientSession() as http:
        return Counter(await asyncio.gather(*(call(http) for _ in range(TIMES))))


VILLAGE = {"area_code": PLACES["柳湾村"][0]}


@pytest.mark.parametrize(
    ("path", "scope", "body", "table"),
    [
        ("/api/v1/hints", Scope.reports, {"text": "桥头护栏松了", "id": "a-1", **VILLAGE}, Hint),
        ("/api/v1/reports", Scope.reports, {"text": "三组垮坡，路断了", "id": "a-1", **VILLAGE}, Report),
        ("/api/v1/notices", Scope.notices, {"id": "a-1", **LOCAL, "submit": False}, Notice),
    ],
)
async def test_the_same_call_is_taken_once(
    many: BothWays, path: str, scope: Scope, body: dict[str, object], table: type
) -> None:
    assert await posted(many, path, scope, body) == {201: 1, 200: TIMES - 1}
    assert await count(many.world, table) == 1


async def test_the_same_warning_is_taken_once(many: BothWays) -> None:
    """From six feeds, or six workers of one."""
    world = many.world
    message = signal(world)

    async def take() -> Received:
        async with world.deps.begin() as session:
            return await take_one(session, world.deps.settings, message, Way("feed:test"), at=world.clock.now())

    got = await asyncio.gather(*(take() for _ in range(TIMES)))
    assert Counter(one.taken[0].new for one in got) == {True: 1, False: TIMES - 1}
    assert (await count(world, Alert), await count(world, AlertSource)) == (1, 1)


def signal(world: World) -> Message:
    at = world.clock.now()
    info = Info(
        "zh-CN", "暴雨", "11B03", Grade.red, sender_name="青崖县气象台",
        headline="青崖县气象台发布暴雨红色预警", description="过去3小时已出现强降雨。", expires=at + timedelta(hours=3),
        areas=(MessageArea("青崖县", (PLACES["青崖县"][0],)),),
    )  # fmt: skip
    identifier = f"52992641600000_{at:%Y%m%d%H%M%S}"
    return Message(Form.national, identifier, "青崖县气象台", at, (info,), national=True, raw=b"the same bytes")


async def test_the_same_press_on_a_phone_is_one_report_and_one_hint(many: BothWays) -> None:
    async with many.reading("li") as page:
        for path, table in (("/h5/report", Report), ("/h5/hint", Hint)):
            await page.open(f"{path}?by=wecom")
            key = re.findall(r'name="key" value="([^"]+)"', page.text)[0]
            data = {"key": key, "do": "new", "words": "桥头护栏松了", "village": "柳湾村"}

            async def press(path: str = path, data: dict[str, str] = data) -> int:
                async with page.http.post(many.web + path, data=data, allow_redirects=False) as answer:
                    return answer.status

            assert Counter(await asyncio.gather(*(press() for _ in range(TIMES)))) == {303: TIMES}
            assert await count(many.world, table) == 1


async def test_the_same_place_chosen_twice_at_once_is_one(many: BothWays) -> None:
    await many.scan("zhang", "柳湾村")
    async with many.reading("zhang") as page:
        await page.open("/h5/mine?by=oa")
        key = re.findall(r'name="key" value="([^"]+)"', page.text)[0]
        data = {"key": key, "do": "add", "village": "石门村", "place": "石门村"}

        async def press() -> int:
            async with page.http.post(f"{many.web}/h5/mine", data=data, allow_redirects=False) as answer:
                return answer.status

        assert max(await asyncio.gather(*(press() for _ in range(TIMES)))) < 500
    async with many.world.deps.read() as session:
        rows = (await session.execute(select(Subscription.area_id).order_by(col(Subscription.id)))).scalars().all()
    assert len(rows) == len(set(rows))


async def test_the_same_telephone_call_is_noted_once(many: BothWays) -> None:
    async with desk(many.world, Role.officer) as officer:
        data = {"key": "k" * 32, "said": "河水漫过了桥"}
        done = await asyncio.gather(*(officer.press("/console/phone-log", **data) for _ in range(TIMES)))
    assert {one.status for one in done} == {303}
    assert await count(many.world, PhoneLog) == 1


async def test_drills_planned_and_begun_at_one_moment(many: BothWays) -> None:
    """Each gets its own number; the same one begins once, and two begin beside each other."""
    world = many.world
    wanted = await outline(world)

    async def make() -> str:
        async with world.deps.begin() as session:
            return (await plan(session, world.deps.settings, wanted, by=BY, at=world.clock.now())).number

    assert sorted(await asyncio.gather(*(make() for _ in range(TIMES)))) == [
        f"2026-{n:03}" for n in range(1, TIMES + 1)
    ]
    first, second = await drilled(world), await drilled(world, people=("chen",), groups=())
    for one in (first, second):
        await one.announce(sure=True)
    async with desk(world, Role.officer) as officer:
        paths = [f"/console/drills/{one.uid}" for one in (first, first, second, second)]
        done = await asyncio.gather(*(officer.press(path, do="start", first="青", sure="1") for path in paths))
    assert [one.status for one in done if one.status >= 500] == []
    assert [one.status for one in done].count(303) == 2, [one.text for one in done]
    async with world.deps.read() as session:
        running = await session.execute(select(Drill.id).where(col(Drill.state) == Stage.running))
        assert len(running.all()) == 2
