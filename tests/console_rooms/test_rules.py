"""规则: rows with a basis and days; 现在要做 goes out when it is signed."""

from datetime import date

import pytest
from sqlmodel import col, select

from bot.access.models import Role
from bot.record.models import Entry
from broadcasts.audience.models import Advice, AudienceRule
from broadcasts.dispatch.failover.models import FailoverRule
from broadcasts.dispatch.failover.rules import About
from broadcasts.hazards.grades import Grade
from broadcasts.release.models import ReleaseRule
from handlers.console.county.rule_forms import hazard_code
from tests.console_rooms.desk import desk
from tests.world import World

WAKES = {"message": "alert", "grade": "yellow", "mode": "wake", "hazard": "雷电", "channels": "", "basis": "县预案<3>"}
HOLDS = {"hold": "1", "grade": "red", "hazard": "11B03", "basis": "县长办公会"}
NEW = "/console/rules/advice/new"


async def test_a_new_rule_wakes_whom_it_names_until_it_is_ended(world: World) -> None:
    async with desk(world, Role.leader) as leader:
        rule = {**WAKES, "role": "网格员", "hours": "22-07"}
        assert (await leader.press("/console/rules/audience", **rule)).status == 303
        page = await leader.look("/console/rules")
        assert "22-07 点，雷电 11B17 黄色预警：叫醒网格员" in page.text or "雷电" in page.text
        assert "县预案&lt;3&gt;" in page.text
        await world.issue("雷电", hazard_code("雷电"), Grade.yellow)
        assert (await world.phone("chen"))[-1].startswith("黄色雷电")
        async with world.deps.read() as session:
            made = (await session.execute(select(AudienceRule).order_by(col(AudienceRule.id).desc()))).scalars().first()
        assert made
        assert (await leader.press(f"/console/rules/audience/{made.id}/end")).status == 303
        world.clock.turn(3600)
        await world.issue("雷电", hazard_code("雷电"), Grade.yellow)
        assert not [text for text in await world.phone("chen") if "3:40发布" in text]  # the first may ring again
        assert "已停用 1 条" in (await leader.look("/console/rules")).text
    async with world.deps.read() as session:
        kept = await session.get(AudienceRule, made.id)
        actions = list((await session.execute(select(Entry.action).where(col(Entry.actor) == "user:leader"))).scalars())
    assert kept
    assert kept.valid_to == date(2026, 7, 11)  # yesterday: the row stays
    assert actions == ["audience_rule.added", "audience_rule.ended"]


async def test_a_release_rule_holds_what_it_names(world: World) -> None:
    async with desk(world, Role.admin) as admin:
        assert (await admin.press("/console/rules/release", **HOLDS)).status == 303
        assert "暴雨 11B03 红色预警：扣下，等人放行" in (await admin.look("/console/rules")).text
        got = await world.issue(places=("柳湾镇",))
        assert got.taken[0].alert.status == "held"
        async with world.deps.read() as session:
            rule = (await session.execute(select(ReleaseRule))).scalar_one()
        await admin.press(f"/console/rules/release/{rule.id}/end")
    world.clock.turn(60)
    assert (await world.issue()).taken[0].alert.status == "issued"


@pytest.mark.parametrize(
    "wrong",
    [
        {"basis": " "},
        {"hazard": "没有的灾"},
        {"hours": "22-7"},
        {"hours": "07-07"},
        {"hours": "25-07"},
        {"mode": "shout"},
        {"grade": "pink"},
        {"valid_from": "2026-08-02", "valid_to": "2026-08-01"},
        {"valid_from": "someday"},
    ],
)
async def test_a_rule_that_says_nothing_clear_is_refused(world: World, wrong: dict[str, str]) -> None:
    async with desk(world, Role.leader) as leader:
        answer = await leader.press("/console/rules/audience", **{**WAKES, **wrong})
        assert answer.status == 422
        assert 'class="error"' in answer.text


@pytest.mark.parametrize(
    ("words", "code"), [("暴雨", "11B03"), ("11b03", "11B03"), ("11B", "11B"), ("", ""), ("大家", ""), ("11B03x", "")]
)
def test_a_hazard_is_found_by_name_or_code(words: str, code: str) -> None:
    assert hazard_code(words) == code


