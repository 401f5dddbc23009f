"""The last rung: to whoever is silent still somebody is sent with one touch, and the desk reads what was found."""

from bot.demo.measured import answered
from bot.demo.stories.call.silent import line_of, outcome
from bot.demo.stories.people import FAST
from bot.demo.stories.scene import Scene

HIS, KNOCKS = "康春田", "李秀英"  # whose door it is, and who goes there


async def knocked(scene: Scene) -> None:
    scene.told.scene(f"最后一步：{HIS}电话也没接，派{KNOCKS}上门敲门")
    told, officer, hands = scene.told, scene.officer, scene.hands
    await outcome(officer, scene.board, HIS, "missed")
    line = officer.text.partition(f"<b>{HIS}</b>")[2].partition("</li>")[0]
    offered = [one.partition("</option>")[0] for one in line.split('<option value="')[1:]]
    hers = next((one for one in offered if KNOCKS in one), "")
    told.check("邻村" in hers and "也没应答" not in hers, f"排在前面的是应过的、近的，有{KNOCKS}")
    person = line.partition('name="person" value="')[2].partition('"')[0]
    send = line_of(scene.board, HIS).replace("/calls", "/knocks")
    await officer.press(send, do="send", person=person, knocker=hers[:36], instead="", back="sheet")
    told.check(f"<b>{KNOCKS}</b> 在去敲门的路上" in officer.text, "一按就派出，叫应单上看得到谁在路上")
    errand = await hands.shows(FAST, "请去敲门")
    told.saw(f"信息员{KNOCKS}", [errand])
    told.check(HIS in errand and "2 没人在" in errand, "她知道敲谁的门、几点前回话、怎么回")
    before = await answered(officer, scene.board)
    said = await hands.say(FAST, "1", "已敲开")
    told.check("1 已敲开，本人已知道" in said and HIS in said, "她回 1：敲开了，本人知道了")
    told.check(await answered(officer, scene.board) == before + 1, "算叫到了，和本人说的分开记")
    told.check("敲门叫到" in officer.text and f"{KNOCKS}去敲，已敲开" in officer.text, "看板上写着谁、几点敲开的")
