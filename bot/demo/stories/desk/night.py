"""What a night brings that does not go out by itself: a warning that came late, two sources that differ, a file that
nobody can read. Each rings until somebody decides."""

from datetime import time, timedelta

from bot.demo.samples.read import sample
from bot.demo.stories.asked import JSON
from bot.demo.stories.desk.waiting import LIST, decided, page_of
from bot.demo.stories.people import FAST, LEADER_PHONE, NIGHT_PHONE, OFFICER_PHONE
from bot.demo.stories.scene import Scene

RING = "待您放行 橙色暴雨"
STEP = timedelta(minutes=3)  # between two rings


async def stale(scene: Scene) -> None:
    await scene.day.until(time(2, 5))
    scene.told.scene("一条两个多小时前的暴雨橙色才传到：太旧，不自动发，响铃")
    told = scene.told
    status, said = await scene.intake(_rain(scene), JSON)
    told.check((status, said["status"]) == (201, "held"), "接口照实回答：收下了，等人放行")
    told.check("决定发不发" in await scene.officer.open("/console/"), "今晚页的第一件事就是它")
    await scene.day.forward(STEP, minutes=7)
    told.check(
        (await rings(scene, OFFICER_PHONE), await rings(scene, LEADER_PHONE)) == (3, 0), "值班员响了三次，带班领导没有"
    )
    await scene.day.forward(STEP, minutes=3)
    told.saw("带班领导孙志远", [await scene.hands.shows(LEADER_PHONE, RING)])
    told.check(await rings(scene, LEADER_PHONE) == 1, "三次没人处理，第四次也叫醒带班领导")


async def let_out(scene: Scene) -> None:
    scene.told.scene("孙志远放行，别人再按已经晚了")
    told = scene.told
    await decided(scene.leader, "橙色暴雨", do="release")
    told.check(bool(await scene.hands.shows(FAST, "橙色暴雨 青崖县")), "李秀英收到橙色暴雨")
    await scene.day.forward(STEP, minutes=4)
    told.check((await rings(scene, OFFICER_PHONE), await rings(scene, LEADER_PHONE)) == (4, 1), "有人决定以后不再响")
    told.check("孙志远" in await scene.leader.open(LIST), "办过的里写着谁、几时")


async def contradiction(scene: Scene) -> None:
    scene.told.scene("同一条暴雨，另一个来源说是红色：不猜，不再发，请值班员核对")
    told = scene.told
    before = len(await scene.hands.texts(FAST))
    status, said = await scene.intake(
        _rain(scene).replace("橙色".encode(), "红色".encode()).replace(b'"orange"', b'"red"'), JSON
    )
    told.check(status == 409, f"接口回答 409：{said.get('title', '')}")
    ring = await scene.hands.shows(NIGHT_PHONE, "两个来源说法不同")
    told.saw("值班员傅长莲", [ring])
    told.check("没有发出" not in ring.partition("另一份没有发出")[0], "响铃不说那条没有发：它早发了")
    page = await page_of(scene.night, "两个来源说法不同")
    told.check("第 2 个来源" in scene.night.text, "两份原文并排看")
    await scene.night.press(page, do="seen", word="电话问过气象台，是橙色")
    told.check("是橙色" in await scene.night.open(LIST), "怎么核对的，记下了")
    told.check(len(await scene.hands.texts(FAST)) == before, "李秀英没有被打扰")


async def unreadable(scene: Scene) -> None:
    await scene.day.until(time(2, 25))
    scene.told.scene("传来一份读不懂的文件：原样存下，响铃，不让它悄悄消失")
    told = scene.told
    raw = sample("cap.xml", scene.day.clock.now(), scene.day.settings.zone)[:700]
    status, said = await scene.intake(raw)
    told.check(status == 422 and bool(said["errors"]), f"接口回答 422，指着第 {said['errors'][0]['line']} 行说")
    told.check(bool(await scene.hands.shows(NIGHT_PHONE, "读不懂")), "值班员的手机响了")
    page = await scene.night.open("/console/unread")
    told.check("1 份内容未能读取" in page and "Qingya" in page, "未能读取里有原文，一个字节不少")
    await decided(scene.night, "读不懂", do="seen", word="打电话问过，重发")
    told.check("读不懂的内容，可能是预警" not in await scene.night.open("/console/"), "有人管了，就不再排在第一")


async def rings(scene: Scene, phone: str) -> int:
    return sum(text.startswith(RING) for text in await scene.hands.texts(phone))


def _rain(scene: Scene) -> bytes:
    """As it was at midnight: the same bytes whenever it comes."""
    zone = scene.day.settings.zone
    late = scene.day.clock.now().astimezone(zone).replace(hour=23, minute=55, second=0, microsecond=0)
    return sample("rain.json", late - timedelta(days=1), zone)
