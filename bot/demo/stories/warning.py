"""The story of a night: official warnings in five forms, an update, an all-clear, and one that waits for a person."""

from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import col, select

from bot.demo.samples.read import identifier, sample, table
from bot.demo.stage import Stage
from bot.demo.station import Station, feed
from bot.demo.telling import Telling
from bot.ids import uuid7
from broadcasts.alerts.models import Alert, Status
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.progress import Progress, progress
from broadcasts.dispatch.queries import of_alert
from broadcasts.intake.models import Feed
from broadcasts.intake.readers.paste import propose, to_message
from broadcasts.intake.receive import Received, receive, take_one
from broadcasts.intake.take import Way
from broadcasts.release.decide import release
from broadcasts.release.holds import open_holds

INFORMANT, OFFICER, LEADER = "lixiuying", "liuyang", "sunzhiyuan"
VILLAGE_ROBOT = "00000000-0000-4000-8000-000000000001"
PEOPLE, GROUPS = 2768, 370


async def play(stage: Stage, told: Telling) -> None:
    told.scene(
        f"样本文本取自公开来源，按 bot/demo/samples/table.csv 的 {len(table())} 行改派到样板县、改到现在，别处未动"
    )
    first = await red(stage, told)
    await downgrade(stage, told, first)
    async with feed() as station:
        await polled(stage, told, station)
    await pasted(stage, told)
    await held(stage, told)
    await all_clear(stage, told, first)
    told.check(not stage.failed, "到点的事都办成了")


async def red(stage: Stage, told: Telling) -> str:
    told.scene("02:38 国家突发事件预警平台送来一份：青崖县气象台的台风红色。没有人点任何按钮")
    zone = stage.deps.settings.zone
    first = identifier(stage.clock.now(), zone)
    raw = typhoon(
        stage,
        colour="Red",
        zh="红色",
        verb="发布",
        type="Alert",
        references="<references/>",
    )
    got = await take(stage, raw, "application/xml")
    counted = await counts(stage, got.taken[0].alert)
    calls = (await stage.counts())["calls"]
    told.check(got.taken[0].alert.status is Status.issued, "自动放行（规则：本县红色）")
    told.check(counted.total["sent"] == PEOPLE + GROUPS, f"{PEOPLE} 人、{GROUPS} 个群都发到了：{counted.total['sent']}")
    sent = calls["robot"] + calls["app"]
    split = f"每个群一次，共 {calls['robot']} 次；人按要做的事分成几拨，每拨最多一千人，共 {calls['app']} 次"
    told.check(sent == counted.broadcast.calls, f"用了最少的 {sent} 次调用：{split}")
    await everyone(stage, told)
    text = (await stage.phone(INFORMANT))[-1]
    told.check(text.startswith("红色台风 青崖县\n"), "第一行就是颜色、灾种、地方")
    told.check("6小时内可能或者已经受热带气旋影响" in text, "气象台原文一字未改")
    return first


async def downgrade(stage: Stage, told: Telling, first: str) -> None:
    await stage.forward(minutes=7)
    told.scene("02:45 更新：降为橙色，指向第一条")
    raw = typhoon(
        stage,
        colour="Orange",
        zh="橙色",
        verb="更新发布",
        type="Update",
        references=f"<references>{first}</references>",
    )
    got = await take(stage, raw, "application/xml")
    text = (await stage.phone(INFORMANT))[-1]
    told.saw("信息员李秀英", [*await stage.phone(INFORMANT)])
    told.check(text.startswith("降级：红色→橙色 台风 青崖县"), "先说变了什么")
    counted = await counts(stage, got.taken[0].alert)
    told.check(counted.broadcast.people == PEOPLE, "收到过第一条的人都收到了更新")


async def polled(stage: Stage, told: Telling, station: Station) -> None:
    await stage.forward(minutes=5)
    told.scene("02:50 系统自己去气象台的网址取（Atom、CAP 1.2）：山洪蓝色。这份样本的原文是英文，照样一字不改")
    now, zone = stage.clock.now(), stage.deps.settings.zone
    station.files[identifier(now, zone)] = sample("cap.xml", now, zone)
    async with stage.deps.begin() as session:
        session.add(Feed(uid=uuid7(now), name="县气象台", url=f"{station.base}/feed.atom", silent_after_seconds=300))
    before = len(await stage.phone(INFORMANT))
    await stage.forward(seconds=40)
    alert = await newest(stage)
    counted = await counts(stage, alert)
    told.check(alert.grade == "blue" and alert.status is Status.issued, "收到并自动放行")
    told.check(0 < counted.broadcast.people < PEOPLE, f"只叫醒值班员和风险点：{counted.broadcast.people} 人")
    told.saw("信息员李秀英", await stage.phone(INFORMANT))
    told.check(len(await stage.phone(INFORMANT)) <= before + 1, "不重复打扰")
    station.down = True
    await stage.forward(minutes=6)
    told.scene("02:57 气象台的网址打不开了，六分钟没有声音")
    told.saw("值班员刘洋", await stage.phone(OFFICER))
    told.check("没有声音" in (await stage.phone(OFFICER))[-1], "来源没有声音了，值班员被叫起来：静默不等于解除")
    station.down = False
    await stage.forward(minutes=2)
    async with stage.deps.begin() as session:
        await session.execute(sa.update(Feed).values(enabled=False))


