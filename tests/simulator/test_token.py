from bot.simulator.tables import codes
from tests.simulator.sim import Sim


async def test_the_same_token_comes_back_while_it_is_valid(sim: Sim) -> None:
    first = await sim.fetch_token()
    sim.clock.turn(sim.config.token_seconds - 1)
    assert await sim.fetch_token() == first
    sim.clock.turn(1)
    assert await sim.fetch_token() != first


async def test_a_token_says_how_long_it_lasts(sim: Sim) -> None:
    asked = {"corpid": sim.config.corp_id, "corpsecret": sim.config.secret}
    assert (await sim.get("/cgi-bin/gettoken", **asked))["expires_in"] == 7200
    sim.clock.turn(200)
    assert (await sim.get("/cgi-bin/gettoken", **asked))["expires_in"] == 7000


async def test_a_token_that_ran_out_is_refused_before_and_after_the_next_one(sim: Sim) -> None:
    old = await sim.fetch_token()
    sim.clock.turn(sim.config.token_seconds)
    assert (await sim.app())["errcode"] == codes.TOKEN_EXPIRED
    await sim.fetch_token()
    assert (await sim.app())["errcode"] == codes.OK
    sim.token = old
    assert (await sim.app())["errcode"] == codes.TOKEN_EXPIRED


async def test_an_unknown_and_a_missing_token_are_told_apart(sim: Sim) -> None:
    sim.token = "made-up"
    assert (await sim.app())["errcode"] == codes.BAD_TOKEN
    assert (await sim.post("/cgi-bin/message/send", {}))["errcode"] == codes.NO_TOKEN
