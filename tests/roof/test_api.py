"""The machine's side of the web process: problem details, health, and a description that is true."""

import io
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from bot.app import BODY_LIMIT, create_app
from bot.clock import TurnedClock
from bot.deps import DEPS, Deps
from bot.directory.models import Area, Group, Robot
from bot.errors import Conflict, NotFound, SignalTreeError
from bot.leases.models import Lease
from handlers.api.describe import description
from handlers.api.openapi import document
from handlers.api.problems import MEDIA_TYPE, problems

Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def client(deps: Deps) -> AsyncIterator[Client]:
    async with TestClient(TestServer(create_app(deps))) as made:
        yield made


async def refused(response: ClientResponse, status: int) -> dict[str, Any]:
    assert response.status == status
    assert response.content_type == MEDIA_TYPE
    body: dict[str, Any] = await response.json(content_type=MEDIA_TYPE)
    assert body["status"] == status
    assert any("\u4e00" <= letter <= "\u9fff" for letter in body["title"] + body["detail"])
    return body


async def test_what_is_not_there_and_what_is_not_allowed_are_problems(client: Client) -> None:
    await refused(await client.get("/api/v1/nothing"), 404)
    response = await client.delete("/api/v1/warnings")
    await refused(response, 405)
    assert "POST" in response.headers["Allow"]


class Unfit(SignalTreeError):
    """不合适。"""

    errors: list[dict[str, str]] = [{"path": "/a", "message": "缺少"}]  # noqa: RUF012


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (NotFound("甲"), 404, "没有找到。 甲"),
        (Conflict(), 409, "与已有的内容冲突。"),
        (Unfit(), 422, "不合适。"),
        (web.HTTPUnsupportedMediaType(), 415, ""),
        (web.HTTPForbidden(text="只能看本镇"), 403, "只能看本镇"),
        (web.HTTPRequestEntityTooLarge(max_size=1, actual_size=2), 413, ""),
        (ZeroDivisionError(), 500, "已记入日志。"),
    ],
)
async def test_every_error_of_a_handler_is_a_problem(
    error: Exception, status: int, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def raises(_: web.Request) -> web.Response:
        raise error

    app = web.Application(middlewares=[problems])
    app.router.add_get("/api/x", raises)
    async with TestClient(TestServer(app)) as client:
        body = await refused(await client.get("/api/x"), status)
    assert said in body["detail"]
    assert ("errors" in body) == isinstance(error, Unfit)
    assert ("ZeroDivisionError" in caplog.text) == (status == 500)


async def test_a_page_for_people_keeps_its_own_errors(client: Client) -> None:
    response = await client.get("/nothing")
    assert (response.status, response.content_type != MEDIA_TYPE) == (404, True)


async def test_a_body_past_the_limit_is_refused(client: Client) -> None:
    body = io.BytesIO(b"x" * (BODY_LIMIT + 1))
    response = await client.post("/api/v1/warnings", data=body, headers={"Content-Type": "application/xml"})
    assert response.status in {401, 413}
    await refused(response, response.status)


async def test_alive_says_nothing_of_the_rest(client: Client) -> None:
    response = await client.get("/healthz")
    assert (response.status, await response.json()) == (200, {"status": "ok"})


async def beat(deps: Deps, renewal: int, slot: str = "worker-0") -> None:
    async with deps.begin() as session:
        await session.merge(Lease(slot=slot, owner=slot, epoch=1, renewal=renewal))


async def test_ready_when_the_worker_moves_and_a_road_is_open(client: Client, deps: Deps, clock: TurnedClock) -> None:
    response = await client.get("/readyz")
    said = await response.json()
    assert (response.status, said["database"], said["worker"]) == (503, "ok", "发送进程没有动静")
    await beat(deps, 1)
    async with deps.begin() as session:
        session.add(Area(id=1, uid="a", code="1", name="甲县", level="县", path="/1/", depth=0))
        await session.flush()
        session.add(Group(id=1, uid="g", key="g", name="甲群", kind="村群", area_id=1))
        await session.flush()
        session.add(Robot(group_id=1, sealed=b"x", digest="d"))
    assert (await client.get("/readyz")).status == 503  # a number that stands there may be of last week
    await beat(deps, 2)
    assert await (await client.get("/readyz")).json() == {
        "ready": True,
        "database": "ok",
        "worker": "ok",
        "channels": "ok",
    }
    clock.turn(11)
    assert (await client.get("/readyz")).status == 503


async def test_one_worker_that_lives_is_enough(client: Client, deps: Deps) -> None:
    await beat(deps, 1, "worker-0")  # it died
    await beat(deps, 1, "worker-1")
    await client.get("/readyz")
    await beat(deps, 2, "worker-1")
    assert (await (await client.get("/readyz")).json())["worker"] == "ok"
    assert "signaltree_worker_alive 1.0" in await (await client.get("/metrics")).text()


async def test_metrics_name_what_a_monitor_asks(client: Client) -> None:
    response = await client.get("/metrics")
    text = await response.text()
    assert response.content_type == "text/plain"
    assert 'signaltree_queue_batches{state="queued"} 0.0' in text
    assert "signaltree_ticks_failed" in text


async def test_the_description_is_valid_and_whole(client: Client, deps: Deps) -> None:
    told = await (await client.get("/openapi.json")).json()
    assert told["openapi"].startswith("3.1")
    ids = [o["operationId"] for path in told["paths"].values() for o in path.values()]
    assert len(ids) == len(set(ids))
    refs = {r.rsplit("/", 1)[1] for r in _refs(told)}
    assert refs <= set(told["components"]["schemas"])
    silent = [
        (route.method, route.resource.canonical)
        for route in create_app(deps).router.routes()
        if route.resource
        and route.resource.canonical.startswith("/api/")
        and route.method != "HEAD"
        and description(route.handler) is None
    ]
    assert silent == []


def _refs(part: object) -> list[str]:
    if isinstance(part, dict):
        own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        return own + [ref for value in part.values() for ref in _refs(value)]
    return [ref for value in part for ref in _refs(value)] if isinstance(part, list) else []


async def test_the_description_is_read_by_a_tool_that_knows_the_standard(deps: Deps) -> None:
    schemathesis = pytest.importorskip("schemathesis")
    app = create_app(deps)
    schema = schemathesis.openapi.from_dict(document(app))
    assert sum(1 for _ in schema.get_all_operations()) == sum(len(p) for p in document(app)["paths"].values())


async def test_the_page_for_programmers_needs_no_other_host(client: Client) -> None:
    response = await client.get("/docs")
    page = await response.text()
    assert response.status == 200
    assert "/readyz" in page
    assert "<script" not in page
    assert "http://" not in page
    assert "https://" not in page


def test_deps_are_set_before_the_start(deps: Deps) -> None:
    assert create_app(deps)[DEPS] is deps
