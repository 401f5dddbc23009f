"""Every code that the official account answers with by itself, and the call that brings it out."""

import pytest

from bot.simulator.tables import codes_account as codes
from tests.simulator import test_masses, test_notices
from tests.simulator.sim import CONFIG, FIELDS, Json, Sim, opened

GOOD = {"grant_type": "client_credential", "appid": CONFIG.app_id, "secret": CONFIG.account_secret}
TOKEN: list[tuple[int, Json]] = [
    (codes.BAD_GRANT_TYPE, GOOD | {"grant_type": "password"}),
    (codes.NO_APP, GOOD | {"appid": ""}),
    (codes.NO_SECRET, GOOD | {"secret": ""}),
    (codes.BAD_APP, GOOD | {"appid": "wx0"}),
    (codes.BAD_CREDENTIAL, GOOD | {"secret": "wrong"}),
]
TEMPLATE: list[tuple[int, Json]] = [
    (codes.BAD_OPENID, {"touser": "o-nobody"}),
    (codes.NOT_FOLLOWED, {"touser": "o-qian"}),
    (codes.BLACKLISTED, {"touser": "o-xu"}),
    (codes.BAD_TEMPLATE, {"template_id": "made-up"}),
    (codes.BAD_ARGUMENT, {"data": {}}),
    (codes.BAD_JSON, {"touser": 1}),
]
CUSTOM: list[tuple[int, Json]] = [
    (codes.BAD_OPENID, {"touser": "o-nobody"}),
    (codes.NOT_FOLLOWED, {"touser": "o-qian"}),
    (codes.REFUSES, {"touser": "o-tang"}),
    (codes.BAD_MSGTYPE, {"msgtype": "poem"}),
    (codes.EMPTY_CONTENT, {"text": {"content": " "}}),
    (codes.TOO_LONG, {"text": {"content": "雨" * 683}}),
    (codes.BAD_MEDIA, {"msgtype": "image", "image": {"media_id": "made-up"}}),
    (codes.BAD_ARTICLE_COUNT, {"msgtype": "news", "news": {"articles": [{}, {}]}}),
    (codes.OUTSIDE_WINDOW, {}),
]


def _code(action: str, scene: Json, **more: int) -> Json:
    return {"action_name": action, "action_info": {"scene": scene}, **more}


QRCODE: list[tuple[int, Json]] = [
    (codes.BAD_ACTION_NAME, _code("QR_POEM", {"scene_str": "v"})),
    (codes.BAD_ACTION_INFO, {"action_name": "QR_STR_SCENE"}),
    (codes.BAD_ACTION_INFO, _code("QR_LIMIT_STR_SCENE", {"scene_str": "v" * 65})),
    (codes.BAD_ACTION_INFO, _code("QR_SCENE", {"scene_id": 0})),
    (codes.BAD_ACTION_INFO, _code("QR_STR_SCENE", {"scene_str": "v"}, expire_seconds=2_592_001)),
]
CLICK, VIEW = (
    {"type": "click", "name": "预警", "key": "now"},
    {"type": "view", "name": "我的", "url": "https://a.example"},
)
MENU: list[tuple[int, Json]] = [
    (codes.BAD_BUTTONS, {"button": []}),
    (codes.BAD_BUTTONS, {"button": [CLICK] * 4}),
    (codes.BAD_BUTTON_TYPE, {"button": [{**CLICK, "type": "sing"}]}),
    (codes.BAD_BUTTON_NAME, {"button": [{**CLICK, "name": "雨" * 6}]}),
    (codes.BAD_BUTTON_KEY, {"button": [{**CLICK, "key": "k" * 129}]}),
    (codes.BAD_BUTTON_URL, {"button": [{**VIEW, "url": "a.example"}]}),
    (codes.BAD_SUB_BUTTONS, {"button": [{"name": "更多", "sub_button": [CLICK] * 6}]}),
    (codes.BAD_SUB_BUTTON_TYPE, {"button": [{"name": "更多", "sub_button": [{**CLICK, "type": "sing"}]}]}),
    (codes.BAD_SUB_BUTTON_NAME, {"button": [{"name": "更多", "sub_button": [{**CLICK, "name": ""}]}]}),
    (codes.BAD_SUB_BUTTON_KEY, {"button": [{"name": "更多", "sub_button": [{**CLICK, "key": ""}]}]}),
    (codes.BAD_SUB_BUTTON_URL, {"button": [{"name": "更多", "sub_button": [{**VIEW, "url": ""}]}]}),
]
STANDING: list[tuple[int, Json]] = [
    (codes.ADDRESS_UNKNOWN, {"trusted": ["192.0.2.1"]}),
    (codes.BANNED, {"banned": True}),
    (codes.RESTRICTED, {"restricted": True}),
    (codes.NOT_AUTHORISED, {"unauthorised": ["template"]}),
]
ELSEWHERE = {  # each has a test of its own
    *(codes.NO_TOKEN, codes.BAD_TOKEN, codes.TOKEN_EXPIRED, codes.DAY_SPENT, codes.TOO_OFTEN, codes.COUNT_OVER),
    *(codes.CLEARS_SPENT, codes.BAD_CODE, codes.CODE_USED, codes.NO_CODE),
    *(codes.MASS_KNOWN, codes.MASS_TOO_SOON, codes.NO_MASS_LEFT),
    *(codes.TAG_EXISTS, codes.BAD_TAG_NAME, codes.TOO_MANY_OPENIDS, codes.TAGS_FULL),
    *(codes.TAG_TOO_BIG, codes.TAG_OF_PLATFORM, codes.TAGS_OF_ONE_FULL, codes.OTHER_ACCOUNT),
    *(codes.NO_MEDIA, codes.BAD_MEDIA_TYPE, codes.TOO_BIG, codes.NEEDS_GET, codes.NEEDS_POST, codes.BUSY),
}
BY_FAULT_ALONE = [-1]


