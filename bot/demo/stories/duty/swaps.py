"""换班 by chat alone: who cannot come asks a colleague, the colleague agrees, the leader approves."""

from bot.demo.stories.people import LEADER_PHONE, NIGHT_PHONE
from bot.demo.stories.scene import Scene

COLLEAGUE, COLLEAGUE_PHONE = "袁勇", "xian-zb4"


async def swapped(scene: Scene) -> None:
    scene.told.scene(f"换班：傅长莲今晚来不了，问{COLLEAGUE}；{COLLEAGUE}同意，带班领导批，一人一句话")
    told, hands = scene.told, scene.hands
    told.check(
        "两个月内没有排到班" in await hands.say(COLLEAGUE_PHONE, "换班", "没有"), "没排班的人要换班：和气地说没有"
    )
    told.check("没有找到" in await hands.say(NIGHT_PHONE, "换班 张三丰", "没有找到"), "换给不认识的人：说怎么写")
    said = await hands.say(NIGHT_PHONE, f"换班 {COLLEAGUE}", "记下了")
    told.saw("值班员傅长莲", [said])
    told.check("定下来以前还是您的班" in said, "问着的时候，班还是她的")
    asked = await hands.shows(COLLEAGUE_PHONE, "请您来值")
    told.saw(f"值班员{COLLEAGUE}", [asked])
    told.check("同意回 1" in asked, f"{COLLEAGUE}被问到")
    told.check("正在等带班领导同意" in await hands.say(COLLEAGUE_PHONE, "1", "记下了"), f"{COLLEAGUE}回 1")
    told.check(bool(await hands.shows(LEADER_PHONE, "换班待批")), "带班领导收到：谁换给谁、两人都同意了")
    told.check("都已告诉" in await hands.say(LEADER_PHONE, "1", "同意了"), "孙志远回 1：批了")
    for phone in (NIGHT_PHONE, COLLEAGUE_PHONE):
        told.check(bool(await hands.shows(phone, "换好了")), "换好了，两人都听到")
    page = await scene.leader.open("/console/duty")
    told.check(COLLEAGUE in page, "值班表跟着换了")
