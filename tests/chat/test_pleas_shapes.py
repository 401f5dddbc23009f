"""Cries that no single word makes: who is inside, up there, stuck, not come home; and what is written like them."""

import pytest

from broadcasts.answers.models import Said
from handlers.chat.understand.intents import Intent
from handlers.chat.understand.read import understand
from tests.chat.test_nothing_behind_a_digit import holds, reports, said
from tests.world import World

CRY = [
    *(
        "人有伤",
        "有人有伤",
        "他受了伤",
        "伤者3人",
        "伤约3人",
        "伤及2人",
        "伤一个村民",
        "伤3人，已送医1人",
        "亡1人，伤2人已送医",
    ),
    *(
        "车里还有人",
        "车上还有人",
        "里面还有人",
        "还有人在里面",
        "孩子还在车里",
        "楼里还有人没下来",
        "屋里有人，房子塌了",
    ),
    *(
        "房子塌了里面有两个人",
        "房子塌了，我爸还在里面",
        "垮了 里边有人",
        "我们还在屋里，水涨上来了",
        "车被淹了，车里有孩子",
    ),
    *("房子塌了，不知道里面有没有人", "着火了，我还在里面"),
    *(
        "一家五口在房顶",
        "我们在楼顶，水到二楼了",
        "我们在树上，下面全是水",
        "我下不来",
        "下不来了",
        "我爸在屋顶上下不来",
    ),
    *("我们在屋顶看着水涨",),
    *("家里着了", "草垛着了", "老王家燃了", "仓库着了", "楼上着了", "房子正在烧", "烧到隔壁了"),
    *("娃掉鱼塘了", "掉粪坑了", "娃掉渠里了", "掉水窖里", "娃滑塘里了", "人被水带走了", "两个人被洪水冲了"),
    *(
        "老人喊不醒",
        "不省人事",
        "口吐白沫",
        "羊水破了",
        "难产",
        "喝了百草枯",
        "喝敌敌畏了",
        "吃老鼠药了",
        "割腕了",
        "不想活了",
    ),
    *("雷劈了人", "遭雷劈了", "雷击伤人", "雷劈中一个人"),
    *("我爸没回来", "孩子到现在还没回家", "放牛的人没回来", "老伴一晚没回来", "上山的人还没回来"),
    *("跌倒了起不来", "摔了站不起来", "老人摔倒爬不起来", "摔倒了动不了", "老人摔倒了"),
    *("陷进泥里拔不出来", "人陷泥里了", "陷在淤泥里", "我们陷进沼泽了", "脚卡住拔不出来", "孩子陷进去了"),
    *(
        "大家都安全，就是我爸还在里面",
        "已转移5人，里面还有两个人",
        "房子塌了，救出一个，里面还有人",
        "娃掉进鱼塘",
        "伤两个",
    ),
    *("老人晚上没回来", "放羊的老汉没回来", "山垮了，三个人在下面", "车掉沟里，里面还有两个人", "二楼下不来"),
    *("没信号，老人没回来", "房子塌了没人来救，里面有人", "演练结束了，车里还有人没出来"),
    *("被牛顶下坎", "老王被牛顶了", "被蛇咬了", "孩子被马蜂蜇了", "被野猪拱了", "牛顶人了", "被马踢伤"),
]
CALM = [
    *("人没有伤", "没有人有伤", "老人有伤风", "伤00人", "亡0人", "伤3人，已送医", "伤2人均已送县医院救治", "伤亡0人"),
    *(
        "里面没有人",
        "里面没人",
        "车里没人",
        "车里还有油",
        "车里还有人吗",
        "会议室里还有人",
        "会议室里面还有人",
        "群里面还有人没看",
    ),
    *(
        "里面还有人参",
        "村里还有人没通知",
        "家里还有人",
        "我还在车里，马上到",
        "滑坡点下面有人家",
        "坡垮了，下面没有人住",
    ),
    *("房子塌了，里面的人都救出来了", "老人还在屋里不肯走", "仓库里还有人值班"),
    *("路垮了，里面有人在抢修", "桥垮了，我们在下面设了警戒", "涨水，老人在屋里，已劝离", "房子塌了里面有人的演练"),
    *("我们在楼顶值守", "人在楼顶观察水情", "老人今天没回来，在女儿家", "人有伤残证", "牛掉进鱼塘", "冲走鱼塘"),
    *("屋顶上的瓦", "我在房顶修瓦", "我们在屋顶清理积水", "师傅在房顶上装太阳能", "孩子在树上摘果子", "人在楼顶检查"),
    *("水位下不来", "资金下不来", "我下不来台"),
    *("烧了一壶水", "厨房烧饭", "家里睡着了", "家里没有着火", "没有房子着了", "他烧到39度"),
    *("房子着了火的演练", "房子着了火的演练方案", "着火演练", "有人受伤的演练", "喝农药宣传"),
    *("手机掉鱼塘了", "狗掉粪坑了", "手机叫不醒", "电脑叫不醒", "闹钟叫不醒我", "母猪难产"),
    *("防雷击伤人", "雷劈了大树", "大树遭雷劈了", "网还没回来", "老人没回来吃饭", "孩子在外地打工没回来", "电没回来"),
    *("车陷进泥里拔不出来", "车陷泥里了", "陷进泥里的车", "插头拔不出来", "手机卡拔不出来", "陷入困难", "没有人陷进去"),
    *(
        "牛顶牛",
        "羊被牛顶了",
        "苞谷被牛顶倒了",
        "羊被狗咬了",
        "没有人被狗咬了",
        "预防被蛇咬伤",
        "没有人被狗咬伤",
        "小心老人摔倒",
    ),
]
OVER = [
    "联系不上的两户已经联系上了",
    "之前联系不上的两户，已联系上",
    "失联的三户现在联系上了",
    "联系不上的老人现在联系上了",
]
STILL = [
    "联系不上的三户已经联系上两户",
    "联系不上的三户有两户已联系上",
    "失联三人已联系上一人",
    "演练中有人受伤",
    "着火演练，老王真的烧伤了",
]
CANNOT = [
    "让老王去",
    "叫小李去吧",
    "让王主任去",
    "收到，让老王去",
    "换老张去",
    "2 让老王去",
    "没时间",
    "我住院了",
    "过不去",
]
NOT_CANNOT = ["让我去", "让老人去", "让大家去", "让小孩去安置点", "叫人去"]


