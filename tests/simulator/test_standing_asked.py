"""What a product may ask about its own standing: the application, from where it is called, the templates, the date."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import pytest

from bot.simulator.config import WARNING
from tests.simulator.product import Product
from tests.simulator.sim import Sim

ASKED = ("agent/get", "getcallbackip")


async def test_an_application_says_how_it_stands(sim: Sim) -> None:
    await sim.post("/_sim/standing", {"trusted_domains": ["warn.example.invalid"]})
    await sim.fetch_token()
    mine = await sim.get("/cgi-bin/agent/get", access_token=sim.token, agentid=str(sim.config.agent_id))
    assert (mine["errcode"], mine["close"], mine["redirect_domain"]) == (0, 0, "warn.example.invalid")
    assert (await sim.get("/cgi-bin/getcallbackip", access_token=sim.token))["ip_list"] == ["127.0.0.1"]
    await sim.post("/_sim/standing", {"wecom": {"disabled": True}})
    off = await sim.get("/cgi-bin/agent/get", access_token=sim.token, agentid=str(sim.config.agent_id))
    assert (off["errcode"], off["close"]) == (0, 1)
    assert (await sim.get("/cgi-bin/getcallbackip", access_token=sim.token))["errcode"] == 50003


@pytest.mark.parametrize("path", ASKED)
async def test_without_a_token_or_from_elsewhere_nothing_is_said(sim: Sim, path: str) -> None:
    assert (await sim.get(f"/cgi-bin/{path}"))["errcode"] == 41001
    await sim.fetch_token()
    await sim.post("/_sim/standing", {"wecom": {"trusted": ["203.0.113.9"]}})
    refused = await sim.get(f"/cgi-bin/{path}", access_token=sim.token)
    assert refused["errcode"] == 60020
    assert "from ip: 127.0.0.1" in refused["errmsg"]


async def test_an_account_lists_its_templates_until_one_is_withdrawn(sim: Sim) -> None:
    path = "/cgi-bin/template/get_all_private_template"
    await sim.fetch_account_token()
    (row,) = (await sim.get(path, access_token=sim.account_token))["template_list"]
    assert (row["template_id"], row["title"]) == (WARNING.id, WARNING.title)
    assert "{{thing1.DATA}}" in row["content"]
    await sim.post("/_sim/standing", {"no_templates": [WARNING.id]})
    assert (await sim.get(path, access_token=sim.account_token))["template_list"] == []


async def test_every_answer_has_the_stand_ins_date_and_a_fault_sets_it_forward(sim: Sim) -> None:
    async def date() -> datetime:
        async with sim.http.get("/cgi-bin/gettoken") as answer:
            return parsedate_to_datetime(answer.headers["Date"]).astimezone(UTC)

    assert await date() == sim.clock.now().replace(microsecond=0)
    await sim.fault(kind="date", seconds=90)
    assert (await date() - sim.clock.now()).total_seconds() == pytest.approx(90, abs=1)
    await sim.well_again()
    sim.clock.turn(60)
    assert await date() == sim.clock.now().replace(microsecond=0)


async def test_the_platform_tells_that_it_will_switch_us_off(heard: Sim, product: Product) -> None:
    told = await heard.post("/_sim/events", {"event": "inactive_alert", "effect_time": 1784512800})
    assert told["callback"]["delivered"]
    assert product.heard[-1]["Event"] == "inactive_alert"
    for wrong in ({"event": "subscribe"}, {"event": "low_active", "effect_time": "soon"}):
        async with heard.http.post("/_sim/events", json=wrong) as answer:
            assert answer.status == 400
