"""联络测试: once a month whoever has been silent is asked for a 1; who does not answer is named, with somebody
instead."""

from datetime import time, timedelta

from bot.demo.stories.people import FAST, SECOND, SILENT
from bot.demo.stories.scene import Scene

REMINDERS = "/console/reminders"
PRESET = "每月联络测试"
HOURS = 2
SOON = timedelta(hours=3)


async def tested(scene: Scene) -> None:
    scene.told.scene("早上：每月联络测试。三十天没说过话的人才问，回 1 就算找得到")
    told, officer, hands = scene.told, scene.officer, scene.hands
    page = await officer.open(f"{REMINDERS}?preset={PRESET}")
    town = page.partition(">柳湾镇</option>")[0].rpartition('value="')[2].partition('"')[0]
    given = {"starts_at": "2026-07-11T09:13", "every": "", "area": town, "answer_hours": str(HOURS)}
    await officer.press(REMINDERS, **given)
    told.check(PRESET in officer.text and officer.status == 200, "从现成的里选一个，改成今天、只问柳湾镇")
    await scene.day.until(time(9, 14), SOON)
    asked = await hands.shows(SILENT, "联络测试")
    told.saw("信息员康春田", [asked])
    told.check("回 1" in asked, "昨夜一直没应的康春田被问到")
    told.check("联络测试" not in "".join(await hands.texts(FAST)), "李秀英昨夜应过，不用再问")
    told.check("县里找得到您" in await hands.say(SECOND, "1", "找得到"), "黎春强回 1：找得到")


async def named(scene: Scene) -> None:
    await scene.day.until(time(11, 20), SOON)
    scene.told.scene("两个小时到了：联系不上的列出来，写着可以找谁")
    page = await scene.officer.open("/console/reachability")
    line = page.partition("<b>康春田</b>")[2].partition("</tr>")[0]
    scene.told.check("黎春强" in line, "康春田联系不上，可以找黎春强（B 角）")
    scene.told.check("<b>黎春强</b>" not in page and "<b>李秀英</b>" not in page, "应过的人不在里面")
    late = await scene.hands.say(SILENT, "收到", "找得到")
    scene.told.check(
        bool(late) and "<b>康春田</b>" not in await scene.officer.open("/console/reachability"),
        "晚了也算：康春田后来回了，名单里没有他了",
    )