@pytest.mark.parametrize(("code", "body"), TOKEN)
@pytest.mark.parametrize("kind", ["stable", "old"])
async def test_a_token_is_refused(sim: Sim, code: int, body: Json, kind: str) -> None:
    if kind == "stable":
        answer = await sim.post("/cgi-bin/stable_token", body)
    else:
        answer = await sim.get("/cgi-bin/token", **body)
    assert (answer["errcode"], "access_token" in answer) == (code, False)


@pytest.mark.parametrize(("code", "more"), TEMPLATE)
async def test_a_template_message_is_refused(sim: Sim, code: int, more: Json) -> None:
    answer = await sim.template(**more)
    assert answer["errcode"] == code, answer
    assert (await sim.counts())["copies"]["followers"] == 0


@pytest.mark.parametrize(("code", "more"), CUSTOM)
async def test_a_customer_service_message_is_refused(sim: Sim, code: int, more: Json) -> None:
    body = {"touser": "o-he", "msgtype": "text", "text": {"content": "好"}, **more}
    assert (await sim.account("message/custom/send", body))["errcode"] == code


@pytest.mark.parametrize(("path", "cases"), [("qrcode/create", QRCODE), ("menu/create", MENU)])
async def test_a_code_and_a_menu_are_refused(sim: Sim, path: str, cases: list[tuple[int, Json]]) -> None:
    assert [(await sim.account(path, body))["errcode"] for _, body in cases] == [code for code, _ in cases]
    assert (await sim.account(path, b"{"))["errcode"] == codes.BAD_JSON


@pytest.mark.parametrize(("code", "standing"), STANDING)
async def test_an_account_that_does_not_stand_well(sim: Sim, code: int, standing: Json) -> None:
    await sim.fetch_account_token()
    await sim.post("/_sim/standing", {"oa": standing})
    assert (await sim.template())["errcode"] == code
    await sim.post("/_sim/standing", {"oa": {}})
    assert (await sim.template())["errcode"] == 0


async def test_a_day_holds_so_many_and_clear_quota_gives_it_back_ten_times() -> None:
    async with opened(quotas=(("template", 2),)) as sim:
        assert [(await sim.template())["errcode"] for _ in range(3)] == [0, 0, codes.DAY_SPENT]
        for _ in range(10):
            assert (await sim.account("clear_quota", {"appid": sim.config.app_id}))["errcode"] == 0
        assert (await sim.template())["errcode"] == 0
        answer = await sim.account("clear_quota", {"appid": sim.config.app_id})
        assert answer["errcode"] == codes.CLEARS_SPENT


async def test_the_day_is_chinas() -> None:
    async with opened(quotas=(("template", 1),)) as sim:
        assert [(await sim.template())["errcode"] for _ in range(2)] == [0, codes.DAY_SPENT]
        sim.clock.turn(14 * 3600)  # 10:40 until after midnight in China
        await sim.fetch_account_token()
        assert (await sim.template())["errcode"] == 0


@pytest.mark.parametrize("code", BY_FAULT_ALONE)
async def test_every_other_code_of_the_sheet_comes_when_it_is_told_to(sim: Sim, code: int) -> None:
    await sim.fault(endpoint="template", target="o-he", kind="errcode", code=code, times=1)
    assert [(await sim.template())["errcode"], (await sim.template())["errcode"]] == [code, 0]


async def test_the_wrong_method_is_refused(sim: Sim) -> None:
    assert (await sim.get("/cgi-bin/message/template/send"))["errcode"] == codes.NEEDS_POST
    assert (await sim.post("/cgi-bin/token", {}))["errcode"] == codes.NEEDS_GET


def test_no_code_is_left_untried() -> None:
    cases = (*TOKEN, *TEMPLATE, *CUSTOM, *QRCODE, *MENU, *STANDING, *test_notices.REFUSED, *test_masses.REFUSED)
    tried = {case[0] for case in cases}
    assert tried | ELSEWHERE == codes.WORDS.keys()


def test_the_sample_fields_are_those_of_the_template() -> None:
    assert tuple(FIELDS) == tuple(name for name, _ in CONFIG.templates[0].fields)
