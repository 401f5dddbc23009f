"""What the official account does when all is well: tokens, templates, answers in the window, posters, who follows."""

import pytest

from bot.simulator.contents.template_fields import fits
from bot.simulator.tables.limits_account import MINUTES, QUOTAS
from bot.simulator.world.quotas import Quotas
from tests.simulator.product import Product
from tests.simulator.sim import FIELDS, JPEG, Sim, opened

TOO_MUCH = b"#!AMR" + bytes(2 * 1024 * 1024)


async def test_the_stable_token_stays_until_five_minutes_before_its_end(sim: Sim) -> None:
    first = await sim.fetch_account_token()
    sim.clock.turn(7200 - 301)
    assert await sim.fetch_account_token() == first
    sim.clock.turn(1)
    second = await sim.fetch_account_token()
    assert second != first
    for token, code in ((first, 0), (second, 0)):
        sim.account_token = token
        assert (await sim.template())["errcode"] == code
    sim.clock.turn(300)
    sim.account_token = first
    assert (await sim.template())["errcode"] == 42001


async def test_a_forced_token_voids_the_one_before_twenty_times_a_day_half_a_minute_apart(sim: Sim) -> None:
    first = await sim.fetch_account_token()
    for _ in range(20):
        sim.clock.turn(30)
        assert await sim.fetch_account_token(force_refresh=True) not in {"", first}
    sim.account_token = first
    assert (await sim.template())["errcode"] == 40001
    said = [await _forced(sim), await _forced(sim, 31)]
    assert said == [45011, 45009]


async def _forced(sim: Sim, seconds: float = 0) -> int:
    sim.clock.turn(seconds)
    asked = {"appid": sim.config.app_id, "secret": sim.config.account_secret, "force_refresh": True}
    code: int = (await sim.post("/cgi-bin/stable_token", {"grant_type": "client_credential", **asked}))["errcode"]
    return code


async def test_the_old_token_is_another_kind_and_ends_five_minutes_after_the_next(sim: Sim) -> None:
    stable = await sim.fetch_account_token()
    asked = {"grant_type": "client_credential", "appid": sim.config.app_id, "secret": sim.config.account_secret}
    first = (await sim.get("/cgi-bin/token", **asked))["access_token"]
    await sim.get("/cgi-bin/token", **asked)
    sim.clock.turn(300)
    for token, code in ((first, 42001), (stable, 0), ("made-up", 40014), ("", 41001)):
        answer = await sim.post("/cgi-bin/message/template/send", {"touser": "o-he"}, access_token=token)
        assert answer["errcode"] == (code or 40037)


async def test_a_platform_may_end_tokens_early_and_one_is_no_good_at_the_other(sim: Sim) -> None:
    await sim.fetch_token()
    await sim.fetch_account_token()
    for token, path, code in (
        (sim.account_token, "/cgi-bin/message/send", 40014),
        (sim.token, "/cgi-bin/message/template/send", 40014),
    ):
        assert (await sim.post(path, {}, access_token=token))["errcode"] == code
    await sim.post("/_sim/standing", {"void_tokens": ["wecom", "oa"]})
    assert ((await sim.app())["errcode"], (await sim.template())["errcode"]) == (42001, 40001)


async def test_a_minute_holds_ten_thousand_tokens_and_a_day_has_its_own_count() -> None:
    quotas, minute = Quotas((("stable_token", 3),)), MINUTES["stable_token"]
    assert [quotas.spend(minute, 120.0 + n / 1000) for n in range(10_001)].count(False) == 1
    assert quotas.spend(minute, 180.0)
    assert [quotas.spend(QUOTAS["stable_token"], 120.0) for _ in range(4)] == [True, True, True, False]


