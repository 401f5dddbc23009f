"""The machine's door: what it takes, what it answers, and what it keeps of what it refuses."""

import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from sqlmodel import col, select

from bot.access.models import Scope
from bot.access.tokens import add_token
from bot.app import create_app
from bot.demo.samples.read import identifier, sample
from bot.directory.models import Person
from broadcasts.answers.acknowledge import acknowledge
from broadcasts.answers.models import How, Said
from broadcasts.dispatch.states import Road
from broadcasts.release.models import Unread
from tests.stories.test_relay import add_groups, tasks
from tests.world import World

RED = {"colour": "Red", "zh": "红色", "verb": "发布", "type": "Alert", "references": "<references/>"}


@dataclass
class Machine:
    world: World
    client: Any
    tokens: dict[str, str]

    def national(self, **more: str) -> bytes:
        now = self.world.clock.now()
        return sample("national.xml", now, self.world.deps.settings.zone, **{**RED, **more})

    async def post(self, body: bytes, kind: str = "application/xml", token: str = "intake") -> tuple[int, Any]:
        headers = {"Content-Type": kind, "Authorization": f"Bearer {self.tokens[token]}"}
        async with self.client.post("/api/v1/warnings", data=io.BytesIO(body), headers=headers) as answer:
            return answer.status, await answer.json(content_type=None)

    async def get(self, path: str) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self.tokens['read']}"}
        async with self.client.get(path, headers=headers) as answer:
            return answer.status, await answer.json(content_type=None)


@pytest.fixture
async def machine(world: World) -> AsyncIterator[Machine]:
    at = world.clock.now()
    async with world.deps.begin() as session:
        tokens = {s.value: await add_token(session, s.value, s, by="test", at=at) for s in (Scope.intake, Scope.read)}
    async with TestClient(TestServer(create_app(world.deps))) as client:
        yield Machine(world, client, {**tokens, "none": "st_nothing"})


async def test_new_known_and_contradicted(machine: Machine) -> None:
    raw, name = machine.national(), identifier(machine.world.clock.now(), machine.world.deps.settings.zone)
    status, body = await machine.post(raw)
    assert (status, body["identifier"], body["status"]) == (201, name, "issued")
    assert await machine.post(raw) == (200, body)
    status, problem = await machine.post(machine.national(colour="Orange"))
    assert (status, problem["fields"], problem["id"]) == (409, ["颜色"], body["id"])
    assert (await machine.post(machine.national(colour="Orange")))[0] == 409  # again: kept once, rung for once
    await machine.world.work()
    assert len(await machine.world.phone("li")) == 1
    assert len([text for text in await machine.world.phone("liu") if "两个来源说法不同" in text]) == 1


async def test_an_update_ends_what_it_replaces(machine: Machine) -> None:
    name = identifier(machine.world.clock.now(), machine.world.deps.settings.zone)
    _, first = await machine.post(machine.national())
    await machine.world.forward(minutes=1)
    _, second = await machine.post(
        machine.national(colour="Orange", zh="橙色", type="Update", references=f"<references>{name}</references>")
    )
    assert second["status"] == "issued"
    _, shown = await machine.get(f"/api/v1/warnings/{first['id']}")
    assert (shown["status"], shown["replaced_by"]) == ("ended", second["id"])
    _, listed = await machine.get("/api/v1/warnings?status=issued")
    assert [item["id"] for item in listed["items"]] == [second["id"]]
    assert listed["next"] is None


async def test_the_counts_of_a_sending_add_up(machine: Machine) -> None:
    _, body = await machine.post(machine.national())
    _, alert = await machine.get(f"/api/v1/warnings/{body['id']}")
    (sent,) = alert["broadcasts"]
    _, before = await machine.get(f"/api/v1/broadcasts/{sent['id']}")
    assert (before["targets"], before["queued"], before["finished_at"]) == (10, 10, None)
    await machine.world.work()
    _, after = await machine.get(f"/api/v1/broadcasts/{sent['id']}")
    states = ("queued", "sending", "sent", "delivered", "failed", "unknown", "skipped")
    assert sum(after[state] for state in states) == after["targets"] == after["sent"] == 10
    assert (after["people"], after["answered"], after["alert_id"]) == (6, 0, body["id"])
    assert sum(c["targets"] for c in after["by_area"].values()) == 10
    assert set(after["by_area"]) == {"529926000000", "529926101000", "529926102000"}
    assert {name: c["sent"] for name, c in after["by_channel"].items()} == {"wecom_robot": 4, "wecom_app": 6}
    _, page = await machine.get(f"/api/v1/broadcasts/{sent['id']}/deliveries?state=sent")
    assert len(page["items"]) == 10
    assert {item["target"]["name"] for item in page["items"]} >= {"李秀英", "柳湾村群"}


