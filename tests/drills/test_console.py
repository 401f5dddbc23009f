"""A drill at the desk: written in forms, begun by a button that says to how many, evaluated, and put on paper."""

from datetime import timedelta
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook
from sqlmodel import col, select

from bot.access.models import Role
from broadcasts.dispatch.texts.marks import MARK
from drills.drills.models import Drill, Stage
from handlers.console.drills.every import PAST
from tests.console_rooms.desk import Desk, desk
from tests.drills.playing import drilled
from tests.places import area
from tests.world import World

NEW = {
    "name": "柳湾镇山洪演练", "hazard": "暴雨", "grade": "red", "form": "field", "content": "single", "aim": "test",
    "unit": "柳湾镇人民政府", "minutes": "60", "leader": "孙和平", "road": "live", "again": "y",
    "scenario": "夜里强降雨，三条沟同时涨水。",
}  # fmt: skip
ITEMS = ("execution", "soundness", "command", "responders", "equipment", "suggestions")


async def wanted(world: World, **more: object) -> dict[str, object]:
    starts = (world.clock.now() + timedelta(days=2)).astimezone(world.deps.settings.zone)
    town = await area(world, "柳湾镇")
    return {**NEW, "unit_area": town, "areas": town, "starts_at": f"{starts:%Y-%m-%dT%H:%M}", **more}


async def kept(world: World) -> Drill:
    async with world.deps.read() as session:
        return (await session.execute(select(Drill).order_by(col(Drill.id).desc()).limit(1))).scalar_one()


async def written(officer: Desk) -> str:
    """By the forms alone; the drill's page."""
    made = await officer.press("/console/drills/new", **await wanted(officer.world))
    assert made.status == 303, made.text
    await officer.press(f"{made.at}/script", **{
        "minute-0": "0", "text-0": "上游一小时下了八十毫米，请叫醒河边人家。", "whom-0": "灾害信息员", "asks-0": "1",
        "expected-0": "十分钟内应答", "minute-1": "15", "text-1": "请清点人数。", "whom-1": "", "asks-1": "1",
    })  # fmt: skip
    await officer.press(f"{made.at}/people", do="propose", role=["灾害信息员"], kind=["村群"])
    return made.at


async def test_a_drill_is_written_begun_evaluated_and_put_on_paper(world: World) -> None:
    async with desk(world, Role.officer) as officer:
        here = await written(officer)
        page = await officer.look(here)
        assert "可以提交审批了" in page.text
        assert page.text.index("【演练】") < page.text.index("可以提交审批了") < page.text.rindex("【演练】")
        assert (await officer.press(here, do="hand_in")).status == 303
        assert "等审批人批准" in (await officer.look(here)).text
        assert "还没有另一个人批准" in (await officer.press(here, do="start", first="青")).text
        async with desk(world, Role.approver) as chief:
            page = await chief.look(here)
            assert "批不批：柳湾镇山洪演练" in page.text
            assert (await chief.press(f"{here}/approval", do="approve", read=page.hidden["read"])).status == 303
        assert "向 3 人、2 个群发出演练" in (await officer.look(here)).text
        assert "请填本县名字的第一个字" in (await officer.press(here, do="start")).text
        assert (await officer.press(here, do="start", first="青")).status == 303
        await world.work()
        assert (await world.phone("li"))[-1].startswith(MARK)
        assert (
            "没有应答：</span>李秀英（柳湾村）、王建国（柳湾村）、周秀兰（上坪村）" in (await officer.look(here)).text
        )
        await officer.press(here, do="end")
        early = await officer.press(f"{here}/evaluation", do="close", execution="都到了。")
        assert "预案的合理性与可操作性、指挥协调和应急联动" in early.text
        words = dict.fromkeys(ITEMS, "按时到岗，人数清楚。")
        assert "至少写一条" in (await officer.press(f"{here}/evaluation", do="close", **words)).text
        mend = {"what": "三组的转移路线改走后山", "owner": "王建国", "due_on": "2026-08-01"}
        assert (await officer.press(f"{here}/evaluation", do="revise", **{**mend, "due_on": "八月"})).status == 422
        await officer.press(f"{here}/evaluation", do="revise", **mend)
        assert (await officer.press(f"{here}/evaluation", do="close")).status == 303
        assert (await kept(world)).state is Stage.evaluated
        assert "0/1 条已改" in (await officer.look(here)).text
        async with officer.browser.get(f"{here}/report.pdf") as answer:
            assert (await answer.read()).startswith(b"%PDF")
        async with officer.browser.get(f"{here}/report.xlsx") as answer:
            book = CalamineWorkbook.from_filelike(BytesIO(await answer.read()))
        for name in book.sheet_names:
            rows = book.get_sheet_by_name(name).to_python()
            assert (rows[0][0], rows[-1][0]) == (MARK, MARK)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("hazard", "外星人", "没有这个灾种"),
        ("areas", "", "请选至少一个地方"),
        ("starts_at", "明天", "不是有效的日期与时间"),
        ("scenario", "这不是演习，大家快跑", "演练里不能写"),
        ("minutes", "2", "5 分钟到 24 小时"),
    ],
)
async def test_a_wrong_field_is_named_and_nothing_is_written(world: World, field: str, value: str, said: str) -> None:
    async with desk(world, Role.officer) as officer:
        fields = await wanted(world, **{field: value})
        answer = await officer.press("/console/drills/new", **{k: v for k, v in fields.items() if v != ""})
        assert answer.status == 422
        assert said in answer.text
    async with world.deps.read() as session:
        assert (await session.execute(select(Drill))).first() is None


