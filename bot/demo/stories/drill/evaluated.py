"""评估: what was measured stands beside the words; nothing is closed before every item is written, with a mend."""

import html

from bot.demo.stories.scene import Scene

ITEMS = ("execution", "soundness", "command", "responders", "equipment", "suggestions")
MEND = {"what": "三组的转移路线改走后山", "owner": "柳湾镇应急办", "due_on": "2026-08-01"}


async def evaluated(scene: Scene) -> None:
    scene.told.scene("写完评估才能结案")
    told, officer = scene.told, scene.officer
    page = await officer.open(scene.drill)
    told.check("量出来的" in page and "中位用时" in page, "几个人应了、中位几秒、最慢几秒：只由记录算出")
    await officer.press(f"{scene.drill}/evaluation", do="close", execution="都到了。")
    told.check("没有" in html.unescape(officer.text) and officer.status == 422, "评估没写完：不能结案，缺哪几项有名字")
    await officer.open(scene.drill)
    await officer.press(f"{scene.drill}/evaluation", do="revise", **MEND)
    await officer.press(f"{scene.drill}/evaluation", do="close", **dict.fromkeys(ITEMS, "按时到岗，人数清楚。"))
    told.check("0/1 条已改" in await officer.open(scene.drill), "结案了，预案要改的一条有人、有日子")
    for kind, begins in (("pdf", b"%PDF"), ("xlsx", b"PK")):
        await officer.fetch(f"{scene.drill}/report.{kind}")
        told.check(officer.body.startswith(begins), f"总结报告 {kind}，{len(officer.body) // 1024} KB")


async def on_the_years_page(scene: Scene) -> None:
    page = await scene.officer.open("/console/drills")
    line = page.partition("<b>柳湾镇人民政府</b>")[2].partition("</tr>")[0]
    scene.told.check("1/1" in line, "全年的单子上：柳湾镇办了 1 次，评估了 1 次")
