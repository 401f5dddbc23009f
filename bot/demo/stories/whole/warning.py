"""The red warning of the afternoon: out at once, answered, the silent told again, the last of them telephoned."""

from datetime import time

from bot.demo.measured import answered
from bot.demo.samples.read import identifier
from bot.demo.stories.whole.scene import CALLED, FAST, RESIDENT, SECOND, SILENT, Scene


async def red(scene: Scene) -> None:
    await scene.day.until(time(14, 20))
    scene.told.scene("14:20 气象台的红色台风到了")
    told, hands = scene.told, scene.hands
    scene.first = identifier(scene.day.clock.now(), scene.day.settings.zone)
    scene.alert = await scene.issue(colour="Red", zh="红色", verb="发布", type="Alert", references="<references/>")
    scene.broadcast = (await scene.api(f"/warnings/{scene.alert}"))["broadcasts"][-1]["id"]
    told.check(bool(await hands.shows(FAST, "红色台风 青崖县")), "信息员李秀英收到")
    told.check(bool(await hands.shows(RESIDENT, "红色台风")), "居民褚秀兰也收到：红色不等")
    counted = await scene.api(f"/broadcasts/{scene.broadcast}")
    told.check(
        counted["people"] > 2700 and not counted["queued"], f"全县 {counted['people']} 人、{counted['targets']} 份"
    )
    told.saw("信息员李秀英", await hands.texts(FAST))


async def answers(scene: Scene) -> None:
    scene.told.scene("有人应答，有人没有：三分钟后再提醒，叫醒 B 角")
    told, hands = scene.told, scene.hands
    told.check(bool(await hands.say(FAST, "1", "收到了：1 收到")), "李秀英回 1，回执说听成了什么")
    told.check(await answered(scene.officer, scene.board) == 1, "值班台上的应答数跟着变")
    await scene.day.forward(minutes=3, seconds=10)
    again = await hands.shows(SILENT, "还没有收到您的应答")
    told.saw("信息员康春田（A 角）", [again])
    told.check("第 2 次" in again, "再提醒一次，字面与第一次不同")
    told.check(bool(await hands.shows(SECOND, "您的 A 角 康春田 未应")), "叫醒他的 B 角黎春强")
    texts = await hands.texts(FAST)
    told.check(not any("还没有收到您的应答" in text for text in texts), "应答过的人没有再被叫")


async def call_sheet(scene: Scene) -> None:
    scene.told.scene(f"叫应单：值班员照着名单打电话，{CALLED}本人说收到")
    told, officer = scene.told, scene.officer
    sheet = await officer.open(f"{scene.board}/calls")
    told.check(CALLED in sheet and "李秀英" not in sheet, "单子上只有没应的人，带电话")
    line = sheet.partition(f"<b>{CALLED}</b>")[2].partition("</form>")[0]
    hidden = {name: line.partition(f'name="{name}" value="')[2].partition('"')[0] for name in ("person", "key")}
    await officer.press(f"{scene.board}/calls", **hidden, do="received", note="电话里说收到，人在村部")
    made = officer.text.partition("刚打过的")
    told.check(CALLED in made[2] and f"<b>{CALLED}</b>" not in made[0], "一按就记下，名字从没应的里消失")
    counted = await scene.api(f"/broadcasts/{scene.broadcast}")
    told.check(counted["answered"] == 2, f"应答 {counted['answered']} 人，一人一次")


async def all_clear(scene: Scene) -> None:
    await scene.day.until(time(16, 40))
    scene.told.scene("16:40 解除：告诉每一个收到过的人")
    told, hands = scene.told, scene.hands
    facts = {"colour": "Orange", "zh": "橙色", "verb": "解除", "type": "Cancel"}
    alert = await scene.issue(**facts, references=f"<references>{scene.first}</references>")
    for phone, who in ((FAST, "李秀英"), (SILENT, "没应答的康春田"), (RESIDENT, "居民褚秀兰")):
        told.check(bool(await hands.shows(phone, "解除")), f"{who}收到解除")
    before = await scene.api(f"/broadcasts/{scene.broadcast}")
    broadcast = (await scene.api(f"/warnings/{alert}"))["broadcasts"][-1]["id"]
    after = await scene.api(f"/broadcasts/{broadcast}")
    told.check(after["people"] == before["people"], f"解除发给了收到过的 {after['people']} 人")
