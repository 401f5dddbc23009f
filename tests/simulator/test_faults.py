import asyncio

import aiohttp
import pytest

from tests.simulator.sim import GONE, VILLAGE, Json, Sim, opened


async def test_an_errcode_for_one_robot_once(sim: Sim) -> None:
    await sim.fault(endpoint="robot", target=VILLAGE.upper(), kind="errcode", code=93004, times=1)
    assert [await sim.robot(key=GONE), await sim.robot(), await sim.robot()] == [93000, 93004, 0]
    assert (await sim.counts())["codes"]["robot"] == {"93000": 1, "93004": 1, "0": 1}


async def test_an_errcode_for_whichever_call_names_a_member(sim: Sim) -> None:
    await sim.fault(endpoint="app", target="Wang", kind="errcode", code=-1)
    assert [(await sim.app(to))["errcode"] for to in ("lixiuying", "lixiuying|WANG")] == [0, -1]


async def test_an_error_of_http_and_a_page_that_is_not_json(sim: Sim) -> None:
    await sim.fault(endpoint="robot", kind="http", status=503, times=1)
    await sim.fault(endpoint="robot", kind="not_json", times=1)
    for status in (503, 200):
        async with sim.http.post("/cgi-bin/webhook/send", params={"key": VILLAGE}, json={}) as answer:
            assert (answer.status, answer.content_type) == (status, "text/html")
    assert await sim.robot() == 0
    assert (await sim.counts())["faults"] == {"http": 1, "not_json": 1}


@pytest.mark.parametrize(("kind", "shown"), [("drop_reply", 1), ("close", 0)])
async def test_a_connection_that_closes_without_an_answer(sim: Sim, kind: str, shown: int) -> None:
    await sim.fault(endpoint="*", kind=kind, times=1)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await sim.robot()
    assert len(await sim.texts(f"groups/{VILLAGE}")) == shown
    assert await sim.robot() == 0


async def test_a_call_that_hangs_until_the_faults_are_cleared(sim: Sim) -> None:
    await sim.fault(endpoint="app", kind="timeout", seconds=600)
    await sim.fetch_token()
    call = asyncio.create_task(sim.app("wang"))
    while not (await sim.counts())["faults"]:
        assert not call.done()
    await sim.well_again()
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await call
    assert await sim.texts("phones/wang") == []


async def test_a_time_out_ends_by_itself(sim: Sim) -> None:
    await sim.fault(endpoint="robot", kind="timeout", seconds=0.01)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await sim.robot()


async def test_latency_takes_real_time_and_no_time_of_the_rules(sim: Sim) -> None:
    await sim.fault(kind="latency", seconds=0.02)
    await sim.fault(kind="latency", seconds=0, tail_seconds=0.02, tail_share=1)
    loop = asyncio.get_running_loop()
    start, turned = loop.time(), sim.clock.monotonic()
    assert await sim.robot() == 0
    assert loop.time() - start >= 0.035
    assert sim.clock.monotonic() == turned


async def test_latency_from_the_config() -> None:
    async with opened(latency_ms=20.0) as sim:
        start = asyncio.get_running_loop().time()
        assert await sim.robot() == 0
        assert asyncio.get_running_loop().time() - start >= 0.018


async def test_a_share_of_the_calls(sim: Sim) -> None:
    await sim.fault(endpoint="robot", kind="errcode", code=-1, share=0.5)
    codes = [await sim.robot() for _ in range(30)]
    assert 5 <= codes.count(-1) <= 25
    await sim.well_again()
    await sim.fault(endpoint="robot", kind="errcode", code=-1, share=0)
    sim.clock.turn(120)
    assert await sim.robot() == 0


async def test_faults_are_listed_and_cleared(sim: Sim) -> None:
    await sim.fault(endpoint="token", kind="errcode", code=40001, times=3)
    await sim.get("/cgi-bin/gettoken")
    [fault] = (await sim.get("/_sim/faults"))["items"]
    assert (fault["kind"], fault["code"], fault["times"], fault["struck"]) == ("errcode", 40001, 2, 1)
    await sim.well_again()
    assert (await sim.get("/_sim/faults"))["items"] == []


@pytest.mark.parametrize(
    ("fault", "field"),
    [
        ({}, "kind"),
        ({"kind": "flood"}, "kind"),
        ({"kind": "close", "endpoint": "pigeon"}, "endpoint"),
        ({"kind": "close", "target": 1}, "target"),
        ({"kind": "close", "share": 2}, "share"),
        ({"kind": "close", "times": 0}, "times"),
        ({"kind": "close", "code": 1.5}, "code"),
        ({"kind": "timeout", "seconds": "long"}, "seconds"),
        ({"kind": "close", "colour": "red"}, "colour"),
    ],
)
async def test_a_fault_that_cannot_be_read_names_its_field(sim: Sim, fault: Json, field: str) -> None:
    async with sim.http.post("/_sim/faults", json=fault) as answer:
        assert (answer.status, answer.content_type) == (400, "application/problem+json")
        assert (await answer.json())["detail"].startswith(field)
    assert (await sim.get("/_sim/faults"))["items"] == []
