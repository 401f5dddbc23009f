"""What others read of an evacuation: the evidence pack, the machines' view, the handover."""

from aiohttp.test_utils import TestClient, TestServer
from sqlmodel import col, select

from bot.access.models import Scope
from bot.access.tokens import add_token
from bot.app import create_app
from bot.directory.queries import area_of_code
from bot.directory.tree import tree
from broadcasts.alerts.models import Alert
from drills.duty.open_evacuations import OpenEvacuations
from tests.figures.test_evidence_handed import packed
from tests.tasks.moving import BASIS, Moving
from tests.world import COUNTY, PLACES, World


async def moved(world: World) -> Moving:
    """One village of two has said how far it is, twice."""
    moving = await Moving.begun(world, "柳湾村", "上坪村", answered=("li", "zhou"), expected=40)
    await world.say("li", "转了10户30人，还有3个老人不肯走")
    world.clock.turn(60)
    await world.say("li", "转了12户35人")
    return moving


async def test_the_evidence_has_each_village_with_every_word(world: World) -> None:
    await moved(world)
    said = await packed(world)
    rows = {row[1]: row for row in said["moved"]}
    assert set(rows) == {"柳湾镇柳湾村", "柳湾镇上坪村"}
    row = rows["柳湾镇柳湾村"]
    assert BASIS in row[3]
    assert row[4:8] == ["40 人", "12 户 35 人", "没有数", "3 人"]
    assert row[9] == "在转"
    words = row[10].split("\n")
    assert len(words) == 2
    assert words[0].endswith("李秀英　打字：“转了10户30人，还有3个老人不肯走”，记为 已转 10 户 30 人，3 人不肯走")
    assert rows["柳湾镇上坪村"][5] == "没有数"
    assert {"下令转移", "转移：责任人说的"} <= {entry[3] for entry in said["entries"]}


async def test_who_refuses_after_nobody_did_is_no_nought_in_the_evidence(world: World) -> None:
    await moved(world)
    await world.say("zhou", "没有人不肯走，转了20人")
    world.clock.turn(60)
    await world.say("zhou", "有人死活不走")
    rows = {row[1]: row for row in (await packed(world))["moved"]}
    assert rows["柳湾镇上坪村"][7] == "有，没说几人"


async def test_a_machine_reads_the_latest_figures_by_village(world: World) -> None:
    await moved(world)
    async with world.deps.begin() as session:
        token = await add_token(session, "reader", Scope.read, by="cli", at=world.clock.now())
        uid = (await session.execute(select(Alert.uid).order_by(col(Alert.id).desc()).limit(1))).scalar_one()
    async with TestClient(TestServer(create_app(world.deps))) as client:
        path, headers = f"/api/v1/warnings/{uid}/evacuation", {"Authorization": f"Bearer {token}"}
        async with client.get(path) as answer:
            assert answer.status == 401
        async with client.get(path, headers=headers) as answer:
            body = await answer.json()
        async with client.get("/api/v1/warnings/none/evacuation", headers=headers) as answer:
            assert answer.status == 404
    found = {one["area_code"]: one for one in body["items"]}
    one = found[PLACES["柳湾村"][0]]
    assert (one["state"], one["expected"], one["people"]["value"], one["refuses"]) == ("heard", 40, 35, True)
    assert one["people"]["at"] == "2026-07-12T02:41:00+08:00"
    assert found[PLACES["上坪村"][0]]["people"] is None


async def test_the_handover_names_the_villages_that_are_not_finished(world: World) -> None:
    await moved(world)
    async with world.deps.read() as session:
        areas, county = await tree(session), await area_of_code(session, COUNTY)
        assert county is not None
        zone, now = world.deps.settings.zone, world.clock.now()
        lines = await OpenEvacuations().lines(session, areas, county.id, now, zone)
    assert [line.partition("：")[0] for line in lines] == ["柳湾村", "上坪村"]
    assert "应转40 人，已转35 人，有人不肯走" in lines[0]
    assert "已转没有数，没有回话" in lines[1]
