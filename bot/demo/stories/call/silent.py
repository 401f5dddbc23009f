"""叫应 of whoever says nothing: told again, the B woken, the desk rung, the call sheet worked through; and a copy that
has not left when its reader answers is not sent."""

from typing import Any
from urllib.parse import quote

from bot.demo.hands import Browser
from bot.demo.measured import answered
from bot.demo.stories.people import CALLED, FAST, OFFICER_PHONE, SECOND, SILENT
from bot.demo.stories.scene import Scene
from bot.demo.telling import Telling
from bot.demo.waiting import until

JUST = "cun039-a"  # 钟桂田: answers while her second copy waits
NAME = "钟桂田"
AGAIN = "还没有收到您的应答"
OUTCOMES = (("杜世英", "missed", "未接"), ("史兴祥", "wrong", "号码不对"), ("黎秀莲", "cannot", "接通"))


async def told_again(scene: Scene) -> None:
    scene.told.scene("有人没有应答：三分钟后再提醒，叫醒 B 角")
    told, hands = scene.told, scene.hands
    again = await hands.shows(SILENT, AGAIN)
    told.saw("信息员康春田（A 角）", [again])
    told.check("第 2 次" in again, "再提醒一次，字面与第一次不同")
    woken = await hands.shows(SECOND, "您的 A 角 康春田 未应")
    told.saw("信息员黎春强（B 角）", [woken])
    told.check(bool(woken), "叫醒他的 B 角，说清是谁没应")
    told.check(not any(AGAIN in text for text in await hands.texts(FAST)), "应答过的人没有再被叫")


async def while_nothing_leaves(scene: Scene) -> None:
    scene.told.scene(f"发送的进程正在重启，第 2 次提醒排着队；{NAME}这时在页面上应答：那一份不再发")
    told, hands = scene.told, scene.hands
    async with scene.day.without_worker(minutes=3, seconds=10):
        waits = await until(lambda: _copies(scene, "queued"))
        told.check(bool(waits), f"给{NAME}的第 2 次在排队")
        async with hands.browser(JUST) as page:
            await page.open(await hands.link(JUST))
            await page.press(a="1")
            told.check("收到了：1 收到" in page.text, "她在页面上按 1")
    (copy,) = await until(lambda: _copies(scene, "skipped")) or [{"reason": "", "answer": ""}]
    told.check(copy["reason"] == "answered", "那一份没有发，原因记着：已经应答")
    told.check(not any(AGAIN in text for text in await hands.texts(JUST)), "她的手机没有再响")


async def desk_rung(scene: Scene) -> None:
    scene.told.scene("六分钟：还有人没应，值班员的手机响，叫应单开着")
    told = scene.told
    ring = await scene.hands.shows(OFFICER_PHONE, "请打电话叫应")
    told.saw("值班员刘洋", [ring])
    told.check("/calls" in ring, "一按就到叫应单")
    told.check(
        "给 " in await scene.officer.open("/console/") and "人打电话" in scene.officer.text, "今晚页的下一步：打电话"
    )


async def sheet(scene: Scene) -> None:
    scene.told.scene("叫应单：照着名单打，本人说收到、未接、号码不对、去不了，一按就记下")
    told, officer = scene.told, scene.officer
    page = await looked_for(officer, scene.board, "康春田")
    told.check("<b>康春田</b>" in page, "单子上有没应的人，带电话")
    told.check("<b>李秀英</b>" not in await looked_for(officer, scene.board, "李秀英"), "应了的人不在单子上")
    told.check("没有人去，请派人" in page, "两个人都去不了的村排在最前")
    before = await answered(officer, scene.board)
    await telephoned(told, officer, scene.board, CALLED)
    for name, do, said in OUTCOMES:
        await outcome(officer, scene.board, name, do)
        made = officer.text.partition("刚打过的")[2].partition(f"<b>{name}</b>")[2].partition("</li>")[0]
        told.check(said in made, f"{name}：{said}，记在“刚打过的”里")
    wrong = (await looked_for(officer, scene.board, "史兴祥")).partition("刚打过的")[0]
    told.check("<b>史兴祥</b>" in wrong, "没打通的还在单子上")
    counted = await answered(officer, scene.board)
    told.check(counted == before + 2, f"看板上应答 {counted} 人：打通了、说了话的才算")


async def telephoned_one(scene: Scene) -> None:
    scene.told.scene(f"叫应单：值班员照着名单打电话，{CALLED}本人说收到")
    told, officer = scene.told, scene.officer
    told.check(f"<b>{CALLED}</b>" in await looked_for(officer, scene.board, CALLED), "单子上有没应的人，带电话")
    told.check("<b>李秀英</b>" not in await looked_for(officer, scene.board, "李秀英"), "应了的人不在单子上")
    await telephoned(told, officer, scene.board, CALLED)


async def telephoned(told: Telling, officer: Browser, board: str, name: str) -> None:
    await outcome(officer, board, name, "received", "电话里说收到，人在村部")
    silent, _, made = officer.text.partition("刚打过的")
    told.check(name in made and f"<b>{name}</b>" not in silent, f"{name}本人说收到：一按就记下，名字从没应的里消失")


def line_of(board: str, name: str) -> str:
    """The address of the call sheet with this person alone: a county's sheet has a page for every town."""
    return f"{board}/calls?who={quote(name)}"


async def looked_for(officer: Browser, board: str, name: str) -> str:
    return await officer.open(line_of(board, name))


async def outcome(officer: Browser, board: str, name: str, do: str, note: str = "") -> None:
    """How a call ended, by the form beside the name."""
    where, page = line_of(board, name), await looked_for(officer, board, name)
    line = page.partition(f"<b>{name}</b>")[2].partition("</form>")[0]
    person = line.partition('name="person" value="')[2].partition('"')[0]
    await officer.press(where, person=person, do=do, note=note)


async def counted(scene: Scene) -> None:
    counted = await scene.api(f"/broadcasts/{scene.broadcast}")
    scene.told.check(counted["answered"] == 2, f"应答 {counted['answered']} 人，一人一次")


async def _copies(scene: Scene, state: str) -> list[dict[str, Any]]:
    """Of the second reminder, hers."""
    sent = (await scene.api(f"/warnings/{scene.alert}"))["broadcasts"]
    found: list[dict[str, Any]] = []
    for one in sent:
        page = await scene.api(f"/broadcasts/{one['id']}/deliveries?state={state}")
        found += [item for item in page["items"] if item["target"]["name"] == NAME]
    return found
