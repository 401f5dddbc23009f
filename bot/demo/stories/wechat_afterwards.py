"""The story of both ways, its second half: forwarding by hand, asking, crying for help, leaving and coming back."""

from bot.demo.hands import ADDRESS
from bot.demo.stories.wechat_night import Night
from bot.demo.stories.wechat_people import DIGIT, LATE, OFFICER, PLEA, RESIDENT
from bot.demo.waiting import until


async def relay(night: Night) -> None:
    night.told.scene("个人微信群没有接口：李秀英收到要转发的任务，转发以后点“已转发”")
    hands, told = night.hands, night.told
    asked = await hands.shows(DIGIT, "请转发到 1 个群")
    told.saw("信息员李秀英", [asked])
    async with hands.browser(DIGIT) as page:
        await page.open(next(iter(ADDRESS.findall(asked)), "/h5/relay?by=wecom"))
        told.check("柳湾村家庭群" in page.text and "红色台风 青崖县" in page.text, "页面上是可以直接复制的原文")
        task = page.text.partition('name="task" value="')[2].partition('"')[0]
        await page.press("/h5/relay", task=task)
        told.check("都转发了，谢谢" in page.text, "点了“已转发”：由人说出来，系统不替她推断")


async def ask(night: Night) -> None:
    night.told.scene("居民褚秀兰问：现在有什么预警、怎么办、值班电话")
    hands, told = night.hands, night.told
    said = await hands.say(RESIDENT, "现在有什么预警", "红色台风")
    told.saw("居民褚秀兰", [said])
    told.check("青崖县气象台" in said, "现在有什么预警：说谁发的、到什么时候")
    said = await hands.say(RESIDENT, "怎么办", "红色台风")
    told.saw("居民褚秀兰", [said])
    told.check("1. " in said and "/h5/a/" in said, "怎么办：说是哪条预警、居民现在做什么、全文在哪里")
    await hands.do(RESIDENT, "say", text="1")
    said = await hands.say(RESIDENT, "值班电话", "000-0000")
    polite = not any("收到了" in text or "转给值班员" in text for text in await hands.texts(RESIDENT))
    told.check(polite, "居民不用应答：客气地回个 1，不计数，也不打扰")
    told.check("000-0000" in said and "119" in said, "值班电话：给号码，险情打 119、110、120")


async def cry(night: Night) -> None:
    night.told.scene("居民吕桂芳：有三个人被困。先请她打 119，值班室一直响到有人接手")
    hands, told = night.hands, night.told
    before = len(await hands.messages(OFFICER))
    said = await hands.say(PLEA, "我们家三个人被困在二楼", "119")
    told.saw("居民吕桂芳", [said])
    told.check(said.startswith("请立即拨打 119/110/120，本平台不接警"), "第一句就是打 119/110/120")
    rung = await hands.shows(OFFICER, "被困在二楼", before)
    told.saw("值班员刘洋", [rung])
    told.check("柳湾" in rung, "值班员的手机响了：谁、哪里、说了什么")
    page = await night.officer.open("/console/inbox")
    held = page.partition('class="silent" href="')[2].partition('"')[0]
    told.check(held.startswith("/console/held/") and "求救" in page, "来信里排在最前")
    await night.officer.open(held)
    await night.officer.press(held, do="seen", word="已打电话")
    page = await night.officer.open("/console/inbox")
    told.check("在求救" not in page, "值班员接手以后不再响")


async def go(night: Night) -> None:
    night.told.scene("退订、取消关注、再回来")
    hands, told = night.hands, night.told
    told.check("恢复订阅" in await hands.say(PLEA, "退订", "已退订"), "吕桂芳退订：一句话就停")
    await hands.do(LATE, "unfollow")
    before = len(await hands.messages(LATE))
    await hands.do(LATE, "follow")
    back = await hands.shows(LATE, "还在", before)
    told.check("柳湾镇柳湾村" in back, "孙建军取消关注又回来：他的村还在，不用再选")

    async def known() -> bool:
        async with hands.browser(LATE) as page:
            return "柳湾镇柳湾村" in await page.open("/h5/mine?by=oa")

    told.check(await until(known), "他的页面也还是他的")
