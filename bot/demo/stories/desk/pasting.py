"""粘贴: an officer who is sure sends what came by telephone; one who is not lets another compare it first."""

from datetime import time, timedelta

from bot.demo.hands import Browser
from bot.demo.stories.desk.waiting import decided, page_of
from bot.demo.stories.people import FAST, OFFICER_PHONE
from bot.demo.stories.scene import Scene

PASTE = "/console/paste"
SURE = "大风黄色预警信号：全县有6级以上阵风，请注意防范。"  # says no end
UNSURE = "雷电橙色预警信号：预计未来6小时柳湾镇有强雷电，请注意防范。"


async def sent(scene: Scene) -> None:
    await scene.day.until(time(1, 42))
    scene.told.scene("粘贴：气象台电话里念的大风黄色，没说到什么时候。三屏：粘贴、核对、发出")
    told, officer = scene.told, scene.officer
    page = await pasted(scene, officer, "发布", SURE)
    told.check(
        "大风" in page and "黄色" in page and "没有读出到什么时候" in page, "读出台站、灾种、颜色，没读出的说没有读出"
    )
    await officer.press(f"{PASTE}/check")
    await officer.press(f"{PASTE}/send")
    scene.endless = officer.where
    told.check(scene.endless.startswith("/console/alerts/") and "人工录入" in officer.text, "发出了，标着人工录入")


async def held(scene: Scene) -> None:
    await scene.day.until(time(1, 50))
    scene.told.scene("傅长莲粘贴一条雷电橙色，拿不准：先不发，请另一个人对照")
    told, hands, night = scene.told, scene.hands, scene.night
    await pasted(scene, night, "发布", UNSURE)
    await night.press(f"{PASTE}/check")
    await night.press(f"{PASTE}/send", do="hold")
    scene.alert = night.where.removeprefix("/console/alerts/")
    told.check("还没有发出" in night.text, "没有发出去")
    told.check("橙色雷电" not in "".join(await hands.texts(FAST)), "李秀英的手机没有响")
    ring = await hands.shows(OFFICER_PHONE, "待您放行 橙色雷电")
    told.saw("值班员刘洋", [ring])
    told.check("傅长莲录入，要由另一个人对照原文放行" in ring, "另一位值班员的手机响了，写明是谁录入的")


async def released(scene: Scene) -> None:
    told, night, officer = scene.told, scene.night, scene.officer
    page = await page_of(night, "橙色雷电")
    told.check("录入的人不能自己放行" in await night.open(page), "傅长莲自己不能放行")
    await decided(officer, "橙色雷电", do="release")
    told.check(officer.where == scene.board, "刘洋对照原文，放行")
    text = await scene.hands.shows(FAST, "橙色雷电")
    told.saw("信息员李秀英", [text])
    told.check("请注意防范" in text, "柳湾镇的信息员收到，原文一字未改")
    scene.broadcast = (await scene.api(f"/warnings/{scene.alert}"))["broadcasts"][-1]["id"]


async def pasted(scene: Scene, browser: Browser, verb: str, words: str) -> str:
    """The second screen, of a text that the county's station issued two minutes ago."""
    sent = scene.day.clock.now().astimezone(scene.day.settings.zone) - timedelta(minutes=2)
    await browser.open(PASTE)
    return await browser.press(PASTE, text=f"青崖县气象台{sent:%Y年%m月%d日%H时%M分}{verb}{words}")
