"""敲门叫应, the last rung: somebody is sent to the door of whoever is silent still, and says what was found there."""

from broadcasts.answers.models import How, Said
from tests.grounds import ON_BOTH
from tests.tasks.knocking import Doors, at_the_door
from tests.world import World

pytestmark = ON_BOTH


async def test_who_is_silent_still_gets_somebody_to_her_door(world: World) -> None:
    doors = Doors(world)
    await doors.rung()
    await doors.silent_night("li")
    await doors.to_the_doors()
    assert await doors.states() == [("李秀英", "王建国", "going", "")]
    errand = (await world.phone("wang"))[-1]
    assert errand.startswith("请去敲门 柳湾镇柳湾村 李秀英\n红色暴雨 青崖县\n李秀英（A 角）一直没有应答。")
    assert "值班电话 000-0001" in errand
    assert len([text for text in await world.phone("wang") if "请去敲门" in text]) == 1
    await world.forward(minutes=2)
    await world.say("wang", "1")
    assert "收到了：1 已敲开，本人已知道（柳湾镇柳湾村 李秀英）" in (await world.phone("wang"))[-1]
    assert await doors.states() == [("李秀英", "王建国", "knows", "")]
    assert await doors.desk.silent() == []
    assert await doors.desk.holds("silent") == []


async def test_what_the_knocker_says_is_never_her_own_word(world: World) -> None:
    doors = Doors(world)
    await doors.rung()
    sent = await doors.silent_night("li")
    await doors.to_the_doors()
    await world.say("wang", "敲开了，她说知道了")
    figures = await doors.desk.figures(sent)
    assert (figures.answered, figures.said[Said.knocked], figures.said[Said.received]) == (6, 1, 5)
    (open_,) = await doors.desk.open("li")
    assert open_.said is None  # she may answer still, and her 0 takes nothing back
    await world.say("li", "0")
    assert await doors.desk.silent(sent) == []
    await world.say("li", "1")
    assert Said.knocked not in (await doors.desk.figures(sent)).said
    (seen,) = await doors.seen()
    assert (seen.knock.how, seen.knock.word) == (How.words, "敲开了，她说知道了")


async def test_her_own_answer_calls_the_knocker_back_once(world: World) -> None:
    doors = await at_the_door(world)
    await world.say("li", "1")
    await world.forward(minutes=2)
    assert await doors.states() == [("李秀英", "王建国", "off", "answered")]
    back = [text for text in await world.phone("wang") if text.startswith("不用去了")]
    assert back == ["不用去了 柳湾镇柳湾村 李秀英\n本人已经应答。不用再去敲门，谢谢您。"]
    await world.say("wang", "敲开了")
    assert "李秀英那里不用再去：本人已经应答" in (await world.phone("wang"))[-1]
    assert await doors.states() == [("李秀英", "王建国", "off", "answered")]


async def test_nobody_at_home_goes_back_to_the_desk_and_another_is_sent(world: World) -> None:
    doors = Doors(world)
    await doors.rung()
    sent = await doors.silent_night("li")
    await doors.to_the_doors()
    await world.say("wang", "2")
    assert "值班室会另派人" in (await world.phone("wang"))[-1]
    ring = (await world.phone("liu"))[-1]
    assert "柳湾村 李秀英的门，王建国去敲了没人在，请另派人：红色暴雨" in ring
    await doors.knock(sent, "li", "zhou")
    await world.work()
    assert await doors.desk.holds("knock") == []
    assert (await world.phone("zhou"))[-1].startswith("请去敲门 柳湾镇柳湾村 李秀英")
    assert [state[2] for state in await doors.states()] == ["nobody", "going"]
    assert [seen.knock.number for seen in await doors.seen()] == [1, 2]


async def test_who_needs_support_at_the_door_rings_until_an_officer_takes_it(world: World) -> None:
    doors = Doors(world)
    await doors.rung()
    await doors.silent_night("li")
    await doors.to_the_doors()
    await world.say("wang", "3")
    (hold,) = await doors.desk.holds("help")
    assert hold.said == "柳湾村 李秀英的门，王建国在门口要支援：红色暴雨"
    await world.say("wang", "1")  # and then it opened
    assert await doors.states() == [("李秀英", "王建国", "knows", "")]
    assert len(await doors.desk.holds("help")) == 1


