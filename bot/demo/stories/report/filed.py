"""A sentence from a village: a report at once, each figure beside its words, what is unfit kindly refused."""

from bot.demo.stories.asked import read_out
from bot.demo.stories.people import FAST, OFFICER
from bot.demo.stories.scene import Scene

SAID = "三组垮坡，路断了，没人伤"
FIGURES = "两间房塌了，五户十二人转移，淹了15亩稻子，没人伤"
LIST = "/console/reports"


async def dry(scene: Scene) -> None:
    scene.told.scene("网格平台先试读一句话：接口答它会记成什么，什么也不存")
    fields = await read_out(scene.day, scene.day.filing, FIGURES)
    for one in fields:
        scene.told.figure(f"{one['name']} {one['value']} {one['unit']}　来自“{one['words']}”")
    read = {one["name"]: one["value"] for one in fields}
    scene.told.check(read.get("因灾受伤人口") == 0, "没人伤就是 0，不是空着")
    scene.told.check(read.get("农作物受灾面积") == 1, "15 亩换算成 1 公顷，原话还在旁边")
    scene.told.check(not (await scene.api("/reports"))["items"], "试读不算报")


async def said(scene: Scene) -> None:
    scene.told.scene(f"李秀英在雨里打一句话：{SAID}")
    told, hands = scene.told, scene.hands
    before = len(await hands.messages(OFFICER))
    said = await hands.say(FAST, SAID, "收到初报")
    told.saw("信息员李秀英", [said])
    told.check("滑坡" in said and "因灾受伤人口 0 人" in said, "当场收成初报，说明记成了什么；没人伤就是 0")
    told.check(bool(await hands.shows(OFFICER, "垮坡", before)), "值班员的手机响了")
    page = await scene.officer.open(LIST)
    uid = page.partition(f'href="{LIST}/')[2].partition('"')[0]
    scene.report = f"{LIST}/{uid}"
    page = await scene.officer.open(scene.report)
    told.check("<mark>没人伤</mark>" in page, "值班台上每个数都挨着原话")


async def confirmed(scene: Scene) -> None:
    scene.told.scene("值班员核实；报的人听得到回音")
    told, hands, officer = scene.told, scene.hands, scene.officer
    before = len(await hands.messages(FAST))
    await officer.open(scene.report)
    await officer.press(scene.report, do="confirm", word="镇上已派人")
    heard = await hands.shows(FAST, "镇上已派人", before)
    told.saw("信息员李秀英", [heard])
    told.check(bool(heard), "核实：她听到了镇上派人")


async def joined(scene: Scene) -> None:
    scene.told.scene("并入事件")
    told, officer = scene.told, scene.officer
    await officer.open(scene.report)
    await officer.press(scene.report, do="join", name="柳湾村三组滑坡")
    told.check("柳湾村三组滑坡" in await officer.open(scene.report), "并入事件“柳湾村三组滑坡”")
    incident = officer.text.partition('href="/console/incidents/')[2].partition('"')[0]
    told.check("柳湾村三组滑坡" in await officer.open(f"/console/incidents/{incident}"), "事件页上的合计由系统算")
