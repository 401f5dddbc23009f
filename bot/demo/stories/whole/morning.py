"""The day's first hours: a roster, the handover of the morning, and a resident who subscribes."""

from datetime import time

from bot.demo.stories.whole.scene import HOME, NIGHT_OFFICER, NIGHT_PHONE, OFFICER, RESIDENT, Scene

ROSTER = """值班室,区划代码,开始,结束,角色,姓名
县值班室,529926000000,2026-07-10 17:00,2026-07-11 08:30,值班,傅长莲
县值班室,529926000000,2026-07-11 08:30,2026-07-11 17:00,值班,刘洋
县值班室,529926000000,2026-07-11 17:00,2026-07-12 08:30,值班,傅长莲
县值班室,529926000000,2026-07-11 08:30,2026-07-12 08:30,带班,孙志远
"""


async def roster(scene: Scene) -> None:
    scene.told.scene("6:20 值班表：导入一份表格，先看会怎么样，再写入")
    told, leader = scene.told, scene.leader
    for browser, name in ((leader, "sunzhiyuan"), (scene.officer, OFFICER), (scene.night, NIGHT_OFFICER)):
        told.check(await scene.sign_in(browser, name), f"{name} 登录值班台")
    await leader.open("/console/duty/roster")
    page = await leader.upload("/console/duty/roster", "值班表.csv", ROSTER.encode())
    told.check("写入 4 个班" in page, "4 个班，没有错、没有空档、没有人连着值")
    await leader.press("/console/duty/roster/write", **leader.hidden("/console/duty/roster/write"))
    told.check(leader.where.startswith("/console/duty?week="), "写入了")
    await scene.day.forward(minutes=15)
    reminded = await scene.hands.shows("liuyang", "值班")
    told.saw("值班员刘洋", [reminded])
    told.check("8:30" in reminded or "八点半" in reminded, "上班前提醒，请他确认")
    said = await scene.hands.say("liuyang", "1", "县值班室")
    told.check("记下了" in said, f"刘洋回 1：{said}")


async def handover(scene: Scene) -> None:
    await scene.day.until(time(8, 15))
    scene.told.scene("8:15 交接：系统写好，夜班补一句，白班读过、确认")
    told, hands = scene.told, scene.hands
    before = len(await hands.messages(NIGHT_PHONE))
    told.check(before >= 0 and "县值班室" in await scene.night.open("/console/handover"), "交接单写好了")
    uid = scene.night.text.partition('action="/console/handover/')[2].partition('"')[0]
    await scene.night.press(f"/console/handover/{uid}", do="note", note="柳湾镇水位站昨夜断过一次线")
    page = await scene.officer.open("/console/handover")
    told.check("水位站昨夜断过一次线" in page and "接班：刘洋" in page, "夜班的话在上面，写明交给谁")
    await scene.officer.press(f"/console/handover/{uid}", do="confirm")
    told.check(scene.officer.status == 200 and "接班确认" not in scene.officer.text, "刘洋接班确认，从此不再改")


async def subscription(scene: Scene) -> None:
    await scene.day.until(time(9, 10))
    scene.told.scene("9:10 居民褚秀兰扫村口的海报")
    told, hands = scene.told, scene.hands
    await scene.officer.open(f"/console/posters/{HOME}.png")
    await hands.do(RESIDENT, "scan", scene=f"v{HOME}")
    told.check(bool(await hands.shows(RESIDENT, "已订阅柳湾镇柳湾村")), "扫码就订阅了她的村")
    told.saw("居民褚秀兰", await hands.texts(RESIDENT))
