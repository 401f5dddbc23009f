"""Caddy in front: it lets through what the rooms let through, holds nothing up, and lets go of whoever has gone."""

import gzip
import hashlib
import io
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from bot.app import BODY_LIMIT, create_app
from bot.deps import Deps
from handlers.api.warnings import INTAKE_LIMIT
from handlers.console.county import imports
from handlers.console.outlets import imports as outlets
from handlers.h5.uploads import WHOLE
from tests.deadline import becomes
from tests.deploy.behind import LISTENERS, PAGE, behind
from tests.deploy.caddy import FILE, caddy

MIB = 1024 * 1024
WORDS = FILE.read_text(encoding="utf-8")


@dataclass
class Front:
    http: aiohttp.ClientSession
    web: TestServer


@pytest.fixture
async def front(tmp_path: Path) -> AsyncIterator[Front]:
    async with (
        behind() as web,
        caddy(tmp_path, web.port or 0) as base,
        aiohttp.ClientSession(base, auto_decompress=False) as http,
    ):
        await becomes(lambda: _up(http))
        yield Front(http, web)


async def _up(http: aiohttp.ClientSession) -> bool:
    async with http.get("/healthz") as answer:
        return answer.status == 200


async def _taken(http: aiohttp.ClientSession) -> bool:
    async with http.post("/taken", data=b"1") as answer:
        return answer.status == 200


def test_no_room_lets_in_more_than_the_door() -> None:
    (most,) = re.findall(r"max_size (\d+)MiB", WORDS)
    assert int(most) * MIB > max(WHOLE, BODY_LIMIT, INTAKE_LIMIT, imports.LIMIT, outlets.LIMIT)


def test_what_it_asks_for_and_what_it_hides_is_there(deps: Deps) -> None:
    there = {resource.canonical for resource in create_app(deps).router.resources()}
    asked = re.findall(r"health_uri (\S+)", WORDS)
    hidden = [path for path in re.findall(r"@inside path (.+)", WORDS)[0].split() if "*" not in path]
    assert asked == ["/healthz"]
    assert hidden == ["/metrics", "/readyz"]
    assert {*asked, *hidden} <= there


async def test_a_large_form_comes_through_untouched(front: Front) -> None:
    form = bytes(range(256)) * 4 * 1024 * 60
    async with front.http.post("/taken", data=io.BytesIO(form)) as answer:
        assert (await answer.json())["sha256"] == hashlib.sha256(form).hexdigest()


async def test_what_somebody_says_of_their_own_address_is_not_believed(front: Front) -> None:
    async with front.http.post("/taken", data=b"", headers={"X-Forwarded-For": "203.0.113.9"}) as answer:
        assert (await answer.json())["from"] == "127.0.0.1"


async def test_a_live_wire_is_heard_at_once_and_hung_up_when_the_reader_goes(front: Front) -> None:
    listeners = front.web.app[LISTENERS]
    answer = await front.http.get("/wire", headers={"Accept-Encoding": "gzip"})
    assert await answer.content.readline() == b": here\n"
    assert len(listeners) == 1
    answer.close()
    await becomes(lambda: _gone(front))


async def _gone(front: Front) -> bool:
    return not front.web.app[LISTENERS]


async def test_what_is_packed_is_not_packed_again(front: Front) -> None:
    async with front.http.get("/packed", headers={"Accept-Encoding": "gzip, zstd, br"}) as answer:
        assert answer.headers.getall("Content-Encoding") == ["gzip"]
        assert gzip.decompress(await answer.read()).decode() == PAGE
        assert answer.headers.getall("Server") == ["Caddy"]
        assert len(answer.headers.getall("Strict-Transport-Security")) == 1
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("path", ["/metrics", "/readyz", "/metrics/"])
async def test_what_is_for_the_inside_is_not_shown_outside(front: Front, path: str) -> None:
    async with front.http.get(path) as answer:
        assert (answer.status, await answer.read()) == (404, b"")


async def test_of_two_the_one_that_lives_answers(tmp_path: Path) -> None:
    async with (
        behind() as one,
        behind() as other,
        caddy(tmp_path, one.port or 0, other.port or 0) as base,
        aiohttp.ClientSession(base) as http,
    ):
        await becomes(lambda: _up(http))
        await one.close()
        await becomes(lambda: _taken(http))  # an open line to the dead one is noticed by its first use
        for _ in range(4):
            async with http.post("/taken", data=b"1") as answer:
                assert answer.status == 200
