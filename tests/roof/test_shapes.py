"""The machine API answers what its description says, on a world in which something happened."""

from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from pydantic import TypeAdapter

from bot.access.models import Scope
from bot.access.tokens import add_token
from bot.app import create_app
from handlers.api.openapi import operations
from tests.world import World


async def token(world: World, scope: Scope) -> dict[str, str]:
    async with world.deps.begin() as session:
        made = await add_token(session, scope.value, scope, by="cli", at=world.clock.now())
    return {"Authorization": f"Bearer {made}"}


def model(app: web.Application, method: str, path: str, status: int) -> TypeAdapter[Any]:
    told = next(t for m, p, t in operations(app) if (m, p) == (method, path))
    return TypeAdapter(told.answers[status].model)


async def test_every_answer_has_the_shape_that_is_described(world: World) -> None:
    await world.issue()
    app = create_app(world.deps)
    headers = await token(world, Scope.read)
    async with TestClient(TestServer(app)) as client:

        async def get(path: str, **ids: str) -> Any:
            answer = await client.get(path.format(**ids), headers=headers)
            assert answer.status == 200
            body = await answer.json()
            model(app, "get", path, 200).validate_python(body)
            return body

        page = await get("/api/v1/warnings")
        one = await get("/api/v1/warnings/{id}", id=page["items"][0]["id"])
        sent = await get("/api/v1/broadcasts/{id}", id=one["broadcasts"][-1]["id"])
        copies = await get("/api/v1/broadcasts/{id}/deliveries", id=sent["id"])
    assert len(copies["items"]) == sent["targets"] > 0


async def test_what_cannot_be_read_is_answered_as_described(world: World) -> None:
    app = create_app(world.deps)
    headers = await token(world, Scope.intake) | {"Content-Type": "application/xml"}
    async with TestClient(TestServer(app)) as client:
        answer = await client.post("/api/v1/warnings", data=b"<alert", headers=headers)
        body = await answer.json(content_type=None)
    assert answer.status == 422
    model(app, "post", "/api/v1/warnings", 422).validate_python(body)


@pytest.mark.parametrize(("scope", "status"), [(None, 401), (Scope.read, 403)])
async def test_without_the_right_token_nothing_is_taken(world: World, scope: Scope | None, status: int) -> None:
    headers = await token(world, scope) if scope else {}
    async with TestClient(TestServer(create_app(world.deps))) as client:
        answer = await client.post("/api/v1/warnings", data=b"{}", headers=headers)
        body = await answer.json(content_type=None)
    assert (answer.status, answer.content_type, body["status"]) == (status, "application/problem+json", status)
    assert ("WWW-Authenticate" in answer.headers) == (status == 401)
