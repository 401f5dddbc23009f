"""A drill that runs: marked at head and foot whoever wrote it, to the named alone, stopped by what is real."""

from typing import Any

from bot.demo.stories.drill.written import MARK, PLAYERS
from bot.demo.stories.people import BYSTANDER, FAST
from bot.demo.stories.scene import Scene

COUNTY = "青"  # the first character, typed before anything leaves by the real road
HELP = PLAYERS["赵敏"]
FIRST, SECOND = "请叫醒河边人家", "请清点人数"


async def unsure(scene: Scene) -> None:
    """Without the county's first character nothing begins."""
    await scene.officer.open(scene.drill)
    await scene.officer.press(scene.drill, do="start", first="柳")
    asked = scene.officer.status == 422 and FIRST not in "".join(await scene.hands.texts(FAST))
    scene.told.check(asked, "走真的通道，第一个字填错：没有开始，一条也没发")


async def begun(scene: Scene) -> None:
    scene.told.scene("演练开始：走真的通道，所以要填本县名字的第一个字")
    told, hands, officer = scene.told, scene.hands, scene.officer
    async with scene.day.http.delete(f"{scene.day.simulator}/_sim/counts"):
        pass
    await officer.open(scene.drill)
    await officer.press(scene.drill, do="start", first=COUNTY)
    text = await hands.shows(FAST, FIRST)
    told.saw("参演的李秀英", [text])
    told.check(_marked(text), "头尾都是演练，不是作者写的，是系统写的")
    told.check(not any(MARK in t for t in await hands.texts(BYSTANDER)), "没有点名的人一条也没收到")


async def answered(scene: Scene) -> None:
    said = await scene.hands.say(FAST, "1", "收到")
    scene.told.check(bool(said) and _marked(said), "她照真的应答：回 1，回执也头尾都是演练")


async def played_help(scene: Scene) -> None:
    said = await scene.hands.say(HELP, "3", "3 需要支援")
    scene.told.saw("参演的赵敏", [said])
    scene.told.check("这是演练，只记下来" in said, "演练里回 3：记下来，没有人真的打过去，写着真要帮忙打哪里")


async def silent_again(scene: Scene) -> None:
    await scene.day.forward(minutes=6)
    again = await scene.hands.shows(PLAYERS["侯安"], "第 2 次")
    scene.told.check(_marked(again), "没应的侯安再叫一次，照真的练；不叫醒值班室")
    page = await scene.officer.open(scene.drill)
    scene.told.check("没有应答：</span>侯安" in page, "演练页上：谁没应、中位几秒")


async def only_the_named(scene: Scene) -> None:
    """As the platform counts it."""
    async with scene.day.http.get(f"{scene.day.simulator}/_sim/counts") as answer:
        counted: dict[str, Any] = await answer.json()
    reached = counted["reached"]
    named = (reached["members"], reached["groups"]) == (len(PLAYERS), 0)
    scene.told.check(named, f"平台那边数：{reached['members']} 个人、{reached['groups']} 个群收到过，不多一个")


async def stopped(scene: Scene) -> None:
    """The real warning is out by now."""
    scene.told.scene("真的预警来了：演练自己停下，告诉参演的人")
    told = scene.told
    pause = await scene.hands.shows(FAST, "演练暂停")
    told.saw("参演的李秀英", [pause])
    told.check(MARK in pause, "演练暂停，说的是为什么停")
    page = await scene.officer.open(scene.drill)
    told.check("接着办" in page, "值班台上：接着办，或结束")
    await scene.day.forward(minutes=20)
    drilled = [text for text in await scene.hands.texts(FAST) if SECOND in text]
    told.check(not drilled, "停着的时候，第二条脚本不发")


async def resumed(scene: Scene) -> None:
    scene.told.scene("解除以后接着办；停下的那一条，顺延以后才发；结束")
    told, hands, officer = scene.told, scene.hands, scene.officer
    await officer.open(scene.drill)
    await officer.press(scene.drill, do="resume")
    await scene.day.forward(minutes=35)
    told.check(bool(await hands.shows(FAST, SECOND)), "第二条到了")
    await officer.open(scene.drill)
    await officer.press(scene.drill, do="end")
    told.check(_marked(await hands.shows(FAST, "演练结束")), "告诉她结束了：从现在起收到的都是真的")


async def marks(scene: Scene) -> None:
    """Of everything that lies on the players' phones: what speaks of the drill is marked, what is real is not."""
    scene.told.scene("翻一遍参演的人的手机：演练的头尾都有记号，真的没有")
    texts = [text for phone in PLAYERS.values() for text in await scene.hands.texts(phone)]
    drilled, real = [t for t in texts if MARK in t], [t for t in texts if MARK not in t]
    scene.told.check(bool(drilled) and all(map(_marked, drilled)), f"{len(drilled)} 条演练，条条头尾都有")
    words = (FIRST, SECOND, "演练暂停", "演练结束")
    scene.told.check(
        not any(word in text for word in words for text in real), f"{len(real)} 条真的，没有一条带着演练的话"
    )


def _marked(text: str) -> bool:
    return text.startswith(MARK) and text.rstrip().endswith(MARK)
