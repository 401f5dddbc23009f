"""The day's end: the evidence of the warning, the handover of the evening, and the record that proves itself."""

from datetime import time

from bot.demo.stories.whole.scene import Scene
from bot.record.verify import verify
from bot.wiring import RECOMPUTED


async def handover(scene: Scene) -> None:
    await scene.day.until(time(16, 45))
    scene.told.scene("16:45 交接：一天里没完的事，系统都写进去了")
    page = await scene.night.open("/console/handover")
    text = page.partition("接班：傅长莲")[2].partition("</section>")[0]
    scene.told.check(bool(text), "交给夜班的傅长莲")
    scene.told.check("柳湾镇山洪演练" in text, "没有结束的演练在里面")
    uid = page.partition('action="/console/handover/')[2].partition('"')[0]
    await scene.night.press(f"/console/handover/{uid}", do="confirm")
    scene.told.check(scene.night.status == 200, "傅长莲接班确认")


async def evidence(scene: Scene) -> None:
    scene.told.scene("证据包：一按就是一份，给检查组")
    officer = scene.officer
    for kind, begins in (("pdf", b"%PDF"), ("xlsx", b"PK")):
        page = f"{scene.board}/evidence"
        await officer.open(page)
        await officer.download(page, kind=kind)
        scene.told.check(officer.body.startswith(begins), f"{kind}：{len(officer.body) // 1024} KB，按人的时间线")


async def proved(scene: Scene) -> None:
    scene.told.scene("留痕：从头核对一遍")
    await scene.day.work()
    async with scene.day.deps.read() as session:
        found = await verify(session, scene.day.deps.vault, RECOMPUTED)
    said = "；".join(found.problems) or f"{found.entries} 条记录、复算 {found.recomputed} 份，没有改动"
    scene.told.check(found.clean, said)
