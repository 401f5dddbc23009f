"""Whatever can leave, by whichever channel in whichever form: in a drill it is marked at head and foot, live it never
is. Texts, cards, textcards, templates, forwarded words, changes of cards; pages; paper."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from sqlmodel import col, select

from bot.channels.appchat import body as appchat
from bot.channels.customer_group import body as customers
from bot.channels.oa_notice import body as notice
from bot.channels.oa_reply import body as reply
from bot.channels.oa_template import body as template
from bot.channels.wecom_app import body as app
from bot.channels.wecom_app.body import CLIP, clip
from bot.channels.wecom_app.cards import update
from bot.channels.wecom_robot import body as robot
from bot.papers import fonts
from broadcasts.alerts.models import Alert, Kind, Status
from broadcasts.audience.models import Advice
from broadcasts.audience.select import Target
from broadcasts.dispatch.again import again
from broadcasts.dispatch.models import Batch, Broadcast, Text
from broadcasts.dispatch.planning.plan import BY_HAND, ROADS, Plan, PlannedBatch, PlannedText, plan
from broadcasts.dispatch.planning.write import Sending
from broadcasts.dispatch.recalls.recall import take_back
from broadcasts.dispatch.sending.roads import POINTERS, Roads
from broadcasts.dispatch.states import Mode, Purpose
from broadcasts.dispatch.texts.alert_forms import forms_of
from broadcasts.dispatch.texts.alert_text import Again, AlertText
from broadcasts.dispatch.texts.drill_forms import DrillForms, ensure, marked, marked_tail, marked_update
from broadcasts.dispatch.texts.forms import ServiceForms
from broadcasts.dispatch.texts.marks import DENIAL, MARK, DrillWords, Mismarked, linted, plainly
from broadcasts.dispatch.texts.render import numbered
from broadcasts.hazards.grades import Grade
from drills.reminders.models import Topic
from drills.reminders.plan import add
from tests.both_ways import both_ways
from tests.drills.playing import drilled
from tests.world import World

ZONE, NOW = ZoneInfo("Asia/Shanghai"), datetime(2026, 7, 11, 18, 40, tzinfo=UTC)
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=400).filter(
    lambda t: MARK not in t
)
LONG = st.one_of(WORDS, st.integers(1, 60).map(lambda n: "山上垮坡了，路断了。" * n))
TAIL = marked_tail("柳湾村 值班电话 000-0000")
KINDS = st.sampled_from([kind for kind in Kind if kind is not Kind.drill])
FIELDS = st.sampled_from(
    [
        (("thing1", "what"), ("thing2", "where"), ("time3", "when"), ("time4", "until")),
        (("phrase1", "what"), ("thing2", "where")),
        (("character_string1", "what"), ("time2", "when")),
        (("time1", "when"),),
    ]
)


def alert(kind: Kind, text: str, grade: Grade | None, *, ends: bool) -> Alert:
    return Alert(
        id=1, uid="u", thread="u", kind=kind, status=Status.issued, msg_type="Alert", identifier="i", sender="s",
        sender_name="青崖县气象台", sent=NOW, expires=NOW + timedelta(hours=3) if ends else None, event="暴雨",
        event_code="11B03", grade=grade, headline="暴雨", received_at=NOW,
        content={"infos": [{"language": "zh-CN", "description": text}]},
    )  # fmt: skip


@st.composite
def said(draw: st.DrawFn, kind: Kind) -> AlertText:
    hears, link = draw(st.booleans()), draw(st.booleans())
    roads = Roads(
        frozenset(ROADS), "https://warn.example.invalid" if link else "", hears_wecom=hears,
        hears_oa=draw(st.booleans()), template_id="t", fields=draw(FIELDS), notice_id="n",
        notice_fields=draw(FIELDS),
    )  # fmt: skip
    advice = [Advice(role="灾害信息员", lines="叫醒河边人家\n往高处走", signed_by="局")] if draw(st.booleans()) else []
    again = draw(st.sampled_from([None, Again(2), Again(3, "李秀英", "柳湾村")]))
    grade = draw(st.sampled_from([None, *Grade]))
    return AlertText(
        alert(kind, draw(LONG), grade, ends=draw(st.booleans())), Purpose.first, None, draw(WORDS)[:40], "000-0000",
        advice, NOW, ZONE, roads, "ABCDEFGH" if link else "", asked=draw(st.booleans()), again=again,
    )  # fmt: skip


def readers() -> list[Target]:
    made = []
    for number, road in enumerate(ROADS):
        kind = "group" if ROADS[road].TAIL_BYTES else "person"
        one = Target(kind, number, 1, None, "灾害信息员", "zh-CN", Mode.wake, {road: str(number + 1)})
        made += [one, replace(one, id=number + 10, cards=True)]
    return made


def shown(made: Plan) -> list[tuple[str, str]]:
    """What a phone shows first and last of every request that would leave, from its own bytes."""
    found = []
    for one in (*made.batches, *made.relays):
        text = made.texts[one.text]
        found += [_ends(text, part, one.tail if part is text.parts[-1] else "") for part in text.parts]
    return found


def _ends(text: PlannedText, part: str, tail: str) -> tuple[str, str]:
    if text.channel == "wecom_robot":
        content = json.loads(robot.body(part, tail))["text"]["content"]
    elif text.channel == "appchat":
        content = json.loads(appchat.body("c", part, tail))["text"]["content"]
    elif text.channel in POINTERS:
        written = template.body("o", part, "k") if text.channel == "oa_template" else notice.body("o", part)
        values = [field["value"] for field in json.loads(written)["data"].values()]
        return next((v for v in values if v.startswith(MARK)), values[0]), next(
            (v for v in values if v.endswith(MARK)), values[-1]
        )
    elif text.channel == "oa_reply":
        content = json.loads(reply.body("o", part))["text"]["content"]
    elif text.channel == "customer_group":
        content = json.loads(customers.body(["li/wr1"], part))["text"]["content"]
    elif text.channel in BY_HAND:
        content = part
    else:
        message = json.loads(app.body(1, ["li"], part, text.form, "key"))
        inner = message[message["msgtype"]]
        if text.form == "card":
            rows = [row["value"] for row in inner["horizontal_content_list"]]
            return inner["main_title"]["title"], rows[-1] if rows else ""
        if text.form == "textcard":
            return inner["title"], inner["description"]
        content = inner["content"]
    return content, content


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_what_leaves_in_a_drill_is_marked_at_both_ends(data: st.DataObject) -> None:
    text = data.draw(said(Kind.drill))
    made = plan(readers(), text.write, lambda _: TAIL, text.roads.channels, forms_of(text))
    ensure(made, drill=True)
    assert all(first.startswith(MARK) and last.endswith(MARK) for first, last in shown(made))
    assert all(marked(one) for one in made.texts)
    for one in made.texts:
        if one.form == "text":
            room = ROADS[one.channel].TEXT_BYTES - (len(f"\n{TAIL}".encode()) if ROADS[one.channel].TAIL_BYTES else 0)
            assert all(len(part.encode()) <= room for part in one.parts)
    with pytest.raises(Mismarked):
        ensure(made, drill=False)


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_what_is_read_out_in_a_drill_says_so_to_the_ear_first_and_last(data: st.DataObject) -> None:
    text = data.draw(said(Kind.drill))
    made = plan([t for t in readers() if "speaker" in t.roads], text.write, str, text.roads.channels, forms_of(text))
    (words,) = made.texts[0].parts
    lines = words.split("\n")
    assert (lines[0], lines[-2], lines[-1]) == (f"{MARK}这是演练，这是演练。", "以上是演练。", MARK)


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_a_screen_has_two_lines_in_a_drill_and_in_earnest(data: st.DataObject) -> None:
    for kind in (Kind.drill, Kind.signal):
        text = data.draw(said(kind))
        made = plan([t for t in readers() if "screen" in t.roads], text.write, str, text.roads.channels, forms_of(text))
        assert all(len(part.split("\n")) <= 2 for part in made.texts[0].parts)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_what_leaves_live_never_is(data: st.DataObject) -> None:
    text = data.draw(said(data.draw(KINDS)))
    made = plan(readers(), text.write, lambda _: "柳湾村", text.roads.channels, forms_of(text))
    ensure(made, drill=False)
    assert not any(MARK in part for one in made.texts for part in one.parts)
    with pytest.raises(Mismarked):
        ensure(made, drill=True)


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=200), st.booleans(), FIELDS)
def test_a_word_of_the_system_is_marked_in_a_drill_alone(text: str, drill: bool, fields: Any) -> None:
    words = (text if drill else plainly(text)) or "好"
    roads = Roads(frozenset(ROADS), "https://warn.example.invalid", template_id="t", fields=fields,
                  notice_id="n", notice_fields=fields)  # fmt: skip
    forms = ServiceForms(roads, "ABCDEFGH", NOW, ZONE)
    made = plan(
        readers(), lambda _c, _r, _l, limit: numbered(words, limit) if len(words.encode()) > limit else [words],
        lambda _: "", roads.channels, DrillForms(forms) if drill else forms,
    ) if words.strip() else Plan()  # fmt: skip
    ensure(made, drill=drill)


@given(WORDS)
def test_a_changed_card_is_marked_too(word: str) -> None:
    part = marked_update(update("code", word))
    assert json.loads(part)["button"]["replace_name"] == f"{MARK}{word}{MARK}"
    one = Plan(
        [PlannedText("wecom_app", [part], [], "", "card-update")], [PlannedBatch(0, "wecom_app", Mode.quiet, [])]
    )
    ensure(one, drill=True)


SPEAKS = st.one_of(WORDS, st.tuples(st.sampled_from(["演练，", "这是演练。", "【演练】", "훈련 "]), WORDS).map("".join))


@given(SPEAKS)
def test_a_recording_has_no_mark_and_so_goes_in_a_drill_only_if_it_begins_by_saying_so(words: str) -> None:
    """And in earnest only if it does not speak of one at all."""
    texts = [PlannedText("wecom_app", [clip("m", "u", words)], [], "", CLIP)]
    one = Plan(texts, [PlannedBatch(0, "wecom_app", Mode.quiet, [])])
    begins = words.lstrip("【（( ").startswith(("演练", "这是演练", "훈련"))
    assert allowed(one, drill=True) is (begins and DENIAL.search(words) is None)
    assert allowed(one, drill=False) is not ("演练" in words or "훈련" in words)


def allowed(one: Plan, *, drill: bool) -> bool:
    try:
        ensure(one, drill=drill)
    except Mismarked:
        return False
    return True


@given(WORDS, WORDS)
def test_who_writes_for_real_may_not_write_the_mark(before: str, after: str) -> None:
    with pytest.raises(DrillWords):
        linted(f"{before}{MARK}{after}", drill=False)
    assert MARK not in plainly(f"{before}{MARK}{after}")
    assert MARK not in linted(f"{MARK}{before}", drill=True)


async def test_a_reminder_with_the_mark_is_refused(world: World) -> None:
    at = world.clock.now()
    async with world.deps.begin() as session:
        with pytest.raises(DrillWords):
            await add(
                session, world.deps.settings, name="会", topic=Topic.meeting, starts_at=at + timedelta(days=1), rule="",
                roles="灾害信息员", kinds="", area_id=None, text=f"{MARK}开会", must_act=False, by="user:liu", at=at,
            )  # fmt: skip


async def test_a_warning_that_says_it_is_a_drill_waits_for_a_person_and_never_leaves_so(world: World) -> None:
    got = await world.issue(text=f"{MARK}过去3小时已出现强降雨{MARK}")
    assert got.taken[0].alert.status is Status.held
    assert "原文写着演练，又说是真的" in (await world.phone("liu"))[-1]
    assert not any(MARK in one for one in [*await world.phone("li"), *await world.phone("liu")])


async def test_every_row_of_a_night_with_both_is_marked_as_it_should_be(tmp_path: Path) -> None:
    """Every text that was written, whoever wrote it: rings, receipts, reminders, cards."""
    async with both_ways(tmp_path) as both:
        world = both.world
        played = await drilled(world)
        await played.begin()
        await both.type("li", "1")
        await both.type("wang", "3")
        await world.forward(minutes=6)
        await world.issue(places=("柳湾镇",))
        await both.type("li", "3")
        await world.forward(minutes=9)
        await played.do("resume")
        await world.forward(minutes=20)
        await played.do("end")
        async with world.deps.read() as session:
            wanted = select(Text, Broadcast).join(Broadcast, col(Broadcast.id) == col(Text.broadcast_id))
            rows = (await session.execute(wanted)).all()
        assert len({broadcast.drill for _, broadcast in rows}) == 2
        for text, broadcast in rows:
            one = PlannedText(text.channel, text.parts, [], "", text.form)
            assert marked(one) if broadcast.drill else not any(MARK in part for part in text.parts)


async def test_pages_of_a_drill_are_marked_at_both_ends_and_live_ones_never(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as both:
        await (await drilled(both.world)).begin()
        drill = await both.link("li")
        async with both.reading("li") as phone:
            page = body(await phone.open(drill))
            assert "照真的应答" in page
            assert page.startswith(f'<p class="band mark" role="status">{MARK}')
            assert page.endswith(f"{MARK}</p>")
            assert f"<title>{MARK}" in phone.text
            assert f"{MARK}</title>" in phone.text
            await phone.press(a="3")
            assert "这是演练，只记下来" in phone.text
            assert "暴雨" not in await phone.open("/h5/now")
        await both.world.issue(places=("石门村",))
        async with both.reading("chen") as phone:
            await phone.open(await both.link("chen"))
            assert "红色暴雨" in phone.text
            assert MARK not in phone.text


def body(page: str) -> str:
    return page.partition("<body")[2].partition(">")[2].partition("</body>")[0].strip()


@pytest.mark.parametrize("long", [1, 400])
def test_every_page_of_the_report_has_the_mark_at_head_and_foot(long: int) -> None:
    """The strips at head and foot have ink on every page, and the same at the head."""
    facts = {
        "mark": MARK, "title": "山洪演练", "head": [["编号", "2026-001"]], "scenario": "涨水。",
        "figures": [["参演", "3 人"]],
        "lines": [["1", "0", "全体", "请应答。", "", "2026-07-12 02:40", "1/3", ""]], "made": "生成",
        "items": [["演练执行情况", "按时到岗，人数清楚。" * long]],
        "revisions": [["改路线", "王建国", "2026-08-01", "还没有改"]],
    }  # fmt: skip
    source = files("templates").joinpath("papers", "drill.typ").read_bytes()
    how: dict[str, Any] = {"font_paths": [str(fonts())], "ignore_system_fonts": True, "format": "png", "ppi": 40}
    made: Any = typst.compile(source, sys_inputs={"facts": orjson.dumps(facts).decode()}, **how)
    pages = [Image.open(BytesIO(one)).convert("L") for one in (made if isinstance(made, list) else [made])]
    assert len(pages) > 1 or long == 1
    width, height = pages[0].size
    heads = {page.crop((0, 0, width, height * 20 // 297)).tobytes() for page in pages}
    assert len(heads) == 1
    for page in pages:
        for strip in ((0, 0, width, height * 20 // 297), (0, height * 275 // 297, width, height)):
            darkest, _ = page.crop(strip).getextrema()
            assert isinstance(darkest, int)
            assert darkest < 128


async def test_what_is_taken_back_of_a_drill_stays_a_drill_and_goes_after_all_that_is_live(world: World) -> None:
    await (await drilled(world)).begin()
    async with world.deps.begin() as session:
        sent = (await session.execute(select(Broadcast).where(col(Broadcast.drill)))).scalar_one()
        taken = await take_back(session, sent, word="发早了", by="user:liu", at=world.clock.now())
    async with world.deps.read() as session:
        calls = await session.get(Broadcast, taken.calls_id)
        ranks = select(Batch.rank).where(col(Batch.broadcast_id) == taken.calls_id)
        assert calls is not None
        assert (calls.drill, calls.road) == (True, sent.road)
        assert {*(await session.execute(ranks)).scalars()} == {3}


async def test_nothing_of_a_drill_takes_a_live_rank_whatever_its_sending_says(world: World) -> None:
    await (await drilled(world)).begin()
    target = Target("person", 1, 1, None, "", "zh-CN", Mode.wake, {"wecom_app": "li"})
    made = Plan([PlannedText("wecom_app", [MARK], [], "0" * 64)], [PlannedBatch(0, "wecom_app", Mode.wake, [target])])
    due = dict.fromkeys(Mode, world.clock.now())
    async with world.deps.begin() as session:
        sent = (await session.execute(select(Broadcast).where(col(Broadcast.drill)))).scalar_one()
        sending = Sending(Purpose.reminder, 0, due, alert_id=sent.alert_id, ordinal=9)
        await again(session, sent, made, sending, by="system", at=world.clock.now())
        ranks = await session.execute(select(Batch.rank).where(col(Batch.broadcast_id) == sent.id))
        assert {*ranks.scalars()} == {3}