async def pasted(stage: Stage, told: Telling) -> None:
    told.scene("粘贴：值班员收到一段文字，系统读出台站、灾种、颜色、时间，值班员核对后发出")
    now, zone = stage.clock.now(), stage.deps.settings.zone
    said = f"{now.astimezone(zone):%Y年%m月%d日%H时%M分}"
    text = f"青崖县气象台{said}发布雷电黄色预警信号：预计未来6小时我县有雷电活动，请注意防范。"
    found = propose(text, now)
    station, colour, sent = found.station, found.colour, found.sent
    told.check(bool(station and colour and sent and found.hazard), "四样都读了出来，各在自己的原文旁边")
    if not (station and colour and sent and found.hazard and found.event_code):
        return
    message = to_message(
        text,
        station=station.value,
        sent=sent.value,
        event=found.hazard.value,
        colour=colour.value,
        event_code=found.event_code.value,
    )
    async with stage.deps.begin() as session:
        way = Way("user:liuyang", confirmed=True)
        got = await take_one(session, stage.deps.settings, message, way, at=now)
    await stage.work()
    alert = got.taken[0].alert
    counted = await counts(stage, alert)
    told.check(alert.status is Status.issued and alert.typed_in, "发出，标着人工录入")
    told.check(counted.broadcast.people < 100, f"黄色只叫醒值班员：{counted.broadcast.people} 人")
    again = await take(stage, sample("lightning.json", sent.value, zone), "application/json")
    told.check([t.new for t in again.taken] == [False], "公共源随后传来同一条：认得，不再发")
    async with stage.deps.read() as session:
        proved = await session.get(Alert, alert.id)
    told.check(proved is not None and not proved.typed_in, "有来源印证，人工录入的标记去掉了")


async def held(stage: Stage, told: Telling) -> None:
    await stage.forward(minutes=3)
    told.scene("一条两个多小时前的暴雨橙色才传到：太旧，不自动发，响铃")
    old = stage.clock.now() - timedelta(hours=2, minutes=10)
    got = await take(stage, sample("rain.json", old, stage.deps.settings.zone), "application/json")
    told.check([t.alert.status for t in got.taken] == [Status.held], "扣下，等人放行")
    await stage.forward(seconds=2)
    await stage.forward(minutes=6, seconds=20)
    told.check(await rung(stage, OFFICER) == 3, "值班员响了三次")
    told.check(await rung(stage, LEADER) == 0, "带班领导还没有被叫")
    told.saw("值班员刘洋", await stage.phone(OFFICER))
    await stage.forward(minutes=3)
    told.check(await rung(stage, LEADER) == 1, "三次没人处理，第四次叫了带班领导")
    async with stage.deps.begin() as session:
        waiting = await open_holds(session, [got.taken[0].alert.id])
        done = await release(
            session, stage.deps.settings, waiting[0], by="user:liuyang", word="雨还在下", at=stage.clock.now()
        )
    await stage.work()
    told.check(done, "值班员放行")
    told.check((await stage.phone(INFORMANT))[-1].startswith("橙色暴雨 青崖县"), "信息员收到")
    await stage.forward(minutes=7)
    told.check(await rung(stage, LEADER) == 1, "处理之后不再响")


async def rung(stage: Stage, who: str) -> int:
    """How often the held warning rang there; nights are full of other messages."""
    return sum(text.startswith("待您放行 橙色暴雨") for text in await stage.phone(who))


async def all_clear(stage: Stage, told: Telling, first: str) -> None:
    told.scene("解除：指向第一条，告诉每一个收到过的人")
    raw = typhoon(
        stage,
        colour="Orange",
        zh="橙色",
        verb="解除",
        type="Cancel",
        references=f"<references>{first}</references>",
    )
    got = await take(stage, raw, "application/xml")
    counted = await counts(stage, got.taken[0].alert)
    told.check(counted.total["sent"] == PEOPLE + GROUPS, f"解除发给 {counted.total['sent']} 个人和群")
    told.saw("村民所在的群", await stage.group(VILLAGE_ROBOT))
    async with stage.deps.read() as session:
        rows = (await session.execute(select(Alert).where(col(Alert.event_code) == "11B01"))).scalars().all()
    told.check([a.status for a in rows[:2]] == [Status.ended] * 2, "台风的两条都结束了")


def typhoon(stage: Stage, **facts: str) -> bytes:
    """The national platform's message of this moment."""
    return sample("national.xml", stage.clock.now(), stage.deps.settings.zone, **facts)


async def everyone(stage: Stage, told: Telling) -> None:
    told.saw("信息员李秀英", await stage.phone(INFORMANT))
    told.saw("值班员刘洋", await stage.phone(OFFICER))
    told.saw("带班领导孙志远", await stage.phone(LEADER))
    told.saw("村民所在的群", await stage.group(VILLAGE_ROBOT))


async def take(stage: Stage, raw: bytes, media_type: str) -> Received:
    async with stage.deps.begin() as session:
        got = await receive(session, stage.deps.settings, raw, media_type, Way("cli"), at=stage.clock.now())
    await stage.work()
    return got


async def counts(stage: Stage, alert: Alert) -> Progress:
    """The newest sending of an alert."""
    async with stage.deps.read() as session:
        sent: list[Broadcast] = list(await of_alert(session, alert.id))
        return await progress(session, sent[-1])


async def newest(stage: Stage) -> Alert:
    async with stage.deps.read() as session:
        return (await session.execute(select(Alert).order_by(col(Alert.id).desc()).limit(1))).scalar_one()
