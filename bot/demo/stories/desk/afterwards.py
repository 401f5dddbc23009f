"""What is done with a warning that is out: a correction, the question whether it still holds, its end, its evidence."""

from datetime import time, timedelta

from bot.demo.stories.desk.pasting import PASTE, pasted
from bot.demo.stories.people import FAST, NIGHT_PHONE, OFFICER_PHONE
from bot.demo.stories.scene import Scene

HOUR = timedelta(hours=1)
APART = "cun001-a"  # an informant of another town


async def corrected(scene: Scene) -> None:
    await scene.day.until(time(2, 40))
    scene.told.scene("雷电那条录错了：话已经备好，两下就更正，只告诉收到过的人")
    told, officer, hands = scene.told, scene.officer, scene.hands
    page = await officer.open(f"{scene.board}/correct")
    told.check("录入有误，请不要照它行动" in page, "更正的话已经备好")
    await officer.press(f"{scene.board}/correct")
    text = await hands.shows(FAST, "更正 刚才的“雷电”有误")
    told.saw("信息员李秀英", [text])
    told.check(bool(text), "收到过的人收到更正")
    told.check(not any("更正" in t for t in await hands.texts(APART)), "没收到过的人不被打扰")


async def asked(scene: Scene) -> None:
    await scene.day.until(time(4, 45), HOUR)
    scene.told.scene("大风那条没说到什么时候，谁都忘了：系统来问，仍有效？解除？")
    told, officer = scene.told, scene.officer
    question = await scene.hands.shows(OFFICER_PHONE, "仍有效？解除？")
    told.saw("值班员刘洋", [question])
    told.check("大风" in question, "问的是哪一条，几时发的")
    await officer.open(scene.endless)
    await officer.press(f"{scene.endless}/valid")
    told.check(
        "刘洋 " in officer.text and "说仍有效" in officer.text and "再问" in officer.text,
        "刘洋说仍有效：记下是谁说的，几小时后再问",
    )


async def ended(scene: Scene) -> None:
    await scene.day.until(time(5, 20))
    scene.told.scene("气象台来电解除：粘贴原文，它自己找到解除的是哪一条")
    told, officer = scene.told, scene.officer
    page = await pasted(scene, officer, "解除", "大风黄色预警信号。")
    told.check("大风" in page and "现在没有生效的预警" not in page, "指向大风那条，不用找")
    await officer.press(f"{PASTE}/check")
    await officer.press(f"{PASTE}/send")
    told.check(bool(await scene.hands.shows(NIGHT_PHONE, "解除 黄色大风")), "收到过的人收到解除")
    told.check("已结束" in await officer.open(scene.endless), "大风那条结束了，不再问")


async def board(scene: Scene) -> None:
    scene.told.scene("看板：谁应了、谁没应、按镇的数")
    told = scene.told
    page = await scene.officer.open(scene.board)
    told.check("人已应答" in page and "柳湾镇" in page, "雷电那条：一页看完")


async def evidence(scene: Scene) -> None:
    scene.told.scene("证据包：一按就是一份，给检查组")
    officer, page = scene.officer, f"{scene.board}/evidence"
    for kind, begins in (("pdf", b"%PDF"), ("xlsx", b"PK")):
        await officer.open(page)
        await officer.download(page, kind=kind)
        scene.told.check(officer.body.startswith(begins), f"{kind}：{len(officer.body) // 1024} KB，按人的时间线")