async def test_advice_goes_out_signed_and_an_edit_unsigns_it(world: World) -> None:
    lines = {"hazard": "雷电", "grade": "red", "role": "网格员", "lines": "进屋\n拔插头"}
    async with desk(world, Role.leader) as leader:
        where = (await leader.press(NEW, **lines)).at
        await world.issue("雷电", hazard_code("雷电"))
        assert "拔插头" not in (await world.phone("chen"))[-1]
        page = await leader.look(where)
        signing = {"lines": page.hidden["lines"], "signed_by": "县应急局", "signed_on": "2026-07-12"}
        assert (await leader.press(f"{where}/sign", **signing)).status == 303
        world.clock.turn(60)
        await world.issue("雷电", hazard_code("雷电"))
        assert "现在要做：\n1. 进屋\n2. 拔插头" in (await world.phone("chen"))[-1]
        await leader.press(where, **{**lines, "lines": "进屋"})
        late = await leader.press(f"{where}/sign", **signing)  # it was these lines that were read, not those
        assert late.status == 422
        assert "刚被别人改过" in late.text
    async with world.deps.read() as session:
        row = (await session.execute(select(Advice).where(col(Advice.lines) == "进屋"))).scalar_one()
    assert (row.signed_by, row.signed_on) == ("", None)


@pytest.mark.parametrize("signing", [{"signed_by": " "}, {"signed_on": "2026-07-13"}, {"signed_on": "x"}])
async def test_a_signature_has_a_name_and_a_day(world: World, signing: dict[str, str]) -> None:
    async with desk(world, Role.admin) as admin:
        page = await admin.look("/console/rules/advice/1")
        given = {"lines": page.hidden["lines"], "signed_by": "县应急局", "signed_on": "2026-07-12", **signing}
        assert (await admin.press("/console/rules/advice/1/sign", **given)).status == 422
        assert (await admin.press(NEW, grade="", lines="一\n二\n三\n四")).status == 422
        assert (await admin.look("/console/rules/advice/99")).status == 404


async def test_an_officer_looks_and_nobody_else_mends(world: World) -> None:
    async with desk(world, Role.officer) as officer, desk(world, Role.leader, place="柳湾镇") as town:
        page = await officer.look("/console/rules")
        assert page.status == 200
        assert '<form method="post" action="/console/rules' not in page.text
        for somebody in (officer, town):
            assert (await somebody.press("/console/rules/audience", **WAKES)).status == 403
            assert (await somebody.press("/console/rules/audience/1/end")).status == 403
            assert (await somebody.press(NEW, lines="x")).status == 403
    async with desk(world, Role.leader) as leader:
        assert (await leader.press("/console/rules/audience", csrf="x", **WAKES)).status == 403
        assert (await leader.press("/console/rules/audience/999/end")).status == 404


async def test_one_press_does_not_silence_the_county(world: World) -> None:
    async with desk(world, Role.leader) as leader:
        async with world.deps.read() as session:
            red = select(AudienceRule).where(col(AudienceRule.grade) == "red")
            rule = (await session.execute(red)).scalar_one()
        for said in ({}, {"first": "石"}):
            page = await leader.press(f"/console/rules/audience/{rule.id}/end", **said)
            assert page.status == 422
            assert "请填本县名字的第一个字“青”" in page.text
        await world.issue()
        assert len(await world.phone("li")) == 1
        assert (await leader.press(f"/console/rules/audience/{rule.id}/end", first="青")).status == 303
    await world.forward(minutes=1)
    await world.issue()
    assert len(await world.phone("li")) == 1


async def test_a_road_is_left_sooner_by_a_new_rule_and_red_asks_before_it_is_not(world: World) -> None:
    async with desk(world, Role.leader) as leader:
        shown = (await leader.look("/console/failover")).text
        assert "红色预警：通路断了 10 秒就换下一条；每次超过 5 秒也换" in shown
        assert "叫醒值班员的消息：通路断了 5 秒就换下一条" in shown
        rule = {"about": "", "grade": "orange", "after_seconds": "20", "slow_seconds": "", "basis": "县预案"}
        assert (await leader.press("/console/failover", **rule)).status == 303
        assert "橙色预警：通路断了 20 秒就换下一条" in (await leader.look("/console/failover")).text
        assert (await leader.press("/console/failover", **{**rule, "about": "drill"})).status == 303
        assert "橙色，演练的消息：通路断了 20 秒就换下一条" in (await leader.look("/console/failover")).text
        assert (await leader.press("/console/failover", **{**rule, "about": "nothing"})).status == 422
        assert "请填 5 到" in (await leader.press("/console/failover", **{**rule, "after_seconds": "1"})).text
        assert (await leader.press("/console/failover/1/end")).status == 422
        assert (await leader.press("/console/failover/1/end", first="青")).status == 303
        assert "已停用 1 条" in (await leader.look("/console/failover")).text
        async with world.deps.read() as session:
            confirm = select(FailoverRule.id).where(col(FailoverRule.about) == About.confirm)
            number = (await session.execute(confirm)).scalar_one()
        asked = await leader.press(f"/console/failover/{number}/end")
        assert (asked.status, "不再请人转发" in asked.text, "也要等它恢复才发" in asked.text) == (422, True, False)
    async with desk(world, Role.officer) as officer:
        assert (await officer.press("/console/failover", **rule)).status == 403