async def test_a_template_message_is_a_pointer_and_reports_its_arrival(heard: Sim, product: Product) -> None:
    said = await heard.template()
    await heard.post("/_sim/callbacks/settle", {})
    phone = await heard.phone("o-he")
    assert phone["messages"][-1]["text"].splitlines() == [
        "预警：红色暴雨",
        "地点：青崖县",
        "发布：2026年7月12日 02:38",
        "有效期：今天早上05:38前",
    ]
    assert phone["messages"][-1]["links"] == ["https://county.example/a"]
    [event] = product.heard
    assert (event["Event"], event["Status"], event["MsgID"]) == (
        "TEMPLATESENDJOBFINISH",
        "success",
        str(said["msgid"]),
    )


async def test_who_refuses_gets_nothing_and_the_report_says_so(heard: Sim, product: Product) -> None:
    assert (await heard.template("o-tang"))["errcode"] == 0
    await heard.post("/_sim/callbacks/settle", {})
    assert (await heard.phone("o-tang"))["received"] == 0
    assert product.heard[-1]["Status"] == "failed:user block"


async def test_the_same_client_msg_id_is_sent_once_in_ten_minutes(sim: Sim) -> None:
    first, second = [await sim.template(client_msg_id="a") for _ in range(2)]
    assert first == second
    await sim.template(client_msg_id="b")
    await sim.template("o-luo", client_msg_id="a")
    assert (await sim.phone("o-he"))["received"] == 2
    sim.clock.turn(600)
    assert (await sim.template(client_msg_id="a"))["msgid"] != first["msgid"]


@pytest.mark.parametrize(
    ("field", "value", "verdict"),
    [
        ("thing1", "雨" * 20, True),
        ("thing1", "雨" * 21, False),
        ("thing1", "", False),
        ("thing1", "两\n行", False),
        ("character_string2", "A" * 32, True),
        ("character_string2", "红", False),
        ("phrase3", "红色预警中", True),
        ("phrase3", "红色预警信号", False),
        ("phrase3", "red", False),
        ("number4", "1" * 33, False),
        ("number4", "12.5", True),
        ("time5", "02:38", True),
        ("time5", "2026年7月12日 02:38", True),
        ("time5", "2026年7月12日 02:38~2026年7月12日 05:38", True),
        ("time5", "凌晨两点", False),
        ("date6", "2026-07-12", True),
        ("date6", "02:38", False),
        ("symbol7", "！！", True),
        ("symbol7", "！！！！！！", False),
        ("name8", "雨" * 11, False),
        ("name8", "a" * 20, True),
        ("phone_number9", "000-0000", True),
        ("phone_number9", "1" * 18, False),
        ("poem1", "雨", False),
    ],
)
async def test_fields(field: str, value: str, verdict: bool) -> None:
    assert fits(field, value) is verdict


async def test_a_field_that_is_too_long_is_named(sim: Sim) -> None:
    answer = await sim.template(data=FIELDS | {"thing2": "雨" * 21})
    assert (answer["errcode"], "data.thing2.value" in answer["errmsg"]) == (47003, True)


async def test_a_message_opens_the_window_for_five_answers_in_48_hours(sim: Sim) -> None:
    assert await sim.custom() == 45015
    await sim.act("o-he", "say", text="1")
    assert [await sim.custom() for _ in range(3)] == [0] * 3
    await sim.act("o-he", "say", text="2")
    assert [await sim.custom() for _ in range(6)] == [0] * 5 + [45047]
    sim.clock.turn(48 * 3600)
    await sim.fetch_account_token()
    assert await sim.custom() == 45015
    assert (await sim.phone("o-he"))["messages"][-1]["text"] == "收到了"


