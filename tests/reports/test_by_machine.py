"""/api/v1/reports: how a sentence is read, what is filed, and all of them for other platforms."""

from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from pydantic import TypeAdapter
from sqlmodel import col, select

from bot.access.models import Scope
from bot.access.tokens import add_token
from bot.app import create_app
from handlers.api.report_shapes import ReadShape, ReportPage, ReportShape
from handlers.reports.models import Report
from tests.world import World

TEXT = "两间房塌了，五户十二人转移，淹了15亩稻子，没人伤"
VILLAGE = "529926101001"


async def token(world: World, scope: Scope) -> dict[str, str]:
    async with world.deps.begin() as session:
        made = await add_token(session, f"{scope}-of-tests", scope, by="cli", at=world.clock.now())
    return {"Authorization": f"Bearer {made}"}


async def test_a_dry_run_answers_how_it_is_read_and_stores_nothing(world: World) -> None:
    headers = await token(world, Scope.reports)
    async with TestClient(TestServer(create_app(world.deps))) as client:
        url = "/api/v1/reports?dry_run=1"
        answer = await client.post(url, json={"text": TEXT, "area_code": VILLAGE}, headers=headers)
        body = await answer.json()
    assert answer.status == 200
    TypeAdapter(ReadShape).validate_python(body)
    assert {"name": "因灾受伤人口", "value": 0, "unit": "人", "words": "没人伤"} in body["fields"]
    assert {"name": "农作物受灾面积", "value": 1, "unit": "公顷", "words": "淹了15亩稻子"} in body["fields"]
    async with world.deps.read() as session:
        assert (await session.execute(select(Report))).scalars().all() == []


async def test_what_is_filed_is_listed_and_comes_twice_only_once(world: World) -> None:
    headers, reading = await token(world, Scope.reports), await token(world, Scope.read)
    async with TestClient(TestServer(create_app(world.deps))) as client:
        body = {"text": TEXT, "area_code": VILLAGE, "at": "2026-07-12T02:00:00+08:00", "id": "grid-17"}
        first = await client.post("/api/v1/reports", json=body, headers=headers)
        again = await client.post("/api/v1/reports", json=body, headers=headers)
        made, known = await first.json(), await again.json()
        assert (first.status, again.status, made["id"] == known["id"]) == (201, 200, True)
        TypeAdapter(ReportShape).validate_python(made)
        page = await (await client.get("/api/v1/reports", headers=reading)).json()
        TypeAdapter(ReportPage).validate_python(page)
        one = await (await client.get(f"/api/v1/reports/{made['id']}", headers=reading)).json()
        refused = await client.get("/api/v1/reports", headers=headers)
    assert [item["number"] for item in page["items"]] == ["QY0712-001"]
    assert (one["first_at"], one["state"]) == ("2026-07-12T02:00:00+08:00", "filed")
    assert refused.status == 403


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"text": ""}, 422),
        ({"text": "x", "area_code": "999999"}, 422),
        ({"text": "垮坡", "at": "2026-07-13T00:00:00+08:00"}, 422),
        ({"text": "垮坡", "at": "2026-07-12T00:00:00"}, 422),
        ({"text": "垮坡", "lon": 500, "lat": 1}, 422),
        ({"text": "垮坡", "more": 1}, 422),
        ({"nothing": 1}, 422),
        ({"text": "哈哈哈"}, 201),
        ({"text": "<script>=1+1</script>\u202e"}, 201),
    ],
)
async def test_what_cannot_be_taken_is_named(world: World, body: dict[str, Any], status: int) -> None:
    headers = await token(world, Scope.reports)
    async with TestClient(TestServer(create_app(world.deps))) as client:
        answer = await client.post("/api/v1/reports", json=body, headers=headers)
        told = await answer.json(content_type=None)
    assert answer.status == status
    assert told.get("detail") or told["number"]


async def test_numbers_run_on_and_are_never_given_twice(world: World) -> None:
    headers = await token(world, Scope.reports)
    async with TestClient(TestServer(create_app(world.deps))) as client:
        for n in range(3):
            await client.post("/api/v1/reports", json={"text": f"{n + 2}户进水", "area_code": VILLAGE}, headers=headers)
    async with world.deps.read() as session:
        numbers = (await session.execute(select(col(Report.number)).order_by(col(Report.id)))).scalars().all()
    assert numbers == ["QY0712-001", "QY0712-002", "QY0712-003"]


async def test_another_platform_goes_on_from_its_own_reports_alone(world: World) -> None:
    mine = await token(world, Scope.reports)
    async with world.deps.begin() as session:
        made = await add_token(session, "another", Scope.reports, by="cli", at=world.clock.now())
    other = {"Authorization": f"Bearer {made}"}
    async with TestClient(TestServer(create_app(world.deps))) as client:
        first = await (
            await client.post("/api/v1/reports", json={"text": TEXT, "area_code": VILLAGE}, headers=mine)
        ).json()
        body = {"text": f"续报 {first['number']} 又转移三户九人", "area_code": VILLAGE}
        apart = await (await client.post("/api/v1/reports", json=body, headers=other)).json()
        after = await (await client.post("/api/v1/reports", json=body | {"id": "2"}, headers=mine)).json()
        unknown = {"text": "续报 QY0712-077 又转移三户九人", "area_code": VILLAGE}
        nowhere = await (await client.post("/api/v1/reports", json=unknown, headers=mine)).json()
    assert (apart["stage"], apart["thread"] != first["thread"]) == ("first", True)
    assert f"{first['number']} 不是本平台报的，先单独记为初报，值班员会核对是不是同一件事。" in apart["asks"]
    assert "QY0712-077 不是本平台报的，先单独记为初报，值班员会核对是不是同一件事。" in nowhere["asks"]
    async with world.deps.read() as session:
        notes = set((await session.execute(select(col(Report.note)))).scalars())
    assert notes == {""}  # the desk has nobody to ask there
    assert {"name": "紧急避险转移人口", "value": 9, "unit": "人"}.items() <= next(
        f.items() for f in apart["fields"] if f["name"] == "紧急避险转移人口"
    )
    assert (after["stage"], after["thread"]) == ("follow", first["thread"])
