"""What people answer, each by the road that is theirs: a digit, a sentence, a card's button, a page."""

from typing import Any

from bot.demo.hands import Hands
from bot.demo.stories.desk.waiting import decided
from bot.demo.stories.people import FAST, OFFICER_PHONE
from bot.demo.stories.scene import Scene
from bot.demo.telling import Telling
from bot.demo.waiting import until

WORDS = "zhaomin"  # 赵敏: a sentence
CARD, H5 = "cun036-a", "cun036-b"  # 侯安: a card's button; 冯少勇, his B: the page behind the link
HELP = "cun039-b"  # 范文水: 3


async def tries_buttons(hands: Hands, told: Telling) -> None:
    before = len(await hands.messages(CARD))
    await hands.do(CARD, "say", text="按钮")
    told.check(bool(await hands.shows(CARD, "看得到", before)), "企业微信里回“按钮”：先试一张卡片")
    await hands.do(CARD, "tap", button="seen")
    told.check(bool(await hands.shows(CARD, "以后预警会带按钮", before)), "按了就证明看得到，以后发卡片")


async def by_words(hands: Hands, told: Telling) -> None:
    said = await hands.say(WORDS, "收到收到，马上去", "收到了：1 收到")
    told.check("红色台风" in said, "赵敏打一句话：听得懂，回执说明听成了什么")


async def by_card(hands: Hands, told: Telling) -> None:
    card = (await until(lambda: _cards(hands)))[-1:]
    told.check(bool(card) and [b["text"] for b in card[0]["buttons"]][:1] == ["收到"], "侯安的是带按钮的卡片")
    before = len(await hands.messages(CARD))
    await hands.do(CARD, "tap", button="received")
    told.check(bool(await hands.shows(CARD, "收到了：1 收到", before)), "按“收到”：有回执")
    told.check(bool(await until(lambda: _pressed(hands))), "卡片上的按钮换成“已回复：1 收到”和时间")


async def by_page(hands: Hands, told: Telling) -> None:
    async with hands.browser(H5) as page:
        await page.open(await hands.link(H5))
        told.check("收到请按 1" in page.text and "冯少勇" in page.text, "冯少勇点开链接：页面认得他")
        await page.press(a="2")
        told.check("收到了：2 去不了" in page.text, "在页面上按 2：去不了，换人")


async def buttons(scene: Scene) -> None:
    scene.told.scene("侯安想要按钮：先试一张卡片")
    await tries_buttons(scene.hands, scene.told)


async def digit(scene: Scene) -> None:
    said = await scene.hands.say(FAST, "1", "收到了：1 收到")
    scene.told.check(bool(said), "李秀英回 1，回执说听成了什么")


async def each_way(scene: Scene) -> None:
    scene.told.scene("应答：一个数字、一句话、一个按钮、一个页面")
    await digit(scene)
    for way in (by_words, by_card, by_page):
        await way(scene.hands, scene.told)
    scene.told.saw("信息员侯安", [await scene.hands.shows(CARD, "冯少勇 去不了")])


async def cannot(scene: Scene) -> None:
    scene.told.scene("侯安也去不了：村里没有别人可换，值班室派人")
    told, hands = scene.told, scene.hands
    said = await hands.say(CARD, "2", "2 去不了")
    told.saw("信息员侯安", [said])
    told.check("没有别人可换" in said, "他知道值班室在派人")
    ring = await hands.shows(OFFICER_PHONE, "请派人")
    told.check("竹寨村" in ring, "值班员的手机响了，说是哪个村")
    await decided(scene.officer, "去不了", do="seen", word="已请镇里派人")


async def needs_help(scene: Scene) -> None:
    scene.told.scene("范文水回 3：需要支援，值班室一直响到有人接手")
    told, hands, officer = scene.told, scene.hands, scene.officer
    told.check("值班室正在给您打电话" in await hands.say(HELP, "3", "3 需要支援"), "他听得到：值班室正在打给他")
    told.saw("值班员刘洋", [await hands.shows(OFFICER_PHONE, "有人需要支援")])
    page = await officer.open(scene.board)
    told.check("需要支援，马上打电话" in page and "范文水" in page, "看板最上面就是他，按下就接手")
    uid = page.partition('action="/console/help/')[2].partition('"')[0]
    await officer.press(f"/console/help/{uid}")
    told.check("需要支援，已接手" in await officer.open(scene.board), "接手以后不再响")


async def _cards(hands: Hands) -> list[dict[str, Any]]:
    return [m for m in await hands.messages(CARD) if any(b["key"] == "received" for b in m["buttons"])]


async def _pressed(hands: Hands) -> bool:
    return any("已回复：1 收到" in str(message["pressed"]) for message in await hands.messages(CARD))
