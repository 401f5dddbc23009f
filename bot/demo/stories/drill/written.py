"""A drill before it begins: a scenario, a script, the people by name; what is missing or would deceive is refused."""

import html
import re

from bot.demo.stories.people import FAST, LEADER_PHONE
from bot.demo.stories.scene import Scene

NEW, MARK, OF = "/console/drills/new", "【演练】", "柳湾镇山洪演练"
OUTLINE = {
    "name": OF, "hazard": "山洪", "grade": "orange", "form": "field", "content": "single", "aim": "test",
    "unit": "柳湾镇人民政府", "minutes": "240", "leader": "孙志远", "road": "live",
    "starts_at": "2026-07-11T14:05", "scenario": "夜里强降雨，三条沟同时涨水，路断了。",
}  # fmt: skip
SCRIPT = {
    "minute-0": "0", "text-0": "上游一小时下了八十毫米，请叫醒河边人家。", "asks-0": "1", "expected-0": "十分钟内应答",
    "minute-1": "30", "text-1": "请清点人数，报给镇上。", "asks-1": "1",
}  # fmt: skip
PLAYERS = {"李秀英": FAST, "赵敏": "zhaomin", "侯安": "cun036-a"}
DENIAL = "这不是演练，请马上转移。"


async def written(scene: Scene) -> None:
    scene.told.scene("写一份演练：情景、两条脚本、点名的人；什么都不用写“演练”两个字")
    await _outlined(scene)
    await _scripted(scene)
    await _named(scene)


async def blind(scene: Scene) -> None:
    scene.told.scene("写一份双盲演练：事先谁也不告诉。缺人、缺脚本、会骗人的话，一样一样说出来")
    told, officer = scene.told, scene.officer
    await _outlined(scene, blind="y")
    told.check("还没有参演的人" in officer.text and "脚本还一条也没有" in officer.text, "还缺什么，写在最上面")
    await officer.open(f"{scene.drill}/script")
    await officer.press(f"{scene.drill}/script", **SCRIPT | {"text-0": DENIAL})
    told.check(officer.status == 422 and DENIAL in html.unescape(officer.text), "“这不是演练”：不让写，没有存")
    await _scripted(scene)
    await officer.open(scene.drill)
    await officer.press(f"{scene.drill}/people", do="add", names="李秀英、张三丰")
    told.check("张三丰" in officer.text and officer.status == 422, "通讯录里没有的人：说是谁")
    await _named(scene)
    await officer.open(scene.drill)
    told.check("双盲：事先谁也不告诉" in officer.text, "提交以前再说一遍：谁也不告诉")


async def handed_in(scene: Scene) -> None:
    """Whoever wrote it neither approves it nor begins it."""
    scene.told.scene("提交审批：写的人不能自己批，没有批准就不能开始")
    told, officer = scene.told, scene.officer
    await officer.open(scene.drill)
    await officer.press(scene.drill, do="hand_in")
    told.check("等审批人批准" in officer.text, "提交了，内容和名单不能再改")
    told.check('value="approve"' not in officer.text, "写的人自己批不了：她的页上没有“批准”")
    told.check('value="start"' not in officer.text, "没有批准，也没有“开始”可按")


async def approved(scene: Scene) -> None:
    told, leader = scene.told, scene.leader
    await scene.day.work()
    rung = await scene.hands.shows(LEADER_PHONE, "待批准 演练")
    told.saw("带班领导孙志远", [rung])
    told.check(bool(rung) and not any(OF in t for t in await scene.hands.texts(FAST)), "请他批；参演的人什么也没收到")
    await leader.open(scene.drill)
    await leader.press(f"{scene.drill}/approval", do="approve")
    told.check("批准" in leader.text and leader.status == 200, "看过脚本和名单，批准了")


async def reminded(scene: Scene) -> None:
    before = await scene.hands.shows(FAST, OF)
    scene.told.saw("参演的李秀英", [before])
    scene.told.check(before.startswith(MARK) and before.rstrip().endswith(MARK), "开始前提醒她，头尾都是演练")


async def unknown(scene: Scene) -> None:
    scene.told.scene("开始前一小时：双盲的不提醒；她自己问，也说没有")
    told, hands = scene.told, scene.hands
    await scene.day.work()
    told.check(not any("演练" in text for text in await hands.texts(FAST)), "李秀英的手机上一条也没有")
    said = await hands.say(FAST, "什么时候演练", "演练")
    told.check("没有排到您的演练" in said, f"李秀英问“什么时候演练”，答：{said.strip()}")


async def _outlined(scene: Scene, **more: str) -> None:
    page = await scene.officer.open(NEW)
    town = re.search(r'<option value="(\d+)"[^>]*>柳湾镇（', page)
    places = {"unit_area": town[1], "areas": town[1]} if town else {}
    await scene.officer.press(NEW, **OUTLINE, **places, **more)
    scene.drill = scene.officer.where
    scene.told.check(scene.drill.startswith("/console/drills/") and scene.drill != NEW, "草稿存下了")


async def _scripted(scene: Scene) -> None:
    await scene.officer.open(f"{scene.drill}/script")
    await scene.officer.press(f"{scene.drill}/script", **SCRIPT)


async def _named(scene: Scene) -> None:
    await scene.officer.open(scene.drill)
    await scene.officer.press(f"{scene.drill}/people", do="add", names="、".join(PLAYERS))
    page = await scene.officer.open(scene.drill)
    marked = page.find(MARK) < page.find("可以提交审批了") < page.rfind(MARK)
    scene.told.check(marked, "整页两头都写着演练，和值班台分得开")
