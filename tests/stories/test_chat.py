"""What people say comes in, is understood, and is answered; who cries for help rings the desk."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from bot.directory.models import Address, Person
from broadcasts.answers.models import Answer, How, Said
from broadcasts.dispatch.models import Broadcast, Delivery
from broadcasts.dispatch.states import Purpose, Road
from broadcasts.hazards.grades import Grade
from broadcasts.release.holds import open_holds
from broadcasts.subscriptions.follow import found, places
from broadcasts.subscriptions.models import Follower
from handlers.chat import heard as hearing
from handlers.chat.conversations.models import Conversation, Utterance
from handlers.chat.turn import Turn
from handlers.chat.work import LOOKED_AT, _heads, work_due
from handlers.wechat.models import Inbound, Platform, Work
from tests.world import World

OPENID = "oReader1"
FIRST_OF_ALL = "请立即拨打 119/110/120，本平台不接警。"


async def said(world: World, userid: str) -> list[tuple[Said, How, bool]]:
    """A person's answers that stand, oldest first."""
    wanted = (
        sa.select(col(Answer.said), col(Answer.how), col(Answer.counts))
        .join(Address, col(Address.person_id) == col(Answer.person_id))
        .where(col(Address.value) == userid, col(Answer.undone_at).is_(None))
        .order_by(col(Answer.id))
    )
    async with world.deps.read() as session:
        return [(row[0], row[1], row[2]) for row in await session.execute(wanted)]


async def words(world: World) -> list[Inbound]:
    async with world.deps.read() as session:
        return list((await session.execute(select(Inbound).order_by(col(Inbound.id)))).scalars())


async def replies(world: World, address: str) -> list[str]:
    """What we said to an address, oldest first, however it travelled."""
    wanted = (
        sa.select(col(Utterance.text))
        .join(Conversation, col(Conversation.id) == col(Utterance.conversation_id))
        .where(col(Conversation.address) == address)
        .order_by(col(Utterance.id))
    )
    async with world.deps.read() as session:
        return list((await session.execute(wanted)).scalars())


async def reader(world: World, text: str = "", **more: Any) -> str:
    """A resident says something to the account; our last answer."""
    await world.say(OPENID, text, platform=Platform.oa, **more)
    told = await replies(world, OPENID)
    return told[-1] if told else ""


async def holds(world: World) -> list[tuple[str, str]]:
    async with world.deps.read() as session:
        return [(hold.reason, hold.said) for hold in await open_holds(session)]


async def test_a_digit_is_an_answer_and_its_receipt_says_what_was_understood(world: World) -> None:
    await world.issue()
    await world.say("li", "１")
    assert await said(world, "li") == [(Said.received, How.digit, True)]
    assert (await world.phone("li"))[-1] == "收到了：1 收到（红色暴雨，柳湾村）。说错了回 0。"
    await world.say("wang", "好的👌")
    assert await said(world, "wang") == [(Said.received, How.words, True)]
    await world.say("zhou", "3")
    assert (await world.phone("zhou"))[-1] == (
        "收到了：3 需要支援（红色暴雨，上坪村）。镇值班室正在给您打电话。说错了回 0。"
    )
    assert ("help", "上坪村 周秀兰（A 角）：3 需要支援，红色暴雨") in await holds(world)
    assert "周秀兰" in (await world.phone("liu"))[-1]


async def test_a_receipt_leaves_at_once_and_before_an_orange_broadcast(world: World) -> None:
    await world.issue()
    await world.say("li", "1", work=False)
    began = world.clock.now()
    assert await work_due(world.deps) == 1
    async with world.deps.read() as session:
        wanted = select(Broadcast).where(col(Broadcast.purpose) == Purpose.reply)
        (reply,) = (await session.execute(wanted)).scalars()
        copies = (await session.execute(select(Delivery).where(col(Delivery.broadcast_id) == reply.id))).scalars().all()
    assert reply.started_at == began
    assert reply.subject.startswith("reply:")
    assert [(copy.target_kind, copy.asked) for copy in copies] == [("chat", False)]


