"""交接: written by the machine, a word added by who goes, read and confirmed by who comes; at the desk, or by chat."""

from datetime import time

from bot.demo.hands import Browser
from bot.demo.stories.people import OFFICER_PHONE
from bot.demo.stories.scene import Scene

ROOM = "/console/handover"
NOTE = "柳湾镇水位站昨夜断过一次线"


async def written(scene: Scene) -> None:
    await scene.day.until(time(8, 15))
    scene.told.scene("交接：系统写好，夜班补一句")
    page = await scene.night.open(ROOM)
    scene.told.check("县值班室" in page and "接班：刘洋" in page, "交接单写好了，写明交给谁")
    await scene.night.press(f"{ROOM}/{_uid(scene.night)}", do="note", note=NOTE)
    scene.told.check(NOTE in await scene.officer.open(ROOM), "夜班的话在上面")


async def confirmed_at_the_desk(scene: Scene) -> None:
    await _taken_over(scene, scene.officer, "刘洋")
    scene.told.check("接班确认" not in scene.officer.text, "从此不再改")


async def read_out(scene: Scene) -> None:
    await scene.day.until(time(8, 31))
    scene.told.scene("到点：交接单念给接班的人，他在手机上看完，回 1")
    text = await scene.hands.shows(OFFICER_PHONE, "请接班")
    scene.told.saw("值班员刘洋", [text])
    scene.told.check(NOTE in text, "交班的人说的那一句也在里面")
    said = await scene.hands.say(OFFICER_PHONE, "1", "接班了")
    scene.told.check("由您负责" in said, said.strip())
    scene.told.check("由 刘洋 确认" in await scene.night.open(ROOM), "值班台上：谁、几时接的班")


async def in_the_evening(scene: Scene) -> None:
    await scene.day.until(time(16, 45))
    scene.told.scene("交接：一天里没完的事，系统都写进去了")
    page = await scene.night.open(ROOM)
    text = page.partition("接班：傅长莲")[2].partition("</section>")[0]
    scene.told.check(bool(text), "交给夜班的傅长莲")
    scene.told.check("柳湾镇山洪演练" in text, "没有结束的演练在里面")
    await _taken_over(scene, scene.night, "傅长莲")


async def _taken_over(scene: Scene, browser: Browser, name: str) -> None:
    await browser.open(ROOM)
    await browser.press(f"{ROOM}/{_uid(browser)}", do="confirm")
    scene.told.check(browser.status == 200, f"{name}接班确认")


def _uid(browser: Browser) -> str:
    return browser.text.partition(f'action="{ROOM}/')[2].partition('"')[0]
