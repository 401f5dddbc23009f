"""The story of both ways: people bind and subscribe, a red warning goes out, each answers by the road that is theirs,
the silent are told again, residents ask and leave, and the all-clear reaches whoever was told."""

import asyncio
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from bot.demo.county.load import bring
from bot.demo.hands import Hands
from bot.demo.measured import typed
from bot.demo.processes import Running
from bot.demo.samples.read import identifier
from bot.demo.simulated import told as post
from bot.demo.stories.call.answering import CARD, WORDS, by_card, by_page, by_words, tries_buttons
from bot.demo.stories.call.silent import looked_for, telephoned
from bot.demo.stories.people import CALLED
from bot.demo.stories.wechat_afterwards import ask, cry, go, relay
from bot.demo.stories.wechat_night import Night
from bot.demo.stories.wechat_people import (
    ACCOUNT,
    DIGIT,
    GROUP,
    HOME,
    JOINS,
    LATE,
    MORE,
    OFFICER,
    PLACELESS,
    PLEA,
    RESIDENT,
    SECOND,
    SILENT,
)  # fmt: skip
from bot.demo.telling import Telling
from bot.demo.waiting import until
from bot.directory.imports.columns import Kind
from broadcasts.ladder.models import LadderRule, Whom

RUNG = 8  # seconds after a red warning, for this story alone
MOST = 1.0  # seconds from an answer to its receipt and to the board
EXTRA = Path(__file__).parent / "wechat_extra"  # who and what the story adds to the county, as files to import


async def play(county: Running, told: Telling) -> None:
    hands = Hands(county.http, county.simulator, county.web)
    async with hands.browser() as desk:
        night = Night(county, hands, told, desk)
        await prepared(night)
        await bound(night)
        await subscribed(night)
        first = identifier(county.deps.clock.now(), county.settings.zone)
        await red(night)
        await answered(night)
        await silent(night)
        await relay(night)
        await ask(night)
        await cry(night)
        await go(night)
        await all_clear(night, first)


async def prepared(night: Night) -> None:
    """The county's own rows that differ here, said aloud; and the officer signs in."""
    county = night.county
    night.told.scene(
        "样板县，真的三个进程；多一位没有企业微信的信息员、一个个人微信群。"
        f"叫应规则“红色第 2 步”改成发布 {RUNG} 秒后（原为 3 分钟）"
    )
    async with county.deps.begin() as session:
        for kind in (Kind.people, Kind.groups):
            await bring(session, county.deps.vault, kind, EXTRA / f"{kind.value}.csv", county.deps.clock.now())
        rung = sa.update(LadderRule).where(col(LadderRule.number) == 2, col(LadderRule.grade) == "red")
        await session.execute(rung.values(after_seconds=RUNG))
        whom = select(LadderRule.whom).where(col(LadderRule.number) == 2, col(LadderRule.grade) == "red")
        night.told.check(
            set((await session.execute(whom)).scalars()) == {Whom.silent}, "第 2 步：没有应答的人再提醒，并叫醒 B 角"
        )
    joins = {"openid": ACCOUNT, "name": JOINS, "place": "信息员", "followed": False}
    await post(county.http, f"{county.simulator}/_sim/world", {"followers": [joins]})
    await night.officer.open("/console/sign-in")
    await night.officer.press("/console/sign-in", name=OFFICER, password=county.password)
    night.told.check(night.officer.where == "/console/", "值班员刘洋登录值班台")