@pytest.mark.parametrize("act", ["follow", "menu", "scan"])
async def test_following_a_menu_and_a_scan_open_it_for_three_in_a_minute(sim: Sim, act: str) -> None:
    menu = {"button": [{"type": "click", "name": "预警", "key": "now"}]}
    assert (await sim.account("menu/create", menu))["errcode"] == 0
    await sim.account(
        "qrcode/create", {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": "v"}}}
    )
    who = "o-qian" if act == "follow" else "o-he"
    await sim.act(who, act, key="now", scene="v")
    assert [await sim.custom(who) for _ in range(4)] == [0] * 3 + [45047]
    sim.clock.turn(60)
    assert await sim.custom(who) == 45015


async def test_a_poster_is_found_by_its_scene_until_it_runs_out(sim: Sim) -> None:
    for action, more in (("QR_LIMIT_STR_SCENE", {}), ("QR_STR_SCENE", {"expire_seconds": 600})):
        info = {"action_info": {"scene": {"scene_str": action}}}
        said = await sim.account("qrcode/create", {"action_name": action, **info, **more})
        assert said["ticket"]
        assert said["url"].startswith(f"{sim.http._base_url}".rstrip("/") + "/q/")
    scenes = (await sim.get("/_sim/scenes"))["items"]
    assert [scene["scene"] for scene in scenes] == ["QR_LIMIT_STR_SCENE", "QR_STR_SCENE"]
    sim.clock.turn(600)
    assert [scene["scene"] for scene in (await sim.get("/_sim/scenes"))["items"]] == ["QR_LIMIT_STR_SCENE"]
    assert (await sim.act("o-he", "scan", scene="QR_STR_SCENE"))["status"] == 404


async def test_a_printed_code_is_good_after_the_simulators_restart_too() -> None:
    urls = []
    for _ in range(2):
        async with opened() as sim:
            info = {"action_info": {"scene": {"scene_str": "v1"}}}
            said = await sim.account("qrcode/create", {"action_name": "QR_LIMIT_STR_SCENE", **info})
            urls.append(said["url"].rpartition("/")[2])
            made = {"scenes": [{"scene": "v2", "name": "柳湾村", "made": True}, {"scene": "v3", "name": "石门村"}]}
            await sim.post("/_sim/world", made)
            assert [one["name"] for one in (await sim.get("/_sim/scenes"))["items"]] == ["v1", "柳湾村"]
    assert urls[0] == urls[1]


async def test_user_info_says_who_follows_and_by_which_poster(sim: Sim) -> None:
    token = await sim.fetch_account_token()
    info = {"action_info": {"scene": {"scene_str": "village-1"}}}
    await sim.account("qrcode/create", {"action_name": "QR_LIMIT_STR_SCENE", **info})
    assert (await sim.get("/cgi-bin/user/info", access_token=token, openid="o-qian"))["subscribe"] == 0
    await sim.act("o-qian", "scan", scene="village-1")
    told = await sim.get("/cgi-bin/user/info", access_token=token, openid="o-qian")
    assert (told["subscribe"], told["qr_scene_str"]) == (1, "village-1")
    assert (await sim.get("/cgi-bin/user/info", access_token=token, openid="o-nobody"))["errcode"] == 40003


async def test_media_belong_to_the_platform_that_took_them_for_three_days(sim: Sim) -> None:
    ours, theirs = await sim.fetch_token(), await sim.fetch_account_token()
    kept = (await sim.upload(token=ours))["media_id"]
    async with sim.http.get("/cgi-bin/media/get", params={"access_token": ours, "media_id": kept}) as answer:
        assert (await answer.read(), answer.content_type) == (JPEG, "image/jpeg")
    assert (await sim.get("/cgi-bin/media/get", access_token=theirs, media_id=kept))["errcode"] == 40007
    sim.clock.turn(3 * 86_400)
    ours = await sim.fetch_token()
    assert (await sim.get("/cgi-bin/media/get", access_token=ours, media_id=kept))["errcode"] == 40007


@pytest.mark.parametrize(
    ("body", "kind", "wecom", "oa"),
    [
        (b"\xff\xd8 picture", "poem", 40005, 40004),
        (b"", "image", 41005, 41005),
        (b"\xff\xd8", "image", 40006, 45001),
        (b"GIF89a picture", "image", 40004, 40004),
        (TOO_MUCH, "voice", 40006, 45001),
    ],
    ids=["kind", "nothing", "small", "gif", "large"],
)
async def test_what_cannot_be_uploaded(sim: Sim, body: bytes, kind: str, wecom: int, oa: int) -> None:
    theirs = await sim.fetch_account_token()
    codes = [(await sim.upload(body, kind))["errcode"], (await sim.upload(body, kind, theirs))["errcode"]]
    assert codes == [wecom, oa]