@pytest.mark.parametrize("text", [*CRY, *STILL])
def test_it_rings(text: str) -> None:
    assert understand(text).plea


@pytest.mark.parametrize("text", [*CALM, *OVER])
def test_it_rings_nobody(text: str) -> None:
    assert not understand(text).plea


@pytest.mark.parametrize("text", CANNOT)
def test_who_sends_another_cannot_go(text: str) -> None:
    read = understand(text)
    assert read.intent is Intent.cannot or (read.intent is Intent.digit and read.n == 2 and read.clear)


@pytest.mark.parametrize("text", NOT_CANNOT)
def test_who_else_is_sent_is_no_answer(text: str) -> None:
    assert understand(text).intent is not Intent.cannot


@pytest.mark.parametrize("words", ["三组房子塌了，里面有两个人", "桥垮了，车里还有人", "三组滑坡，伤3人"])
async def test_what_it_tells_is_reported_too(world: World, words: str) -> None:
    await world.say("li", words)
    assert (await world.phone("li"))[0].startswith("请立即拨打 119/110/120")
    assert "plea" in await holds(world)
    assert await reports(world) == [words]


async def test_who_sends_another_is_no_longer_waited_for(world: World) -> None:
    await world.issue()
    await world.say("li", "收到，让老王去")
    assert await said(world) == [Said.cannot]
