"""/api/v1/hints: in and out, for the county's other platforms."""

from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from pydantic import TypeAdapter

from bot.access.models import Scope
from bot.access.tokens import add_token
from bot.app import create_app
from handlers.api.hint_shapes import HintPage, HintShape
from tests.hints.told import hints
from tests.world import World

VILLAGE = "529926101001"


async def token(world: World, scope: Scope) -> dict[str, str]:
    async with world.deps.begin() as session:
        made = await add_token(session, f"{scope}-of-tests", scope, by="cli", at=world.clock.now())
    return {"Authorization": f"Bearer {made}"}


async def test_what_is_filed_is_listed_and_comes_twice_only_once(world: World) -> None:
    headers, reading = await token(world, Scope.reports), await token(world, Scope.read)
    async with TestClient(TestServer(create_app(world.deps))) as client:
        body = {"text": "消防通道堵了", "area_code": VILLAGE, "at": "2026-07-12T02:00:00+08:00", "id": "grid-17"}
        first = await client.post("/api/v1/hints", json=body, headers=headers)
        again = await client.post("/api/v1/hints", json=body, headers=headers)
        made, known = await first.json(), await again.json()
        assert (first.status, again.status, made["id"] == known["id"]) == (201, 200, True)
        TypeAdapter(HintShape).validate_python(made)
        page = await (await client.get("/api/v1/hints?state=filed", headers=reading)).json()
        TypeAdapter(HintPage).validate_python(page)
        one = await (await client.get(f"/api/v1/hints/{made['id']}", headers=reading)).json()
        refused = await client.get("/api/v1/hints", headers=headers)
        nonsense = await client.get("/api/v1/hints?state=nonsense", headers=reading)
    assert [item["number"] for item in page["items"]] == ["QY0712-H01"]
    assert (one["filed_at"], one["proposed"], one["domain"], one["area_code"]) == (
        "2026-07-12T02:00:00+08:00", "fire", None, VILLAGE,
    )  # fmt: skip
    assert (refused.status, nonsense.status) == (403, 400)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"text": " "}, 422),
        ({"text": "x" * 2001}, 422),
        ({"text": "护栏松了", "area_code": "000000000000"}, 422),
        ({"text": "护栏松了", "at": "2026-07-12T02:00:00"}, 422),
        ({"text": "护栏松了", "at": "2030-01-01T00:00:00+08:00"}, 422),
        ({"text": "护栏松了", "lon": 200, "lat": 1}, 422),
        ({"text": "护栏松了", "who": "x"}, 422),
        ({"area_code": VILLAGE}, 422),
        ([], 422),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_is_stored(world: World, body: Any, status: int) -> None:
    headers = await token(world, Scope.reports)
    async with TestClient(TestServer(create_app(world.deps))) as client:
        answer = await client.post("/api/v1/hints", json=body, headers=headers)
        said = await answer.json(content_type=None)
    assert (answer.status, answer.content_type) == (status, "application/problem+json")
    assert said["detail"]
    assert await hints(world) == []


@pytest.mark.parametrize(("scope", "status"), [(None, 401), (Scope.read, 403), (Scope.intake, 403)])
async def test_without_the_right_token_nothing_is_taken(world: World, scope: Scope | None, status: int) -> None:
    headers = await token(world, scope) if scope else {}
    async with TestClient(TestServer(create_app(world.deps))) as client:
        answer = await client.post("/api/v1/hints", json={"text": "护栏松了"}, headers=headers)
    assert answer.status == status
