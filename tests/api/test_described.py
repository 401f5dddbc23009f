"""What /openapi.json says is held against the application that serves it: no 500, nothing but what is described."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from aiohttp.test_utils import TestServer
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, CheckContext, Response
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from yarl import URL

from bot.access.models import Scope
from bot.access.tokens import add_token
from bot.app import create_app
from tests.world import World


def no_server_error(_: CheckContext, response: Response, case: Case[Any]) -> None:
    """No 5xx but one that the description names: /readyz says 503 where it is not ready."""
    assert response.status_code < 500 or str(response.status_code) in case.operation.definition.raw["responses"]


CHECKS = [
    no_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
SLOWLY = settings(
    max_examples=25,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@dataclass
class Served:
    """A running application, with something to show, and its own description."""

    base: str
    description: dict[str, Any]
    tokens: dict[str, str]
    ids: dict[str, str]


@pytest.fixture
async def served(world: World) -> AsyncIterator[Served]:
    at = world.clock.now()
    async with world.deps.begin() as session:
        tokens = {s.value: await add_token(session, s.value, s, by="test", at=at) for s in Scope}
    got = await world.issue()
    async with TestServer(create_app(world.deps)) as server:
        base = str(server.make_url("")).rstrip("/")
        async with world.http.get(f"{base}/openapi.json") as answer:
            description = await answer.json()
        uid = got.taken[0].alert.uid
        async with world.http.get(
            f"{base}/api/v1/warnings/{uid}", headers={"Authorization": f"Bearer {tokens['read']}"}
        ) as answer:
            sent = (await answer.json())["broadcasts"][0]["id"]
        yield Served(base, description, tokens, {"warnings": uid, "broadcasts": sent})


async def test_every_operation_answers_as_it_is_described(served: Served) -> None:
    called = await asyncio.to_thread(call_all, served)
    assert {("/api/v1/warnings", "POST"), ("/api/v1/warnings", "GET"), ("/healthz", "GET")} <= called
    assert {("/feeds/cap.atom", "GET"), ("/feeds/cap/{identifier}.xml", "GET")} <= called
    described = {(path, method.upper()) for path, told in served.description["paths"].items() for method in told}
    assert called == described


def call_all(served: Served) -> set[tuple[str, str]]:
    """Call every operation with what its description allows, and a few times with ids that exist."""
    schema = schemathesis.openapi.from_dict(served.description)
    called = set()
    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()

        @SLOWLY
        @given(case=operation.as_strategy())
        def call(case: Case[Any]) -> None:
            case.call_and_validate(base_url=served.base, headers=headers(served, case), checks=CHECKS)

        call()
        for kind, known in served.ids.items():
            if operation.path.startswith(f"/api/v1/{kind}/{{id}}"):
                case = operation.Case(path_parameters={"id": known})
                answer = case.call_and_validate(base_url=served.base, headers=headers(served, case), checks=CHECKS)
                assert answer.status_code == 200
        called.add((operation.path, operation.method.upper()))
    return called


def headers(served: Served, case: Case[Any]) -> dict[str, str]:
    """With the token that the operation asks for, where it asks for one."""
    told = served.description["paths"][case.operation.path][case.operation.method.lower()]
    scope = told.get("description", "").rpartition("：")[2]
    return {"Authorization": f"Bearer {served.tokens[scope]}"} if "security" in told else {}


@pytest.mark.parametrize("cursor", ["x", "²", "-1", "9" * 19, "9" * 5000, "1e3", "\u0661"])
@pytest.mark.parametrize("path", ["warnings", "broadcasts/x/deliveries"])
async def test_a_cursor_that_is_none_of_ours_is_refused(served: Served, world: World, path: str, cursor: str) -> None:
    head = {"Authorization": f"Bearer {served.tokens['read']}"}
    where = f"{served.base}/api/v1/{path}"
    async with world.http.get(where, params={"cursor": cursor}, headers=head) as answer:
        assert answer.status == 400
        assert "next" in (await answer.json(content_type=None))["detail"]


@pytest.mark.parametrize("path", ["warnings/%00", "broadcasts/%00", "broadcasts/%00/deliveries", "warnings/%ff"])
async def test_an_id_that_no_database_knows_is_not_found(served: Served, world: World, path: str) -> None:
    head = {"Authorization": f"Bearer {served.tokens['read']}"}
    async with world.http.get(URL(f"{served.base}/api/v1/{path}", encoded=True), headers=head) as answer:
        assert answer.status == 404
