"""What becomes of a report: returned with a word, mended by a sentence, told by others too, followed, closed."""

from datetime import time, timedelta

from bot.demo.stories.people import FAST, RESIDENT
from bot.demo.stories.report.filed import LIST
from bot.demo.stories.scene import Scene

OTHER = "zhaomin"  # 赵敏, of the same village
HOURS = timedelta(hours=4)


async def returned(scene: Scene) -> None:
    scene.told.scene("值班员要问清楚：退回，写一句；她回一句话就补上了")
    told, hands, officer = scene.told, scene.hands, scene.officer
    before = len(await hands.messages(FAST))
    await officer.open(scene.report)
    await officer.press(scene.report, do="return", word=" ")
    told.check(officer.status == 422, "退回要写为什么，不写不让退")
    await officer.press(scene.report, do="return", word="压到房子没有？")
    asked = await hands.shows(FAST, "请补一下：压到房子没有？", before)
    told.saw("信息员李秀英", [asked])
    told.check(bool(asked), "她看到要补什么")
    said = await hands.say(FAST, "没塌房，转移了2户5人", "已补进 QY0711-001")
    told.check("紧急避险转移人口 5 人" in said, f"补进同一份：{said.splitlines()[0]}")


async def alike(scene: Scene) -> None:
    scene.told.scene("赵敏和居民褚秀兰也说了同一件事：像是同一件，值班员并成一件，人人听到")
    told, hands, officer = scene.told, scene.hands, scene.officer
    told.check(bool(await hands.say(OTHER, "三组山体滑坡，没人伤", "收到初报")), "赵敏报的另记一份")
    told.check(bool(await hands.say(RESIDENT, "柳湾村三组滑坡了", "收到")), "居民的也收下")
    page = await officer.open(LIST)
    told.check("像是同一件事" in page, "同一个村、同一个钟头、同一类：提出来，不自己并")
    await officer.open(scene.report)
    await officer.press(scene.report, do="together")
    told.check(bool(await hands.shows(OTHER, "已并入")), "赵敏听到：并进了哪件事")
    told.check(bool(await hands.shows(RESIDENT, "已并入")), "褚秀兰也听到")
    incident = (await officer.open(scene.report)).partition('href="/console/incidents/')[2].partition('"')[0]
    page = await officer.open(f"/console/incidents/{incident}")
    told.check("QY0711-001" in page and "QY0711-003" in page, "事件页：三份都在，合计由系统算，一家不数两遍")


async def followed(scene: Scene) -> None:
    scene.told.scene("情况变了：续报一句话")
    said = await scene.hands.say(FAST, "续报 又转移3户9人", "收到续报")
    scene.told.saw("信息员李秀英", [said])
    scene.told.check("加上前面的 5，一共记 14 人，对吗" in said, "接着同一件事，累计的数加好了，请她核对")
    thread = (await scene.officer.open(scene.report)).partition("<h2>同一件事</h2>")[2].partition("</section>")[0]
    later = thread.rpartition(f'href="{LIST}/')[2].partition('"')[0]
    scene.told.check("初报" in thread and "续报" in thread, "值班台：初报、续报排在一起")
    scene.report = f"{LIST}/{later}"
    await scene.officer.open(scene.report)
    await scene.officer.press(scene.report, do="confirm", word="")
    scene.told.check("已核实" in scene.officer.text, "续报也核实了")


async def late(scene: Scene) -> None:
    await scene.day.until(time(9, 20), HOURS)
    scene.told.scene("第二天：灾情没有稳定的乡镇每天要报，柳湾镇还没报")
    told, officer = scene.told, scene.officer
    await scene.sign_in(officer, "liuyang")
    page = await officer.open("/console/daily-reports")
    told.check("1 个乡镇缺报：先打给柳湾镇" in page, "缺报名单：哪个镇、缺什么、依据哪份文件")
    told.check("晚了" in page and "依据" in page, "几点前该报的写得清楚")


async def zero(scene: Scene) -> None:
    said = await scene.hands.say(FAST, "今天无新增灾情", "零报告")
    scene.told.saw("信息员李秀英", [said])
    scene.told.check("记下了：没有新的情况" in said, "没有新情况也说一句：零报告")
    page = await scene.officer.open("/console/daily-reports")
    scene.told.check("1/1 个乡镇都报了" in page and "晚报" in page, "缺报名单上没有它了，晚报记着")
    rates = await scene.officer.open("/console/report-rates?month=2026-07")
    scene.told.check("柳湾镇" in rates and "%" in rates, "及时率按镇算，低的在前")


async def closed(scene: Scene) -> None:
    scene.told.scene("稳定了：核报。数比上次少，要写原因")
    told, officer = scene.told, scene.officer
    await officer.open(scene.report)
    await officer.press(scene.report, do="stable")
    told.check("核报（灾情稳定后 2 个工作日内）" in officer.text, "从稳定算起，几时前要核报")
    await officer.press(scene.report, do="final")
    draft = officer.where
    field = officer.text.partition(">紧急避险转移人口（")[0].rpartition('for="')[2].partition('"')[0]
    await officer.press(draft, do="send", words="核定：一户重复登记", **{field: "8"})
    told.check("少了" in officer.text, "比上一份少：列出来，请写原因")
    await officer.press(draft, do="confirm", word="一户重复登记")
    told.check(officer.status == 200 and "已核实" in officer.text, "写了原因，核报存下")


async def exported(scene: Scene) -> None:
    scene.told.scene("导出：按国家灾情系统表头排的表格，和地图上的点")
    told, officer = scene.told, scene.officer
    await officer.fetch(f"{LIST}.xlsx")
    told.check(officer.body.startswith(b"PK"), f"表格 {len(officer.body) // 1024} KB，法定上报仍在灾情系统里办")
    await officer.fetch(f"{LIST}.geojson")
    told.check(
        b'"FeatureCollection"' in officer.body and b"103.51" in officer.body, "GeoJSON：照片里的位置成了地图上的点"
    )
