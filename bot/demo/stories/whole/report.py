"""A sentence from a village: a report at once, confirmed, joined to an incident, and its reporter hears of it."""

from bot.demo.stories.whole.scene import FAST, OFFICER, Scene

SAID = "三组垮坡，路断了，没人伤"


async def report(scene: Scene) -> None:
    scene.told.scene("李秀英在雨里打一句话：三组垮坡，路断了，没人伤")
    told, hands = scene.told, scene.hands
    before = len(await hands.messages(OFFICER))
    said = await hands.say(FAST, SAID, "收到初报")
    told.saw("信息员李秀英", [said])
    told.check("滑坡" in said and "因灾受伤人口 0 人" in said, "当场收成初报，说明记成了什么；没人伤就是 0")
    told.check(bool(await hands.shows(OFFICER, "垮坡", before)), "值班员的手机响了")
    page = await scene.officer.open("/console/reports")
    uid = page.partition('href="/console/reports/')[2].partition('"')[0]
    scene.report = f"/console/reports/{uid}"
    page = await scene.officer.open(scene.report)
    told.check("<mark>没人伤</mark>" in page, "值班台上每个数都挨着原话")


async def confirmed(scene: Scene) -> None:
    scene.told.scene("值班员核实，并入事件；报的人听得到回音")
    told, hands, officer = scene.told, scene.hands, scene.officer
    before = len(await hands.messages(FAST))
    await officer.open(scene.report)
    await officer.press(scene.report, do="confirm", word="镇上已派人")
    heard = await hands.shows(FAST, "镇上已派人", before)
    told.saw("信息员李秀英", [heard])
    told.check(bool(heard), "核实：她听到了镇上派人")
    await officer.open(scene.report)
    await officer.press(scene.report, do="join", name="柳湾村三组滑坡")
    told.check("柳湾村三组滑坡" in await officer.open(scene.report), "并入事件“柳湾村三组滑坡”")
    incident = officer.text.partition('href="/console/incidents/')[2].partition('"')[0]
    told.check("柳湾村三组滑坡" in await officer.open(f"/console/incidents/{incident}"), "事件页上的合计由系统算")