async def bound(night: Night) -> None:
    """By an invitation on the account; and a trial of the buttons on WeCom."""
    night.told.scene("绑定：值班员给没有企业微信的信息员一个邀请码，她在公众号里发给系统")
    hands, told = night.hands, night.told
    page = await night.officer.open("/console/bindings")
    person = page.partition(f"<b>{JOINS}</b>")[2].partition('name="person" value="')[2].partition('"')[0]
    page = await night.officer.press("/console/invitations", person=person)
    code = page.partition("的邀请码：")[2][:8]
    told.check(len(code) == 8 and f"{JOINS}的邀请码" in page, "邀请码只显示一次")
    await hands.do(ACCOUNT, "follow")
    stranger = await hands.say(ACCOUNT, "绑定 ABCD2345", "邀请码")
    told.check("不对" in stranger, "编的邀请码：和气地拒绝")
    told.check(bool(await hands.say(ACCOUNT, f"绑定 {code}", f"绑定好了：{JOINS}")), "用邀请码绑定到本人")
    again = await hands.say(ACCOUNT, f"绑定 {code}", "已经认识您")
    told.check(bool(again), "再发一次：已经认识")
    told.saw(f"信息员{JOINS}（公众号）", await hands.texts(ACCOUNT))
    await tries_buttons(hands, told)


async def subscribed(night: Night) -> None:
    night.told.scene("海报：值班员打印柳湾村的海报，居民扫码关注；另有一位没扫码，直接关注")
    hands, told = night.hands, night.told
    page = await night.officer.open(f"/console/posters/{HOME}.png")
    told.check(bool(page) and night.officer.body.startswith(b"\x89PNG"), "海报的二维码，按平台给的地址自己画")
    async with night.county.http.get(f"{night.county.simulator}/_sim/scenes") as answer:
        scenes = [one["scene"] for one in (await answer.json())["items"]]
    told.check(scenes == [f"v{HOME}"], "平台只被问过这一个村的码")
    await asyncio.gather(*(hands.do(phone, "scan", scene=f"v{HOME}") for phone in (RESIDENT, PLEA, LATE)))
    for phone, who in ((RESIDENT, "褚秀兰"), (PLEA, "吕桂芳"), (LATE, "孙建军")):
        told.check(bool(await hands.shows(phone, "已订阅柳湾镇柳湾村")), f"{who}扫码就订阅了那个村")
    await hands.do(PLACELESS, "follow")
    told.check("您住哪个村或镇" in await hands.shows(PLACELESS, "您住哪个村"), "没扫码的：只问一句住哪里，全县红橙先发")
    told.saw("居民褚秀兰", await hands.texts(RESIDENT))
    told.saw("居民许银凤（没选地方）", await hands.texts(PLACELESS))
    async with hands.browser(RESIDENT) as page_:
        await page_.open("/h5/mine?by=oa")
        await page_.press("/h5/mine", **{"do": "quiet", "from": "00:00", "to": "00:00"})
        told.check('value="00:00"' in page_.text, "褚秀兰在“我的订阅”里关掉免打扰：页面认得是谁（OAuth）")


async def red(night: Night) -> None:
    """The warning, and while it is still going out, the first answer."""
    night.told.scene("红色台风，从接口进来，全县在发；李秀英的手机一响就回 1")
    hands, told = night.hands, night.told
    night.alert = await night.issue(colour="Red", zh="红色", verb="发布", type="Alert", references="<references/>")
    night.broadcast = (await night.api(f"/warnings/{night.alert}"))["broadcasts"][-1]["id"]
    told.check(bool(await hands.shows(DIGIT, "红色台风 青崖县")), "李秀英收到")
    fast = False
    for phone in (DIGIT, *MORE):
        if fast := await measured(night, phone):
            break
    told.saw("信息员李秀英", await hands.texts(DIGIT))
    told.check(fast, f"两样都在 {MOST:.0f} 秒以内")


async def measured(night: Night, phone: str) -> bool:
    """One digit typed. Where this machine was busy with something else, another informant types too."""
    running = (await night.api(f"/broadcasts/{night.broadcast}"))["finished_at"] is None
    took = await typed(night.hands, night.officer, phone, night.board)
    night.digits += 1
    beside = "全县的红色还在发" if running else "全县的红色刚发完"
    night.told.figure(f"从回 1 到手机上的回执 {took.receipt:.2f} 秒，到值班台的数字 {took.board:.2f} 秒（{beside}）")
    return took.longest <= MOST