async def test_a_word_said_by_mistake_is_taken_back_by_0(world: World) -> None:
    doors = Doors(world)
    await doors.rung()
    sent = await doors.silent_night("li")
    await doors.to_the_doors()
    await world.say("wang", "1")
    assert await doors.desk.silent(sent) == []
    await world.say("wang", "0")
    assert "已撤销：1 已敲开" in (await world.phone("wang"))[-1]
    assert await doors.states() == [("李秀英", "王建国", "going", "")]
    assert await doors.desk.silent(sent) == ["李秀英"]
    await world.say("wang", "2 家里没人")
    assert await doors.states() == [("李秀英", "王建国", "nobody", "")]


async def test_having_read_the_errand_is_not_having_knocked(world: World) -> None:
    doors = Doors(world)
    await doors.rung()
    await doors.silent_night("li")
    await doors.to_the_doors()
    for words in ("收到", "好的", "1 收到"):
        await world.say("wang", words)
        assert "门口再回：1 已敲开" in (await world.phone("wang"))[-1]
    await world.say("wang", "1 没人在")
    assert "数字和您写的话不一样" in (await world.phone("wang"))[-1]
    assert await doors.states() == [("李秀英", "王建国", "going", "")]


async def test_whoever_cannot_go_gives_the_door_back(world: World) -> None:
    doors = Doors(world)
    await doors.rung()
    await doors.silent_night("li")
    await doors.to_the_doors()
    await world.say("wang", "我去不了")
    assert await doors.states() == [("李秀英", "王建国", "off", "refused")]
    assert "收到了：您去不了" in (await world.phone("wang"))[-1]
    assert "王建国去不了，请另派人" in (await world.phone("liu"))[-1]


async def test_a_live_warning_comes_before_the_door(world: World) -> None:
    """Whoever is silent too is sent last; her digit answers the warning first, and then she hears that a door waits."""
    doors = Doors(world)
    await doors.rung()
    await doors.silent_night("li", "wang", "zhou")
    await doors.to_the_doors()
    assert [state[:2] for state in await doors.states()] == [
        ("李秀英", "王建国"),
        ("王建国", "李秀英"),
        ("周秀兰", "李秀英"),
    ]
    await world.say("li", "1 周秀兰")  # by the name of the door
    assert ("周秀兰", "李秀英", "knows", "") in await doors.states()
    assert await doors.desk.silent() == ["李秀英", "王建国"]
    await world.say("wang", "1")
    assert await doors.desk.silent() == ["李秀英"]
    assert "柳湾镇柳湾村 李秀英的门还在等您" in (await world.phone("wang"))[-1]
    await world.say("wang", "1")
    assert ("李秀英", "王建国", "knows", "") in await doors.states()


async def test_one_who_is_sent_to_two_doors_says_which(world: World) -> None:
    doors = Doors(world)
    sent = await doors.silent_night("li", "wang")
    for door in ("li", "wang"):
        await doors.knock(sent, door, "zhou")
    await world.work()
    await world.say("zhou", "1")
    assert "请带上名字再回一次，例如：1 李秀英" in (await world.phone("zhou"))[-1]
    assert [state[2] for state in await doors.states()] == ["going", "going"]
    await world.say("zhou", "1 李秀英")
    await world.say("zhou", "2")
    assert [state[2] for state in await doors.states()] == ["knows", "nobody"]


async def test_a_door_that_nobody_has_told_of_rings_the_desk(world: World) -> None:
    doors = Doors(world)
    await doors.rung(within=15)
    await doors.silent_night("li")
    await doors.to_the_doors()
    await world.forward(minutes=14)
    assert await doors.desk.holds("knock") == []
    await world.forward(minutes=1)
    (hold,) = await doors.desk.holds("knock")
    assert hold.said == "柳湾村 李秀英的门，王建国去敲还没有回话，请打电话问：红色暴雨"
    await world.say("wang", "1")
    assert await doors.desk.holds("knock") == []


async def test_where_nobody_is_near_the_desk_hears_so(world: World) -> None:
    doors = Doors(world)
    await doors.rung()
    await doors.silent_night("sun", "chen")
    await doors.to_the_doors()
    assert await doors.states() == []
    (hold,) = await doors.desk.holds("knock")
    assert hold.said == "青崖县孙和平、石门村陈大山没有应答，附近没有人可派去敲门，请县里派人：红色暴雨"
    for key in ("sun", "chen"):
        await world.say(key, "1")
    assert await doors.desk.holds("knock") == []
