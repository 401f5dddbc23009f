"""The red warning that the day is about: out at once, and ended for everyone who was told."""

from bot.demo.samples.read import identifier
from bot.demo.stories.people import FAST, RESIDENT, SILENT
from bot.demo.stories.scene import Scene


async def red(scene: Scene) -> None:
    scene.told.scene("气象台的红色台风到了")
    told, hands = scene.told, scene.hands
    scene.first = identifier(scene.day.clock.now(), scene.day.settings.zone)
    scene.alert = await scene.issue(colour="Red", zh="红色", verb="发布", type="Alert", references="<references/>")
    scene.broadcast = (await scene.api(f"/warnings/{scene.alert}"))["broadcasts"][-1]["id"]
    shown = await hands.shows(FAST, "青崖县气象台")
    told.check(shown.startswith("红色台风 青崖县"), "信息员李秀英收到")
    counted = await scene.api(f"/broadcasts/{scene.broadcast}")
    people, copies = counted["people"], counted["targets"]
    told.check(people > 2700 and not counted["queued"], f"全县 {people} 人、{copies} 份")
    told.saw("信息员李秀英", [shown])


async def for_residents(scene: Scene) -> None:
    told = bool(await scene.hands.shows(RESIDENT, "红色台风"))
    scene.told.check(told, "居民褚秀兰也收到：红色不等")


async def all_clear(scene: Scene) -> None:
    scene.told.scene("解除：告诉每一个收到过的人")
    told, hands = scene.told, scene.hands
    facts = {"colour": "Orange", "zh": "橙色", "verb": "解除", "type": "Cancel"}
    alert = await scene.issue(**facts, references=f"<references>{scene.first}</references>")
    for phone, who in ((FAST, "李秀英"), (SILENT, "没应答的康春田")):
        told.check(bool(await hands.shows(phone, "解除")), f"{who}收到解除")
    before = await scene.api(f"/broadcasts/{scene.broadcast}")
    broadcast = (await scene.api(f"/warnings/{alert}"))["broadcasts"][-1]["id"]
    after = await scene.api(f"/broadcasts/{broadcast}")
    told.check(after["people"] == before["people"], f"解除发给了收到过的 {after['people']} 人")


async def for_residents_too(scene: Scene) -> None:
    scene.told.check(bool(await scene.hands.shows(RESIDENT, "解除")), "居民褚秀兰收到解除")
