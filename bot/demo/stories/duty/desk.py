"""What happens at the desk of an ordinary day: a call is noted, who is there is asked, a reminder goes out."""

from datetime import time

from bot.demo.stories.duty.roster import ABSENT, ABSENT_PHONE
from bot.demo.stories.people import FAST, LEADER_PHONE, OFFICER_PHONE
from bot.demo.stories.scene import Scene

LOG, CHECK, REMINDERS = "/console/phone-log", "/console/duty/check", "/console/reminders"
CALL = {"said": "三组后山掉石头，路断了一半", "place": "柳湾村三组", "name": "何桂香", "phone": "10000000199"}
ROUND = {
    "name": "下午巡堤", "starts_at": "2026-07-11T14:00", "roles": "灾害信息员", "text": "请把自己那一段河堤走一遍。",
    "basis": "县值班室安排",
}  # fmt: skip


async def call_noted(scene: Scene) -> None:
    await scene.day.until(time(9, 30))
    scene.told.scene("电话响了：写一句就存；对方是谁加密存着，谁看过有记录")
    told, officer = scene.told, scene.officer
    await officer.open(LOG)
    await officer.press(LOG, **{**CALL, "said": " "})
    told.check(officer.status == 422, "什么也没写：请他写一句，没有存")
    await officer.press(LOG, **CALL)
    page = await officer.open(LOG)
    told.check(CALL["said"] in page and CALL["phone"] not in page, "记下了，列表上没有号码")
    uid = page.partition(f'href="{LOG}/')[2].partition('"')[0]
    told.check(CALL["phone"] in await officer.open(f"{LOG}/{uid}"), "点开才看得到，能直接拨回去")


async def checked(scene: Scene) -> None:
    await scene.day.until(time(10, 20))
    scene.told.scene("抽查：在岗的回 1；十分钟没应的，告诉带班领导")
    told, hands, leader = scene.told, scene.hands, scene.leader
    await leader.open("/console/duty")
    await leader.press(CHECK, role="值班")
    told.saw("值班员刘洋", [await hands.shows(OFFICER_PHONE, "在岗抽查")])
    told.check("在岗" in await hands.say(OFFICER_PHONE, "1", "收到，在岗"), "刘洋回 1：在岗")
    told.check(bool(await hands.shows(ABSENT_PHONE, "在岗抽查")), f"{ABSENT}也被问到")
    await scene.day.forward(minutes=11)
    said = await hands.shows(LEADER_PHONE, "抽查没应")
    told.saw("带班领导孙志远", [said])
    told.check(ABSENT in said and "刘洋" not in said, "谁没应，请他核实")
    told.check("没有应答，可能离岗" in await leader.open("/console/duty"), "值班页上也看得到")
    late = await hands.say(ABSENT_PHONE, "在岗", "记下了")
    told.check("晚了" in late, f"后来才回的：{late.strip()}")


async def reminded(scene: Scene) -> None:
    scene.told.scene("提醒：今天下午请信息员巡堤。没写给谁的，先问清楚")
    told, officer = scene.told, scene.officer
    page = await officer.open(REMINDERS)
    town = page.partition(">柳湾镇</option>")[0].rpartition('value="')[2].partition('"')[0]
    await officer.press(REMINDERS, **{**ROUND, "roles": "", "area": town})
    told.check(officer.status == 422 and "人和群至少写一样" in officer.text, "没写给谁：指着那一格说，没有存")
    await officer.press(REMINDERS, **ROUND, area=town)
    told.check("下午巡堤" in await officer.open(REMINDERS), "等着发的里有它，写着给多少人")
    await scene.day.until(time(14, 5))
    said = await scene.hands.shows(FAST, "河堤走一遍")
    told.saw("信息员李秀英", [said])
    told.check(bool(said), "下午两点多，她收到")
    told.check("河堤走一遍" not in "".join(await scene.hands.texts(OFFICER_PHONE)), "别的人没有")
