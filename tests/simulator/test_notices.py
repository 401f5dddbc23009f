"""Subscription notices at the platform: one for each consent, or lastingly; what phones say to it is told."""

import pytest

from bot.simulator.config import NOTICE
from bot.simulator.tables import codes_account as codes
from tests.simulator.product import Product
from tests.simulator.sim import FIELDS, Json, Sim, opened

HELD = {name: {"value": value} for name, value in FIELDS.items()}
BODY = {"touser": "o-he", "template_id": NOTICE.id, "page": "https://county.example/a", "data": HELD}
REFUSED: list[tuple[int, Json]] = [
    (codes.BAD_OPENID, {"touser": "o-nobody"}),
    (codes.NOT_FOLLOWED, {"touser": "o-qian"}),
    (codes.BLACKLISTED, {"touser": "o-xu"}),
    (codes.BAD_TEMPLATE, {"template_id": "made-up"}),
    (codes.BAD_ARGUMENT, {"data": {}}),
    (codes.NO_CONSENT, {}),
]


async def bizsend(sim: Sim, **more: object) -> Json:
    return await sim.account("message/subscribe/bizsend", BODY | more)


@pytest.mark.parametrize(("code", "more"), REFUSED)
async def test_what_the_platform_refuses(sim: Sim, code: int, more: Json) -> None:
    assert (await bizsend(sim, **more))["errcode"] == code
    assert (await sim.phone("o-he"))["received"] == 0


async def test_each_consent_is_one_notice_and_the_platform_tells_both(heard: Sim, product: Product) -> None:
    await heard.act("o-he", "consent")
    said = await bizsend(heard)
    await heard.post("/_sim/callbacks/settle", {})
    assert (await bizsend(heard))["errcode"] == codes.NO_CONSENT
    given, sent = product.heard
    assert given["SubscribeMsgPopupEvent"]["List"] == {
        "TemplateId": NOTICE.id, "SubscribeStatusString": "accept", "PopupScene": "1",
    }  # fmt: skip
    row = sent["SubscribeMsgSentEvent"]["List"]
    assert (row["MsgID"], row["ErrorCode"]) == (str(said["msgid"]), "0")
    [shown] = (await heard.phone("o-he"))["messages"]
    assert (shown["type"], shown["link"], shown["text"].split("\n")[0]) == ("notice", BODY["page"], "预警：红色暴雨")


async def test_a_lasting_consent_holds_until_it_is_refused() -> None:
    async with opened(notice_consent="lasting") as sim:
        await sim.act("o-he", "consent")
        assert [(await bizsend(sim))["errcode"] for _ in range(3)] == [0, 0, 0]
        await sim.act("o-he", "stop_notices")
        assert (await bizsend(sim))["errcode"] == codes.NO_CONSENT


async def test_refusing_takes_back_what_was_consented_to(heard: Sim, product: Product) -> None:
    for act in ("consent", "consent", "refuse"):
        await heard.act("o-he", act)
    assert (await heard.phone("o-he"))["consents"] == {}
    assert product.heard[-1]["SubscribeMsgPopupEvent"]["List"]["SubscribeStatusString"] == "reject"


async def test_who_has_switched_off_the_accounts_messages_is_told_of_afterwards(heard: Sim, product: Product) -> None:
    await heard.act("o-tang", "consent")
    assert (await bizsend(heard, touser="o-tang"))["errcode"] == 0
    await heard.post("/_sim/callbacks/settle", {})
    assert product.heard[-1]["SubscribeMsgSentEvent"]["List"]["ErrorCode"] == str(codes.NO_CONSENT)
    assert (await heard.phone("o-tang"))["received"] == 0
