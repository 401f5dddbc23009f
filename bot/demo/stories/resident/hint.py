"""A hint from a resident: received, given to somebody else, mended, accepted, and the one who told it hears of it."""

import re

from bot.demo.stories.people import MENDER, MENDS, RESIDENT
from bot.demo.stories.scene import Scene

SAID = "隐患 柳湾村三组路边的电线杆歪了"
ORDER = {"measures": "换一根电线杆", "plan": "拉警戒线，人不要靠近"}


async def told(scene: Scene) -> None:
    scene.told.scene("居民褚秀兰随手拍：电线杆歪了")
    hands, officer = scene.hands, scene.officer
    said = await hands.say(RESIDENT, SAID, "收到隐患")
    scene.told.saw("居民褚秀兰", [said])
    number = re.search(r"[A-Z]+\d{4}-H\d+", said)
    scene.told.check(number is not None, "当场有一个电话里念得出来的号")
    page = await officer.open("/console/hints")
    found = re.search(r'href="(/console/hints/[0-9a-f-]{36})"', page)
    scene.hint = found[1] if found else ""
    page = await officer.open(scene.hint)
    await officer.press(scene.hint, do="accept", domain="safety", severity="serious", word="谢谢您")
    scene.told.check(bool(await hands.shows(RESIDENT, "已受理")), "受理：她听得到")
    page = await officer.open(scene.hint)
    person = re.search(rf'<option value="([0-9a-f-]+)"[^>]*>{MENDER}　', page)
    scene.told.check(person is not None and "褚秀兰　" not in page, "报的人不在能派的名单里：报办分离")
    await officer.press(scene.hint, do="assign", person=person[1] if person else "", **ORDER)
    task = await hands.shows(MENDS, "请整改")
    scene.told.saw(f"网格员{MENDER}", [task])
    scene.told.check("换一根电线杆" in task, "派给别人：要做什么、几时前、办好之前怎么防")


async def closed(scene: Scene) -> None:
    scene.told.scene(f"{MENDER}办好了；值班员验收、销号；褚秀兰听得到结果")
    hands, officer = scene.hands, scene.officer
    scene.told.check(bool(await hands.say(MENDS, "办好了，电线杆换了", "办好了")), "一句话就是办好了")
    await officer.open(scene.hint)
    await officer.press(scene.hint, do="close", word="电线杆换好了")
    heard = await hands.shows(RESIDENT, "电线杆换好了")
    scene.told.saw("居民褚秀兰", [heard])
    scene.told.check(bool(heard), "销号，回话给报的人")