async def test_a_script_that_is_wrong_is_shown_again_as_it_was_given(world: World) -> None:
    played = await drilled(world, lines=())
    async with desk(world, Role.officer) as officer:
        answer = await officer.press(f"/console/drills/{played.uid}/script", **{"minute-0": "一", "text-0": "快走"})
        assert answer.status == 422
        assert "分钟请写整数" in answer.text
        assert ">快走</textarea>" in answer.text


async def test_a_town_sees_its_own_drills_and_leads_no_other(world: World) -> None:
    played = await drilled(world)
    county = await drilled(world, places=("青崖县",))
    async with desk(world, Role.officer, place="石门乡") as other:
        assert (await other.look(f"/console/drills/{played.uid}")).status == 404
        assert (await other.press(f"/console/drills/{played.uid}", do="hand_in")).status == 404
        assert (await other.look(f"/console/drills/{county.uid}")).status == 200
        assert (await other.press(f"/console/drills/{county.uid}", do="hand_in")).status == 403
        made = await other.press("/console/drills/new", **await wanted(world))
        assert made.status == 422
        assert "不在您管的范围里： 柳湾镇" in made.text
    async with desk(world, Role.officer, place="柳湾镇") as mine:
        added = await mine.press(f"/console/drills/{played.uid}/people", do="add", names="陈大山")
        assert "陈大山" in added.text
        assert added.status == 422


async def test_a_viewer_looks_and_presses_nothing(world: World) -> None:
    played, blind = await drilled(world), await drilled(world, blind=True)
    async with desk(world, Role.viewer) as viewer:
        assert (await viewer.look(f"/console/drills/{played.uid}")).status == 200
        assert (await viewer.look(f"/console/drills/{blind.uid}")).status == 404
        assert (await viewer.press(f"/console/drills/{played.uid}", do="hand_in")).status == 403
    async with desk(world, Role.officer) as officer:
        officer.csrf = "another"
        assert (await officer.press(f"/console/drills/{played.uid}", do="hand_in")).status == 403


