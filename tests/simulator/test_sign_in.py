"""Web sign-in on both platforms: who opened the page, by a code that is good once."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.simulator.sim import CONFIG, Json, Sim, opened

BACK = "https://county.example/h5/in?next=1"


async def ask(
    sim: Sim, appid: str = CONFIG.corp_id, who: str = "", status: int = 302, cookie: str = "", **more: str
) -> dict[str, list[str]]:
    """The query with which the browser comes back; empty when it does not."""
    asked = {
        "appid": appid,
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": "snsapi_base",
        "state": "abc123",
        "as": who,
        **more,
    }
    headers = {"Cookie": cookie} if cookie else {}
    async with sim.http.get(
        "/connect/oauth2/authorize", params=asked, headers=headers, allow_redirects=False
    ) as answer:
        assert answer.status == status, await answer.text()
        return parse_qs(urlsplit(answer.headers.get("Location", "")).query)


async def member(sim: Sim, code: str) -> Json:
    token = sim.token or await sim.fetch_token()
    return await sim.get("/cgi-bin/auth/getuserinfo", access_token=token, code=code)


async def follower(sim: Sim, code: str, secret: str = CONFIG.account_secret) -> Json:
    asked = {"appid": CONFIG.app_id, "secret": secret, "grant_type": "authorization_code", "code": code}
    return await sim.get("/sns/oauth2/access_token", **asked)


async def test_a_member_is_known_by_a_code_once(sim: Sim) -> None:
    back = await ask(sim, who="LIXIUYING")
    assert (back["next"], back["state"]) == (["1"], ["abc123"])
    assert (await member(sim, back["code"][0]))["userid"] == "LiXiuying"
    assert (await member(sim, back["code"][0]))["errcode"] == 40029


async def test_a_follower_is_known_by_a_code_once(sim: Sim) -> None:
    code = (await ask(sim, CONFIG.app_id, who="o-he"))["code"][0]
    said = await follower(sim, code)
    assert (said["openid"], said["scope"], "is_snapshotuser" in said) == ("o-he", "snsapi_base", False)
    assert (await follower(sim, code))["errcode"] == 40163


@pytest.mark.parametrize(("who", "more"), [("o-he", {"snapshot": "1"}), ("o-luo", {})])
async def test_a_snapshots_reader_is_marked(sim: Sim, who: str, more: dict[str, str]) -> None:
    code = (await ask(sim, CONFIG.app_id, who, 302, "", **more))["code"][0]
    assert (await follower(sim, code))["is_snapshotuser"] == 1


async def test_who_left_the_address_book_is_no_member(sim: Sim) -> None:
    said = await member(sim, (await ask(sim, who="chen"))["code"][0])
    assert ("userid" in said, said["external_userid"]) == (False, "wm-chen")


async def test_a_code_lasts_five_minutes_on_its_own_platform(sim: Sim) -> None:
    code = (await ask(sim, CONFIG.app_id, who="o-he"))["code"][0]
    assert (await member(sim, code))["errcode"] == 40029
    sim.clock.turn(300)
    assert (await follower(sim, code))["errcode"] == 40029
    assert (await follower(sim, ""))["errcode"] == 41008
    assert (await member(sim, ""))["errcode"] == 41008
    assert (await follower(sim, code, secret="wrong"))["errcode"] == 40001


@pytest.mark.parametrize(
    "more",
    [
        {"appid": "wx0"},
        {"redirect_uri": "county.example"},
        {"redirect_uri": "javascript:alert(1)"},
        {"response_type": "token"},
        {"scope": "all"},
        {"state": "a-b"},
        {"state": "a" * 129},
    ],
)
async def test_a_question_that_is_not_well_put_is_refused(sim: Sim, more: dict[str, str]) -> None:
    asked = {"appid": CONFIG.corp_id, **more}
    assert await ask(sim, asked.pop("appid"), "wang", 400, "", **asked) == {}


async def test_only_trusted_domains_are_led_back_to() -> None:
    async with opened(trusted_domains=("county.example",)) as sim:
        assert (await ask(sim, who="wang"))["code"]
        await sim.post("/_sim/standing", {"trusted_domains": ["other.example"]})
        assert await ask(sim, status=400, who="wang") == {}
        asked = {"appid": CONFIG.corp_id, "redirect_uri": BACK, "response_type": "code", "scope": "snsapi_base"}
        async with sim.http.get("/connect/oauth2/authorize", params=asked) as answer:
            assert "50001" in await answer.text()


async def test_in_any_other_browser_a_person_picks_the_phone(sim: Sim) -> None:
    asked = {"appid": CONFIG.app_id, "redirect_uri": BACK, "response_type": "code", "scope": "snsapi_base", "q": "何"}
    async with sim.http.get("/connect/oauth2/authorize", params=asked) as answer:
        page = await answer.text()
    assert "as=o-he" in page
    assert "o-qian" not in page
    assert "李秀英" not in page


async def test_the_phone_that_opens_a_link_is_known_and_the_one_before_forgotten() -> None:
    async with opened(reader_cookies=(("reader", "/h5"),), browser_mark="by") as sim:
        await sim.app("wang", "请看 https://county.example/a?x=1。还有 https://county.example/b")
        done = await sim.act("wang", "open", link=1)
        assert done["link"] == "https://county.example/b"
        async with sim.http.get(done["browse"], allow_redirects=False) as answer:
            assert answer.headers["Location"] == "https://county.example/a?x=1&by=wecom"
            cookies = answer.headers.getall("Set-Cookie")
        assert any(cookie.startswith("simulator_phone=wang") and "Path=/connect" in cookie for cookie in cookies)
        assert any(cookie.startswith('reader=""') and "Path=/h5" in cookie for cookie in cookies)
        code = (await ask(sim, cookie="simulator_phone=wang"))["code"][0]
        assert (await member(sim, code))["userid"] == "wang"