async def test_what_is_stale_is_held_and_what_is_over_is_stored(machine: Machine) -> None:
    now, zone = machine.world.clock.now(), machine.world.deps.settings.zone
    stale = sample("rain.json", now - timedelta(hours=2, minutes=30), zone)
    assert (await machine.post(stale, "application/json"))[1]["status"] == "held"
    over = sample("lightning.json", now - timedelta(hours=13), zone)
    assert (await machine.post(over, "application/json"))[1]["status"] == "stored"


async def test_an_envelope_answers_with_each(machine: Machine) -> None:
    now, zone = machine.world.clock.now(), machine.world.deps.settings.zone
    cap = sample("cap.xml", now, zone).split(b"?>", 1)[1]
    entry = b'<entry><id>1</id><content type="text/xml">%s</content></entry>'
    feed = b'<feed xmlns="http://www.w3.org/2005/Atom">%s</feed>' % entry
    status, body = await machine.post(feed % cap, "application/atom+xml")
    assert status == 201
    assert [a["status"] for a in body["alerts"]] == ["issued"]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"<alert", "application/xml", 422),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><alert>&b;</alert>', "application/xml", 422),
        (b"{}", "application/json", 422),
        (b"not json", "application/json", 422),
        (b"\xff\xfe\x00", "application/xml", 422),
        (b"", "application/xml", 422),
        (b"<alert/>", "text/plain", 415),
        (b"x" * (1536 * 1024 + 1), "application/xml", 413),
    ],
)
async def test_what_cannot_be_read_is_refused_kept_and_rung_for(
    machine: Machine, body: bytes, kind: str, status: int
) -> None:
    got, problem = await machine.post(body, kind)
    assert (got, problem["status"]) == (status, status)
    async with machine.world.deps.read() as session:
        kept = [u.raw for u in (await session.execute(select(Unread))).scalars()]
    if status != 422:
        assert kept == []
        return
    assert kept == [body]
    assert all(e["message"] for e in problem["errors"])
    await machine.world.work()
    assert (await machine.world.phone("liu"))[0].startswith("请处理 收到的内容读不懂")


async def test_who_may_not_is_told_so(machine: Machine) -> None:
    raw = machine.national()
    assert (await machine.post(raw, token="none"))[0] == 401
    assert (await machine.post(raw, token="read"))[0] == 403
    async with machine.client.post("/api/v1/warnings", data=raw) as answer:
        assert answer.status == 401
        assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert (await machine.get("/api/v1/warnings/nothing"))[0] == 404
    assert (await machine.get("/api/v1/broadcasts/nothing"))[0] == 404


async def test_a_copy_that_goes_by_hand_says_that_it_was_forwarded(machine: Machine) -> None:
    world = machine.world
    await add_groups(world, 上坪微信群="上坪村", 上坪妇女群="上坪村")
    got = await world.issue()
    task = next(t for t in await tasks(world, "周秀兰") if t.group == "上坪微信群")
    async with world.deps.begin() as session:
        person = (await session.execute(select(Person).where(col(Person.name) == "周秀兰"))).scalar_one()
        await acknowledge(
            session, person_id=person.id, broadcasts=[task.broadcast_id], said=Said.relayed, how=How.h5,
            by="person:x", source=f"relay:{task.delivery_id}", road=Road.live, at=world.clock.now(),
            group_id=task.group_id,
        )  # fmt: skip
    _, alert = await machine.get(f"/api/v1/warnings/{got.taken[0].alert.uid}")
    _, page = await machine.get(f"/api/v1/broadcasts/{alert['broadcasts'][-1]['id']}/deliveries")
    answers = {c["target"]["name"]: c["answer"] for c in page["items"] if c["channel"] == "relay"}
    assert answers == {"上坪微信群": "relayed", "上坪妇女群": None}