async def test_the_year_is_counted_by_unit_and_who_is_due_stands_under_its_town(world: World) -> None:
    async with desk(world, Role.leader) as leader:
        page = (await leader.look("/console/drills")).text
        assert "排一次演练：6 个地方该演练了" in page
        assert "<b>柳湾镇</b>　3/3 个该演练了" in page
        assert "没有演练的记录：柳湾镇、柳湾村、上坪村。" in page
        assert 'class="silent"' not in page  # nobody was asked yet: a plan is what they need
        played = await drilled(world)
        page = (await leader.look("/console/drills")).text
        assert "0/1" in page
        assert "<h1>还是草稿，没有提交：柳湾镇山洪演练，" in page  # tomorrow: it presses more than the places
        assert "另有 6 个地方该演练了" in page
        assert "<b>柳湾镇</b>　3/3 个该演练了</summary>" in page  # a draft is no plan
        assert "柳湾镇（2026年7月12日）" not in page
        await played.do("hand_in", work=False)
        assert "待批准：柳湾镇（2026年7月12日）。" in (await leader.look("/console/drills")).text
        await played.approve()
        page = (await leader.look("/console/drills")).text
        assert "<b>柳湾镇</b>　3/3 个该演练了，排好了 1 个" in page
        assert "排好了：柳湾镇（2026年7月12日）。" in page
        assert "生产安全事故应急条例 第八条" in page
        await played.do("start", sure=True)
        await played.do("end")
        page = (await leader.look("/console/drills")).text
        assert "1/1" in page
        assert "还没有评估：柳湾镇山洪演练" in page
        assert "没有演练的记录：柳湾村、上坪村。" in page
        rule = {"levels": "村", "months": "6", "what": "村：半年一次", "basis": "青崖县演练办法"}
        assert (await leader.press("/console/drills/frequency", **rule)).status == 303
        assert "村：半年一次<br>" in (await leader.look("/console/drills")).text


async def test_a_drill_that_is_long_ago_is_named_with_its_day(world: World) -> None:
    played = await drilled(world)
    await played.begin()
    await played.do("end")
    world.clock.turn(timedelta(days=732).total_seconds())
    async with desk(world, Role.leader) as leader:
        page = (await leader.look("/console/drills")).text
    assert "<b>柳湾镇</b>　上次 2026年7月12日，应在 2028年7月12日前" in page  # begun before eight: yesterday in UTC


async def test_an_overdue_town_stays_in_sight_until_its_drill_is_held(world: World) -> None:
    for place in ("柳湾镇", "柳湾村", "上坪村"):
        played = await drilled(
            world,
            places=(place,),
            unit_area=await area(world, place),
            starts_at=world.clock.now() + timedelta(days=700),
        )
        await played.announce()
    async with desk(world, Role.leader) as leader:
        page = (await leader.look("/console/drills")).text
    assert "<b>柳湾镇</b>　3/3 个该演练了，排好了 3 个" in page
    assert "不用排的" not in page
    assert "<h1>排一次演练：3 个地方该演练了</h1>" in page  # the next drill is two years away
    assert "下一次：" in page


async def test_each_is_asked_for_the_drills_that_are_theirs_to_lead(world: World) -> None:
    async with desk(world, Role.officer, place="柳湾镇") as town:
        page = (await town.look("/console/drills")).text
        assert "<h1>排一次演练：3 个地方该演练了</h1>" in page
        assert "本级</b>" not in page
    async with desk(world, Role.viewer) as viewer:
        assert "<h1>6 个地方该演练了</h1>" in (await viewer.look("/console/drills")).text


async def test_a_drill_that_is_not_evaluated_is_asked_for_however_many_are_newer(world: World) -> None:
    played = await drilled(world)
    await played.begin()
    await played.do("end")
    for _ in range(PAST):
        await drilled(world, starts_at=world.clock.now() + timedelta(days=30), people=(), groups=(), lines=())
    async with desk(world, Role.officer) as officer:
        assert "还没有评估：柳湾镇山洪演练" in (await officer.look("/console/drills")).text


async def test_a_plan_whose_day_has_passed_counts_no_more_and_a_secret_one_is_told_to_nobody(world: World) -> None:
    await (await drilled(world, blind=True)).announce()
    async with desk(world, Role.viewer) as viewer, desk(world, Role.officer) as officer:
        assert "排好了：柳湾镇" in (await officer.look("/console/drills")).text
        assert "排好了：" not in (await viewer.look("/console/drills")).text
        world.clock.turn(timedelta(days=1).total_seconds())
        assert "排好了：" not in (await officer.look("/console/drills")).text


async def test_who_only_takes_part_is_not_asked_to_evaluate(world: World) -> None:
    played = await drilled(world, places=("青崖县",))
    await played.begin()
    await played.do("end")
    async with desk(world, Role.officer, place="石门乡") as other:
        assert "还没有评估" not in (await other.look("/console/drills")).text
    async with desk(world, Role.officer) as officer:
        assert "还没有评估：柳湾镇山洪演练" in (await officer.look("/console/drills")).text