async def test_zero_takes_it_back_and_what_was_said_before_stands(world: World) -> None:
    await world.issue()
    await world.say("li", "1")
    await world.say("li", "2")
    await world.say("li", "0")
    assert await said(world, "li") == [(Said.received, How.digit, True)]
    last = (await world.phone("li"))[-1]
    assert last.startswith("已撤销：2 去不了，换人（红色暴雨）。现在记的是：1 收到。")
    await world.say("li", "说错了")
    assert await said(world, "li") == []
    assert "请重新回" in (await world.phone("li"))[-1]
    await world.say("li", "1")
    await world.forward(minutes=11)
    await world.say("li", "0")
    assert await said(world, "li") == [(Said.received, How.digit, True)]


async def test_the_same_receipt_twice_differs_or_the_phone_would_not_show_it(world: World) -> None:
    await world.issue()
    for text in ("1", "0", "1"):
        await world.say("li", text)
    assert (await world.phone("li"))[-1] == "收到了：1 收到（红色暴雨，柳湾村）。说错了回 0。\n（第 2 次，02:40）"


async def two_alerts(world: World) -> None:
    await world.issue()
    world.clock.turn(1)
    await world.issue("大风", "11B06", Grade.orange, identifier="52992641600000_20260712024100")


async def test_with_two_alerts_one_answers_both_and_three_asks_which(world: World) -> None:
    await two_alerts(world)
    await world.say("li", "1")
    assert await said(world, "li") == [(Said.received, How.digit, True)] * 2
    assert (await world.phone("li"))[-1] == "收到了：1 收到（红色暴雨、橙色大风，柳湾村）。说错了回 0。"
    await world.say("wang", "3")
    assert await said(world, "wang") == []
    assert (await world.phone("wang"))[-1] == (
        "您说的“3 需要支援”是哪一条？\n回 1：红色暴雨\n回 2：橙色大风\n回 3：都是\n不说了回 0。"
    )
    await world.say("wang", "2")
    assert (await world.phone("wang"))[-1].startswith("收到了：3 需要支援（橙色大风，柳湾村）。")
    await world.say("zhou", "2 暴雨")
    assert (await world.phone("zhou"))[-1].startswith("收到了：2 去不了，换人（红色暴雨，上坪村）。")
    await world.say("chen", "我去不了")
    await world.say("chen", "都是")
    assert await said(world, "chen") == [(Said.cannot, How.words, True)] * 2


async def test_the_question_which_one_is_over_after_ten_minutes(world: World) -> None:
    await two_alerts(world)
    await world.say("wang", "3")
    await world.forward(minutes=11)
    await world.say("wang", "1")
    assert await said(world, "wang") == [(Said.received, How.digit, True)] * 2


async def test_a_live_rung_comes_before_the_menu(world: World) -> None:
    await world.say("li", "菜单")
    await world.say("li", "1")
    assert (await world.phone("li"))[-1] == "现在没有生效的预警。"
    await world.say("li", "菜单")
    await world.issue()
    await world.say("li", "1")
    assert await said(world, "li") == [(Said.received, How.digit, True)]
    await world.say("li", "菜单")
    await world.say("li", "1")
    assert (await world.phone("li"))[-1].startswith("红色暴雨：青崖县气象台今天凌晨2:40发布")


async def test_what_contradicts_itself_changes_nothing(world: World) -> None:
    await world.issue()
    await world.say("li", "1 去不了")
    assert await said(world, "li") == []
    assert "没有记" in (await world.phone("li"))[-1]


async def test_an_answer_when_nothing_is_open_is_answered_kindly(world: World) -> None:
    await world.say("li", "1")
    assert (await world.phone("li"))[-1].startswith("记下了。现在没有等您回的预警。")
    await world.issue(hours=1)
    await world.forward(minutes=61)
    await world.say("li", "1")
    assert await said(world, "li") == []
    await world.say("li", "需要支援")
    assert ("help", "柳湾镇柳湾村 李秀英：需要支援") in await holds(world)


async def test_a_cry_for_help_is_told_119_first_and_rings_until_a_person_takes_it(world: World) -> None:
    await world.issue()
    await world.say("li", "3 需要支援，三组有人被困")
    told = (await world.phone("li"))[1:]
    assert told[0].startswith(FIRST_OF_ALL)
    assert told[1].startswith("收到了：3 需要支援")
    assert ("plea", "柳湾镇柳湾村 李秀英：3 需要支援，三组有人被困") in await holds(world)
    before = len(await world.phone("liu"))
    await world.forward(minutes=3.1)
    rung = (await world.phone("liu"))[before:]
    assert any("有人求救" in text and "三组有人被困" in text for text in rung)


