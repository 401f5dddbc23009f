"""The roster of a day: a sheet with mistakes is shown and not written, a good one is; whoever comes is reminded, and
the leader hears who has not confirmed."""

from datetime import time

from bot.demo.stories.people import LEADER_PHONE, OFFICER_PHONE
from bot.demo.stories.scene import Scene

SHEET = "/console/duty/roster"
ABSENT, ABSENT_PHONE = "熊文强", "xian-zb3"  # confirms no shift, and is not at the desk when it is asked
ROOM = "县值班室,529926000000"
HEAD = "值班室,区划代码,开始,结束,角色,姓名\n"
ROSTER = f"""{HEAD}{ROOM},2026-07-10 17:00,2026-07-11 08:30,值班,傅长莲
{ROOM},2026-07-11 08:30,2026-07-11 17:00,值班,刘洋
{ROOM},2026-07-11 17:00,2026-07-12 08:30,值班,傅长莲
{ROOM},2026-07-11 08:30,2026-07-12 08:30,带班,孙志远
"""
SECOND = f"{ROOM},2026-07-11 08:30,2026-07-11 17:00,值班,{ABSENT}\n"
NIGHT = f"""{HEAD}{ROOM},2026-07-10 17:00,2026-07-11 08:30,值班,傅长莲
{ROOM},2026-07-10 17:00,2026-07-11 08:30,值班,刘洋
{ROOM},2026-07-10 17:00,2026-07-11 08:30,带班,孙志远
"""
TONIGHT = f"{ROOM},2026-07-11 17:00,2026-07-12 08:30,值班,傅长莲\n"


async def looked_at(scene: Scene, sheet: str) -> str:
    """What the page says of a sheet before anything is written."""
    await scene.leader.open(SHEET)
    return await scene.leader.upload(SHEET, "值班表.csv", sheet.encode())


async def written(scene: Scene, sheet: str, shifts: int) -> None:
    page = await looked_at(scene, sheet)
    scene.told.check(f"写入 {shifts} 个班" in page, f"{shifts} 个班，没有错、没有空档、没有人连着值")
    await scene.leader.press(f"{SHEET}/write")
    scene.told.check(scene.leader.where.startswith("/console/duty?week="), "写入了")


async def mistaken(scene: Scene) -> None:
    scene.told.scene("值班表：先看会怎么样。名字写错、今晚没排人，都先列出来，什么也不写")
    page = await looked_at(scene, (ROSTER + SECOND).replace(TONIGHT, "").replace("刘洋", "刘祥"))
    scene.told.check("刘祥" in page and "要改正的格子" in page, "写错的名字：指着那一格说")
    page = await looked_at(scene, (ROSTER + SECOND).replace(TONIGHT, ""))
    scene.told.check("没有人的班" in page and "值班" in page.partition("没有人的班")[2][:300], "今晚的空档列在最前")
    page = await scene.leader.open("/console/duty")
    scene.told.check("现在没有人排在班上" in page, "没有按“写入”，值班表还是空的")


async def for_two(scene: Scene) -> None:
    await written(scene, ROSTER + SECOND, 5)


async def of_the_night(scene: Scene) -> None:
    await written(scene, NIGHT, 3)


async def brought(scene: Scene) -> None:
    scene.told.scene("值班表：导入一份表格，先看会怎么样，再写入")
    await written(scene, ROSTER, 4)


async def confirmed(scene: Scene) -> None:
    await scene.day.until(time(6, 35))
    scene.told.scene("上班前两小时提醒，请他确认")
    told, hands = scene.told, scene.hands
    reminded = await hands.shows(OFFICER_PHONE, "值班")
    told.saw("值班员刘洋", [reminded])
    told.check("8:30" in reminded and "回 1 确认到岗" in reminded, "几点、在哪、和谁一起，回一个数字就行")
    said = await hands.say(OFFICER_PHONE, "1", "县值班室")
    told.check("记下了" in said, f"刘洋回 1：{said}")


async def unconfirmed(scene: Scene) -> None:
    scene.told.check("记下了" in await scene.hands.say(LEADER_PHONE, "1", "县值班室"), "带班领导孙志远也确认了")
    await scene.day.until(time(8, 2))
    scene.told.scene(f"{ABSENT}还没有确认：离上班半小时，告诉带班领导")
    said = await scene.hands.shows(LEADER_PHONE, "还没确认")
    scene.told.saw("带班领导孙志远", [said])
    scene.told.check(ABSENT in said and "刘洋" not in said, "只说没确认的人")