async def answered(night: Night) -> None:
    night.told.scene("其他人各走各的路：一句话、卡片按钮、H5 页面、公众号")
    hands, told = night.hands, night.told
    for way in (by_words, by_card, by_page):
        await way(hands, told)
    said = await hands.shows(ACCOUNT, "红色台风")
    told.saw(f"信息员{JOINS}（公众号，模板消息）", [said])
    told.check(bool(await hands.say(ACCOUNT, "１", "收到了：1 收到")), f"{JOINS}在公众号里回全角的１，也算")
    told.check("红色台风" in await hands.shows(RESIDENT, "红色台风"), "居民褚秀兰收到")
    told.check(bool(await hands.shows(PLACELESS, "红色台风")), "没选地方的居民许银凤也收到：红色")
    board = await night.officer.open(night.board)
    told.check("去不了，要换人" in board and "<b>冯少勇</b>" in board, "值班台：去不了的排在前面，写着换谁")


async def silent(night: Night) -> None:
    night.told.scene(f"康春田一直没有应答：{RUNG} 秒后那一步到了")
    hands, told = night.hands, night.told
    again = await hands.shows(SILENT, "还没有收到您的应答")
    told.saw("信息员康春田（A 角）", await hands.texts(SILENT))
    told.check("第 2 次" in again, "再提醒一次，字面与第一次不同")
    woken = await hands.shows(SECOND, "您的 A 角 康春田 未应")
    told.saw("信息员黎春强（B 角）", [woken])
    told.check(bool(woken), "叫醒他的 B 角，说清是谁没应")
    texts = [text for phone in (DIGIT, WORDS, CARD, ACCOUNT) for text in await hands.texts(phone)]
    told.check(not any("还没有收到您的应答" in text for text in texts), "应答过的人没有再被叫")
    told.check("<b>康春田</b>" in await looked_for(night.officer, night.board, "康春田"), "叫应单：没应的人，带电话")
    told.check("<b>李秀英</b>" not in await looked_for(night.officer, night.board, "李秀英"), "应了的人不在叫应单上")
    await telephoned(told, night.officer, night.board, CALLED)
    counted = await night.api(f"/broadcasts/{night.broadcast}")
    told.check(counted["answered"] == night.digits + 5, f"应答 {counted['answered']} 人，一人一次，不论走哪条路")


async def all_clear(night: Night, first: str) -> None:
    night.told.scene("解除：告诉每一个收到过、还在的人")
    hands, told = night.hands, night.told
    told_before = await night.api(f"/broadcasts/{night.broadcast}")
    facts = {"colour": "Orange", "zh": "橙色", "verb": "解除", "type": "Cancel"}
    alert = await night.issue(**facts, references=f"<references>{first}</references>")
    broadcast = (await night.api(f"/warnings/{alert}"))["broadcasts"][-1]["id"]
    for phone, who in ((DIGIT, "应答过的"), (SILENT, "没应答的"), (ACCOUNT, "公众号上的信息员"), (RESIDENT, "居民")):
        told.check(bool(await hands.shows(phone, "解除")), f"{who}收到解除")
    told.saw("居民褚秀兰", await hands.texts(RESIDENT))
    told.check(not any("解除" in text for text in await hands.texts(PLEA)), "退订了的吕桂芳不再收到")
    told.check(any("解除" in text for text in await hands.group(GROUP)), "村民所在的群也收到")

    async def finished() -> dict[str, Any]:
        now = await night.api(f"/broadcasts/{broadcast}")
        return now if now["people"] == told_before["people"] and not now["sending"] else {}

    counted = await until(finished)
    told.check(bool(counted), f"解除发给全部 {told_before['people']} 个收到过的工作人员")
    late = await night.officer.open(f"{night.board}/calls")
    told.check("现在说的不再计数" in late, "解除以后，叫应单说明不用再打")
    said = await hands.say(SECOND, "1", "记下了")
    told.check("没有等您回的预警" in said, f"解除以后才回的 1：和气地收下，不计数（{said.partition('。')[0]}）")
