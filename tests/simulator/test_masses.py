"""Mass sends at the platform: to named followers, to a tag, to all; four a month, sixty a minute, and one of a key."""

import pytest

from bot.simulator.tables import codes_account as codes
from bot.simulator.tables.limits_account import MASS_MONTH, MINUTES
from bot.simulator.world.quotas import Quotas
from tests.simulator.product import Product
from tests.simulator.sim import Json, Sim, opened

TEXT = {"msgtype": "text", "text": {"content": "红色暴雨 青崖县"}}
TWO = {"touser": ["o-he", "o-luo"], **TEXT}
ARTICLE = {"touser": ["o-he", "o-luo"], "msgtype": "mpnews", "mpnews": {"media_id": "m-1"}}
REFUSED: list[tuple[int, str, Json]] = [
    (codes.BAD_OPENID_COUNT, "send", {**TWO, "touser": ["o-he"]}),
    (codes.BAD_OPENID_COUNT, "send", {**TWO, "touser": ["o-he"] * 10_001}),
    (codes.BAD_OPENID, "send", {**TWO, "touser": ["o-nobody", "o-no-one"]}),
    (codes.BAD_JSON, "send", {**TWO, "touser": "o-he"}),
    (codes.BAD_MSGTYPE, "send", {**TWO, "msgtype": "poem"}),
    (codes.EMPTY_CONTENT, "send", {**TWO, "text": {"content": " "}}),
    (codes.TOO_LONG, "send", {**TWO, "text": {"content": "雨" * 601}}),
    (codes.MASS_KEY_LONG, "send", {**TWO, "clientmsgid": "k" * 65}),
    (codes.BAD_TAG, "sendall", {"filter": {"is_to_all": False, "tag_id": 7}, **TEXT}),
    (codes.BAD_MESSAGE_ID, "get", {"msg_id": "7"}),
    (codes.REFUSES, "preview", {"touser": "o-tang", **TEXT}),
    (codes.NOT_FOLLOWED, "preview", {"touser": "o-qian", **TEXT}),
]


async def mass(sim: Sim, body: Json, path: str = "send", **more: object) -> Json:
    return await sim.account(f"message/mass/{path}", body | more)


@pytest.mark.parametrize(("code", "path", "body"), REFUSED)
async def test_what_the_platform_refuses(sim: Sim, code: int, path: str, body: Json) -> None:
    assert (await mass(sim, body, path))["errcode"] == code
    assert (await sim.counts())["copies"]["followers"] == 0


async def test_it_arrives_where_it_can_and_the_event_counts(heard: Sim, product: Product) -> None:
    everybody = ["o-he", "o-qian", "o-tang", "o-xu", "o-luo"]
    said = await mass(heard, {"touser": everybody, **TEXT})
    await heard.post("/_sim/callbacks/settle", {})
    assert [(await heard.phone(openid))["received"] for openid in everybody] == [1, 0, 0, 0, 1]
    [event] = product.heard
    names = ("Event", "MsgID", "Status", "TotalCount", "FilterCount", "SentCount", "ErrorCount")
    assert [event[name] for name in names] == [
        *("MASSSENDJOBFINISH", str(said["msg_id"]), "send success", "5", "2", "2", "0")
    ]
    assert (await mass(heard, {"msg_id": said["msg_id"]}, "get"))["msg_status"] == "SEND_SUCCESS"


async def test_the_same_key_is_sent_once_and_answered_by_the_first_ones_number(sim: Sim) -> None:
    first = await mass(sim, TWO, clientmsgid="a")
    again = await mass(sim, TWO, clientmsgid="a")
    assert (again["errcode"], again["msg_id"]) == (codes.MASS_KNOWN, first["msg_id"])
    assert (await mass(sim, TWO, clientmsgid="a"))["errcode"] == codes.MASS_TOO_SOON
    sim.clock.turn(61)
    assert (await mass(sim, TWO, clientmsgid="a"))["errcode"] == codes.MASS_KNOWN
    assert (await sim.phone("o-he"))["received"] == 1
    sim.clock.turn(86_400)
    await sim.fetch_account_token()
    assert (await mass(sim, TWO, clientmsgid="a"))["errcode"] == 0


async def test_a_follower_gets_four_a_month_and_the_month_is_chinas(sim: Sim) -> None:
    for _ in range(MASS_MONTH):
        assert (await mass(sim, TWO))["errcode"] == 0
    assert (await mass(sim, TWO))["errcode"] == codes.NO_MASS_LEFT
    await mass(sim, {"touser": ["o-he", "o-tang"], **TEXT})  # one has had four, the other refuses
    assert (await sim.phone("o-he"))["received"] == MASS_MONTH
    sim.clock.turn(20 * 86_400 - 10 * 3600 - 40 * 60 + 1)  # from the 12th, 10:40 in China, to the first of the next
    await sim.fetch_account_token()
    assert (await mass(sim, TWO))["errcode"] == 0