async def test_a_second_cry_joins_the_first_and_keeps_the_newest_words(world: World) -> None:
    await world.say("li", "有人被困")
    await world.say("li", "两个人失联")
    assert await holds(world) == [("plea", "柳湾镇柳湾村 李秀英：两个人失联")]
    assert [text.split("\n")[0] for text in await world.phone("li")] == [FIRST_OF_ALL] * 2


async def test_a_resident_and_a_stranger_who_cry_for_help_ring_too(world: World) -> None:
    assert (await reader(world, "我家起火了")).startswith(FIRST_OF_ALL)
    await world.say("stranger", "有人落水")
    assert (await replies(world, "stranger"))[-1].startswith(FIRST_OF_ALL)
    lines = [line for reason, line in await holds(world) if reason == "plea"]
    assert lines == ["公众号居民（没有说是哪里）：我家起火了", "还不认识的人：有人落水"]


async def test_no_one_hurt_rings_nobody(world: World) -> None:
    await world.say("li", "三组垮坡，路断了，没人伤")
    assert [reason for reason, _ in await holds(world)] == ["report"]  # and no cry for help
    assert (await world.phone("li"))[-1].startswith("收到初报 QY0712-001（柳湾镇柳湾村三组）。")


async def test_a_flood_gets_one_answer_and_all_of_it_is_kept(world: World) -> None:
    for n in range(30):
        await world.say("li", f"今天{n}号菜", work=False)
    await world.say("li", "有人被困", work=False)
    assert await work_due(world.deps) == 31
    told = await replies(world, "li")
    assert len(told) == 12  # 119 is told in any flood
    assert sum("一下子太多" in text for text in told) == 1
    assert len([word for word in await words(world) if word.state is Work.done]) == 31
    assert [reason for reason, _ in await holds(world)] == ["plea"]
    await world.forward(minutes=1)
    await world.say("li", "值班电话")
    assert "000-0001" in (await replies(world, "li"))[-1]


async def test_the_menu_pressed_in_a_rage_is_a_flood_too(world: World) -> None:
    for _ in range(30):
        await world.say("li", kind="event", event="click", EventKey="menu")
    told = await replies(world, "li")
    assert len(told) == 11
    assert "一下子太多" in told[-1]
    await world.forward(minutes=1)
    await world.say("li", kind="event", event="click", EventKey="phone")
    assert "000-0001" in (await replies(world, "li"))[-1]


async def test_someone_unknown_is_answered_kindly_and_learns_how_to_bind(world: World) -> None:
    await world.say("stranger", "你好")
    assert "绑定 姓名 手机号" in (await replies(world, "stranger"))[-1]
    await world.say("stranger", "1")
    assert "还不认识您" in (await replies(world, "stranger"))[-1]


async def test_staff_bind_by_name_and_number_and_the_number_is_not_kept_in_the_words(world: World) -> None:
    number = "1380000" + "0000"
    async with world.deps.begin() as session:
        li = (await session.execute(select(Person).where(col(Person.key) == "chen"))).scalar_one()
        li.phone_sealed, li.phone_digest = world.deps.vault.seal(number), world.deps.vault.digest(number)
        session.add(li)
        await session.execute(sa.delete(Address).where(col(Address.person_id) == li.id))
    assert await reader(world, f"绑定 {li.name} {number}") == f"绑定好了：{li.name}，石门村。"
    assert number not in str([word.body for word in await words(world)])
    async with world.deps.read() as session:
        talk = (await session.execute(select(Conversation))).scalar_one()
    assert talk.person_id == li.id
    assert number not in talk.last_words
    assert await reader(world, "绑定 XXXXXXXX") == f"已经认识您：{li.name}。要改请告诉值班室。"


async def test_words_of_one_sender_are_worked_on_in_their_order(world: World) -> None:
    await world.issue()
    for text in ("1", "2", "0", "3"):
        await world.say("li", text, work=False)
        await world.say("wang", text, work=False)
    await asyncio.gather(work_due(world.deps), work_due(world.deps))
    for userid in ("li", "wang"):
        assert [r for r, _, _ in await said(world, userid)] == [Said.received, Said.help]
        assert [text[:4] for text in await replies(world, userid)] == ["收到了：", "收到了：", "已撤销：", "收到了："]


