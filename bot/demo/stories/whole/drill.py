"""A drill: written in the morning, begun after noon, stopped by a real warning, gone on with when that is over, and
evaluated with the times that the system has measured."""

import html
import re
from datetime import time

from bot.demo.stories.whole.scene import BYSTANDER, FAST, Scene

MARK = "【演练】"
COUNTY = "青"  # the first character, typed before anything leaves by the real road
ITEMS = ("execution", "soundness", "command", "responders", "equipment", "suggestions")
OUTLINE = {
    "name": "柳湾镇山洪演练", "hazard": "山洪", "grade": "orange", "form": "field", "content": "single", "aim": "test",
    "unit": "柳湾镇人民政府", "minutes": "240", "leader": "孙志远", "road": "live",
    "starts_at": "2026-07-11T14:05", "scenario": "夜里强降雨，三条沟同时涨水，路断了。",
}  # fmt: skip
SCRIPT = {
    "minute-0": "0", "text-0": "上游一小时下了八十毫米，请叫醒河边人家。", "asks-0": "1", "expected-0": "十分钟内应答",
    "minute-1": "30", "text-1": "请清点人数，报给镇上。", "asks-1": "1",
}  # fmt: skip
PLAYERS = "李秀英、赵敏"


async def written(scene: Scene) -> None:
    await scene.day.until(time(9, 40))
    scene.told.scene("9:40 写一份演练：情景、两条脚本、点名的人；什么都不用写“演练”两个字")
    told, officer = scene.told, scene.officer
    page = await officer.open("/console/drills/new")
    town = re.search(r'<option value="(\d+)"[^>]*>柳湾镇（', page)
    places = {"unit_area": town[1], "areas": town[1]} if town else {}
    await officer.press("/console/drills/new", **OUTLINE, **places)
    scene.drill = officer.where
    told.check(scene.drill.startswith("/console/drills/"), "草稿存下了")
    await officer.open(f"{scene.drill}/script")
    await officer.press(f"{scene.drill}/script", **SCRIPT)
    await officer.open(scene.drill)
    await officer.press(f"{scene.drill}/people", do="add", names=PLAYERS)
    page = await officer.open(scene.drill)
    told.check(page.find(MARK) < page.find("可以定下来了") < page.rfind(MARK), "整页两头都写着演练，和值班台分得开")
    await officer.press(scene.drill, do="announce")
    await scene.day.until(time(13, 10))
    before = await scene.hands.shows(FAST, "柳湾镇山洪演练")
    told.saw("参演的李秀英", [before])
    told.check(before.startswith(MARK) and before.rstrip().endswith(MARK), "开始前提醒她，头尾都是演练")


async def begun(scene: Scene) -> None:
    await scene.day.until(time(14, 5))
    scene.told.scene("14:05 演练开始：走真的通道，所以要填本县名字的第一个字")
    told, hands, officer = scene.told, scene.hands, scene.officer
    await officer.open(scene.drill)
    await officer.press(scene.drill, do="start", first=COUNTY)
    text = await hands.shows(FAST, "请叫醒河边人家")
    told.saw("参演的李秀英", [text])
    told.check(text.startswith(MARK) and text.rstrip().endswith(MARK), "头尾都是演练，不是作者写的，是系统写的")
    others = [t for t in await hands.texts(BYSTANDER) if MARK in t]
    told.check(not others, "没有点名的人一条也没收到")
    told.check(bool(await hands.say(FAST, "1", "收到")), "她照真的应答：回 1")


async def stopped(scene: Scene) -> None:
    """The real warning is out by now."""
    scene.told.scene("真的预警来了：演练自己停下，告诉参演的人")
    told = scene.told
    pause = await scene.hands.shows(FAST, "演练暂停")
    told.saw("参演的李秀英", [pause])
    told.check(MARK in pause, "演练暂停，说的是为什么停")
    page = await scene.officer.open(scene.drill)
    told.check("接着办" in page, "值班台上：接着办，或结束")
    await scene.day.forward(minutes=20)
    drilled = [text for text in await scene.hands.texts(FAST) if "请清点人数" in text]
    told.check(not drilled, "停着的时候，第二条脚本不发")


async def evaluated(scene: Scene) -> None:
    await scene.day.until(time(16, 50))
    scene.told.scene("16:50 解除以后接着办；结束；写完评估才能结案")
    told, hands, officer = scene.told, scene.hands, scene.officer
    await officer.open(scene.drill)
    await officer.press(scene.drill, do="resume")
    await scene.day.forward(minutes=35)
    told.check(bool(await hands.shows(FAST, "请清点人数")), "停下的那一条，顺延以后才发")
    await officer.open(scene.drill)
    await officer.press(scene.drill, do="end")
    await officer.open(scene.drill)
    await officer.press(f"{scene.drill}/evaluation", do="close", execution="都到了。")
    told.check("没有" in html.unescape(officer.text) and officer.status == 422, "评估没写完：不能结案，缺哪几项有名字")
    mend = {"what": "三组的转移路线改走后山", "owner": "柳湾镇应急办", "due_on": "2026-08-01"}
    await officer.open(scene.drill)
    await officer.press(f"{scene.drill}/evaluation", do="revise", **mend)
    await officer.press(f"{scene.drill}/evaluation", do="close", **dict.fromkeys(ITEMS, "按时到岗，人数清楚。"))
    told.check("0/1 条已改" in await officer.open(scene.drill), "结案了，预案要改的一条有人、有日子")
    await officer.fetch(f"{scene.drill}/report.pdf")
    told.check(officer.body.startswith(b"%PDF"), f"总结报告 PDF，{len(officer.body) // 1024} KB")