def test_a_minute_holds_sixty() -> None:
    quotas = Quotas()
    assert [quotas.spend(MINUTES["mass"], 60.0 + n / 2) for n in range(61)].count(False) == 1


async def test_a_day_holds_so_many() -> None:
    async with opened(quotas=(("mass", 1),)) as sim:
        assert [(await mass(sim, TWO))["errcode"] for _ in range(2)] == [0, codes.DAY_SPENT]


async def test_a_minute_that_is_full_is_said_so() -> None:
    async with opened(open_world=True) as sim:
        bodies = [{"touser": [f"o-a{n}", f"o-b{n}"], **TEXT} for n in range(61)]
        assert [(await mass(sim, body))["errcode"] for body in bodies] == [0] * 60 + [codes.TOO_OFTEN]


async def test_to_a_tag_and_to_all(sim: Sim) -> None:
    tag = (await sim.account("tags/create", {"tag": {"name": "柳湾镇"}}))["tag"]["id"]
    assert (await sim.account("tags/create", {"tag": {"name": "柳湾镇"}}))["errcode"] == codes.TAG_EXISTS
    assert (await sim.account("tags/create", {"tag": {"name": ""}}))["errcode"] == codes.BAD_TAG_NAME
    named = {"tagid": tag, "openid_list": ["o-he", "o-tang"]}
    assert (await sim.account("tags/members/batchtagging", named))["errcode"] == 0
    nobody = {"filter": {"is_to_all": False, "tag_id": tag + 1}, **TEXT}
    assert (await mass(sim, nobody, "sendall"))["errcode"] == codes.BAD_TAG
    many = {"tagid": tag, "openid_list": ["o-he"] * 51}
    assert (await sim.account("tags/members/batchtagging", many))["errcode"] == codes.TOO_MANY_OPENIDS
    asked = {"access_token": sim.account_token}
    assert (await sim.get("/cgi-bin/tags/get", **asked))["tags"] == [{"id": tag, "name": "柳湾镇", "count": 2}]
    page = await sim.account("user/tag/get", {"tagid": tag})
    assert page["data"]["openid"] == ["o-he", "o-tang"]
    await mass(sim, {"filter": {"is_to_all": False, "tag_id": tag}, **TEXT}, "sendall")
    await mass(sim, {"filter": {"is_to_all": True}, **TEXT}, "sendall")
    assert [(await sim.phone(o))["received"] for o in ("o-he", "o-luo", "o-tang")] == [2, 1, 0]


async def test_a_hundred_tags_are_all(sim: Sim) -> None:
    for n in range(100):
        assert "tag" in await sim.account("tags/create", {"tag": {"name": f"村{n}"}})
    assert (await sim.account("tags/create", {"tag": {"name": "又一村"}}))["errcode"] == codes.TAGS_FULL


@pytest.mark.parametrize(
    ("act", "status", "received"),
    [("confirm", "send success", 1), ("refuse", "err(40001)", 0), ("", "err(40002)", 0)],
)
async def test_what_goes_to_all_waits_for_the_administrator(
    heard: Sim, product: Product, act: str, status: str, received: int
) -> None:
    await heard.post("/_sim/standing", {"oa": {"protected": True}})
    said = await mass(heard, {"filter": {"is_to_all": True}, **TEXT}, "sendall")
    assert (await mass(heard, {"msg_id": said["msg_id"]}, "get"))["msg_status"] == "SENDING"
    if act:
        await heard.post(f"/_sim/masses/{said['msg_id']}/{act}", {})
    else:
        heard.clock.turn(1801)
        assert (await mass(heard, {"msg_id": said["msg_id"]}, "get"))["msg_status"] == "SEND_FAIL"
    await heard.post("/_sim/callbacks/settle", {})
    assert [event["Status"] for event in product.heard] == [status]
    assert (await heard.phone("o-he"))["received"] == received


async def test_a_text_stays_and_an_article_can_be_deleted(sim: Sim) -> None:
    text, article = [(await mass(sim, body))["msg_id"] for body in (TWO, ARTICLE)]
    assert (await mass(sim, {"msg_id": text}, "delete"))["errcode"] == codes.BAD_MSGTYPE
    assert (await mass(sim, {"msg_id": article}, "delete"))["errcode"] == 0
    assert [m["recalled"] for m in (await sim.phone("o-he"))["messages"]] == [False, True]
    assert (await mass(sim, {"msg_id": article}, "get"))["msg_status"] == "DELETE"


async def test_who_looks_first_gets_it_alone(sim: Sim) -> None:
    assert (await mass(sim, {"touser": "o-he", **TEXT}, "preview"))["errcode"] == 0
    assert [(await sim.phone(o))["received"] for o in ("o-he", "o-luo")] == [1, 0]
    assert (await sim.get("/_sim/masses"))["items"] == []