async def test_who_floods_takes_nobody_elses_turn(world: World) -> None:
    at = world.clock.now()
    flood = [
        {
            "key": f"flood{n}", "road": Road.live, "platform": Platform.wecom, "sender": "stranger", "kind": "text",
            "event": "", "body": {"Content": "在吗"}, "said_at": at, "received_at": at, "state": Work.waiting,
            "attempts": 0, "error": "", "intent": "",
        }
        for n in range(LOOKED_AT + 1)
    ]  # fmt: skip
    async with world.deps.begin() as session:
        await session.execute(sa.insert(Inbound), flood)
    await world.say("li", "你好", work=False)
    assert len(await _heads(world.deps)) == 2


async def test_what_was_killed_in_the_middle_was_never_begun(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.issue()
    await world.say("li", "1", work=False)
    real = hearing.noted

    def killed(*_: object) -> None:
        raise asyncio.CancelledError

    monkeypatch.setattr(hearing, "noted", killed)
    with pytest.raises(asyncio.CancelledError):
        await work_due(world.deps)
    assert [word.state for word in await words(world)] == [Work.waiting]
    assert (await said(world, "li"), await replies(world, "li")) == ([], [])
    monkeypatch.setattr(hearing, "noted", real)
    await work_due(world.deps)
    await work_due(world.deps)
    assert len(await said(world, "li")) == len(await replies(world, "li")) == 1


async def test_a_word_that_cannot_be_worked_on_is_kept_and_the_next_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.issue()
    broken = await world.say("li", "救命 1", work=False)
    await world.say("li", "2", work=False)
    await world.say("wang", "1", work=False)
    real = hearing.noted

    def breaks(turn: Turn, shown: str) -> None:
        if turn.inbound.id == broken:
            raise RuntimeError("a bug")
        real(turn, shown)

    monkeypatch.setattr(hearing, "noted", breaks)
    await work_due(world.deps)
    assert await said(world, "wang")
    assert await said(world, "li") == []  # its turn has not come
    assert [reason for reason, _ in await holds(world)] == ["plea"]
    for _ in range(40):
        world.clock.turn(1)
        await work_due(world.deps)
    first, second, _ = await words(world)
    assert (first.state, first.attempts, first.error) == (Work.failed, 5, "RuntimeError")
    assert second.state is Work.done
    assert [r for r, _, _ in await said(world, "li")] == [Said.cannot]


async def test_residents_subscribe_change_leave_and_come_back(world: World) -> None:
    assert "您住哪个村或镇" in await reader(world, kind="event", event="subscribe", EventKey="")
    assert await reader(world, "柳湾") == "是哪一个？\n回 1：柳湾镇\n回 2：柳湾镇柳湾村\n不办了回“取消”。"
    assert (await reader(world, "2")).startswith("已订阅柳湾镇柳湾村。")
    assert "（父母的村）" in await reader(world, "我爸妈在石门村")
    assert "石门乡石门村（父母的村）" in await reader(world, "我的地方")
    assert await reader(world, "退订石门村") == "已退订石门乡石门村。"
    assert (await reader(world, "退订")).startswith("已退订，不再发给您。")
    assert "您已退订" in await reader(world, "我的地方")
    assert await reader(world, "恢复订阅") == "已恢复，预警会照常发给您。"
    await world.say(OPENID, kind="event", event="unsubscribe", platform=Platform.oa)
    async with world.deps.read() as session:
        follower = await found(session, Road.live, OPENID)
        assert follower is not None
        assert follower.left_at is not None
        assert [row.area_id for row in await places(session, follower)]


async def test_a_residents_polite_digit_disturbs_no_officer_and_one_that_may_be_need_is_read(world: World) -> None:
    await reader(world, kind="event", event="subscribe", EventKey="")
    assert (await reader(world, "柳湾村")).startswith("已订阅")
    await world.issue()
    for text in ("1", "１。", "一", "9"):
        assert (await reader(world, text)).startswith("您可以回：")
        assert (await reader(world, "取消")).startswith("好，不办了。")
    talk = sa.select(col(Conversation.unread)).where(col(Conversation.address) == OPENID)
    async with world.deps.read() as session:
        assert await session.scalar(talk) == 0
    world.clock.turn(60)
    assert "已转给值班员" in await reader(world, "3")
    async with world.deps.read() as session:
        assert await session.scalar(talk) == 1


async def test_a_posters_code_sets_the_village(world: World) -> None:
    welcome = await reader(world, kind="event", event="subscribe", EventKey="qrscene_v529926101001")
    assert welcome.startswith("已订阅柳湾镇柳湾村。")
    assert (await reader(world, kind="event", event="SCAN", EventKey="v529926102001")).startswith(
        "已订阅石门乡石门村。"
    )


async def test_the_menus_keys_and_silent_events(world: World) -> None:
    assert (await reader(world, kind="event", event="CLICK", EventKey="phone")).startswith("值班电话 000-0000")
    before = await replies(world, OPENID)
    for event in ("VIEW", "LOCATION", "enter_agent", "something_new"):
        await world.say(OPENID, kind="event", event=event, platform=Platform.oa)
    assert await replies(world, OPENID) == before
    assert [word.intent for word in await words(world)][-1] == "unknown"


async def test_my_data_is_shown_and_erased_on_request(world: World) -> None:
    await reader(world, "柳湾村")
    shown = await reader(world, "我的数据")
    assert "柳湾村" in shown
    assert OPENID not in shown
    assert "回 1 删除" in await reader(world, "删除我的数据")
    assert await reader(world, "0") == "好，不办了。"
    await reader(world, "删除我的数据")
    await world.say(OPENID, "1", platform=Platform.oa)
    async with world.deps.read() as session:
        assert await found(session, Road.live, OPENID) is None
        assert len((await session.execute(select(Follower))).scalars().all()) == 1
    assert all(word.sender != OPENID for word in await words(world))


async def test_staff_cannot_end_their_duty(world: World) -> None:
    await world.say("li", "退订")
    assert "不能退订" in (await world.phone("li"))[-1]


async def test_a_recording_with_recognition_is_read_as_words(world: World) -> None:
    await world.issue()
    await world.say("li", kind="voice", MediaId="m1", Format="amr", Recognition="收到。")
    assert await said(world, "li") == [(Said.received, How.voice, True)]
    await world.say("wang", kind="voice", MediaId="m2", Format="amr")
    assert "值班员马上听" in (await world.phone("wang"))[-1]
    await world.say("wang", kind="image", MediaId="m3", PicUrl="https://example.invalid/x")
    assert (await world.phone("wang"))[-1].startswith("收到初报 QY0712-001（柳湾镇柳湾村）。")


async def test_a_button_on_a_card_is_an_answer_and_proves_that_cards_are_seen(world: World) -> None:
    await world.issue()
    async with world.deps.read() as session:
        wanted = select(Broadcast).where(col(Broadcast.alert_id).is_not(None), col(Broadcast.subject) == "")
        (sent,) = (await session.execute(wanted)).scalars()
    card: dict[str, Any] = {
        "EventKey": "2",
        "TaskId": f"{sent.id}-1",
        "CardType": "button_interaction",
        "ResponseCode": "r",
    }
    await world.say("li", kind="event", event="template_card_event", **card)
    assert await said(world, "li") == [(Said.cannot, How.card, True)]
    async with world.deps.read() as session:
        address = (await session.execute(select(Address).where(col(Address.value) == "li"))).scalar_one()
    assert address.cards_at == world.clock.now()


async def test_words_on_the_training_road_are_no_answers_on_the_live_one(world: World) -> None:
    await world.issue()
    await world.say("li", "1", road=Road.training)
    assert await said(world, "li") == []
    async with world.deps.read() as session:
        wanted = select(Broadcast).where(col(Broadcast.purpose) == Purpose.reply)
        assert [reply.road for reply in (await session.execute(wanted)).scalars()] == [Road.training]


async def test_words_wait_while_nobody_works_and_are_heard_as_of_then(world: World) -> None:
    await world.issue(hours=1)
    await world.say("li", "1", work=False)
    world.clock.turn(timedelta(hours=2).total_seconds())
    await work_due(world.deps)
    assert await said(world, "li") == [(Said.received, How.digit, True)]


async def test_a_member_who_comes_into_sight_again_is_told_again(world: World) -> None:
    await world.say("li", kind="event", event="unsubscribe")
    await world.issue()
    assert await world.phone("li") == []
    await world.say("li", kind="event", event="subscribe")
    await world.forward(minutes=1)
    await world.issue(grade=Grade.orange)
    assert (await world.phone("li"))[-1].startswith("橙色暴雨")
