"""The form of a report on a phone: prefilled, its draft on the server, without a script; and what a machine sends."""

import re

from sqlmodel import col, select

from bot.directory.models import Area
from handlers.reports.figures.form import KEYS
from handlers.reports.models import Report, ReportVersion, Stage, State
from handlers.reports.queries import of_uid
from tests.both_ways import BothWays

SCRIPT = '<script>alert("x")</script>'


async def only(both: BothWays) -> Report:
    async with both.world.deps.read() as session:
        return (await session.execute(select(Report))).scalar_one()


async def test_the_receipts_link_opens_the_form_with_what_was_said(both: BothWays) -> None:
    await both.act("li", "say", text="两间房塌了，五户十二人转移，淹了15亩稻子")
    last = (await both.world.phone("li"))[-1]
    assert "还缺：哪个村、哪个组、有没有人伤亡。" in last
    assert len(re.findall("https?://", last)) == 1
    async with both.reading("li") as page:
        shown = await page.open(await both.link("li"))
        assert f'name="{KEYS["倒塌房屋间数"]}" value="2"' in shown
        assert f'name="{KEYS["农作物受灾面积"]}" value="15"' in shown
        assert "来自：淹了15亩稻子" in shown
        await page.press(do="save", words="两间房塌了", group="三组")
        assert "存好了，还没有报" in page.text
        report = await only(both)
        assert (report.group, report.draft is not None) == ("", True)
    async with both.reading("li") as another:  # another phone, or after a restart: the draft lies on the server
        shown = await another.open(f"/h5/report/{report.uid}?by=wecom")
        assert 'name="group" value="三组"' in shown
        fields = {KEYS["因灾受伤人口"]: "0", KEYS["倒塌房屋间数"]: "三间", KEYS["农作物受灾面积"]: "30"}
        await another.press(do="send", words="两间房塌了", group="三组", **fields)
        assert "报上去了，值班员正在看" in another.text
        kept = another.text
        again = await only(both)
        assert (again.group, again.values["倒塌房屋间数"]["value"], again.version) == ("三组", 3, 2)
        assert again.values["农作物受灾面积"]["value"] == 2
        another.text = kept
        await another.press(f"/h5/report/{report.uid}", do="send", words="两间房塌了", group="三组", **fields)
        assert (await only(both)).version == 2  # pressed twice


async def test_what_cannot_be_is_named_and_nothing_is_lost(both: BothWays) -> None:
    await both.act("li", "say", text="两间房塌了")
    report = await only(both)
    async with both.reading("li") as page:
        await page.open(f"/h5/report/{report.uid}?by=wecom")
        await page.press(do="send", words="两间房塌了", happened="2030-01-01T00:00", **{KEYS["转移户数"]: "很多"})
        assert page.status == 422
        assert "这个时间还没有到" in page.text
        assert "看不懂“很多”" in page.text
        assert 'value="很多"' in page.text
    kept = await only(both)
    assert kept.draft is not None
    assert (kept.version, kept.draft["words"]) == (1, "两间房塌了")


async def test_another_village_and_a_time_long_ago_are_asked_about(both: BothWays) -> None:
    await both.act("li", "say", text="三组垮坡")
    report = await only(both)
    async with both.world.deps.read() as session:
        other = (await session.execute(select(Area).where(col(Area.name) == "上坪村"))).scalar_one()
    async with both.reading("li") as page:
        await page.open(f"/h5/report/{report.uid}?by=wecom")
        await page.press(do="send", words="三组垮坡", area=str(other.id), happened="2006-07-12T02:00")
        assert "原来记的是柳湾村，表上选的是上坪村，按表上的记了，对吗？" in page.text
        assert "很久以前。年份和月份对吗？" in page.text
    assert (await only(both)).area_id == other.id


async def test_script_in_every_field_stays_letters(both: BothWays) -> None:
    await both.act("li", "say", text=f"三组垮坡{SCRIPT}")
    report = await only(both)
    async with both.reading("li") as page:
        await page.open(f"/h5/report/{report.uid}?by=wecom")
        fields = {name: SCRIPT for name in ("words", "group", "place", "happened", "comment", *KEYS.values())}
        await page.press(do="save", **fields)
        await page.open(f"/h5/report/{report.uid}?by=wecom")
        assert SCRIPT not in page.text
        assert "&lt;script&gt;" in page.text
        await page.press(do="send", words=SCRIPT, group=SCRIPT, place=SCRIPT)
        assert SCRIPT not in page.text


async def test_nobody_else_sees_it(both: BothWays) -> None:
    await both.act("li", "say", text="两间房塌了")
    report = await only(both)
    async with both.reading("wang") as page:
        await page.open(f"/h5/report/{report.uid}?by=wecom")
        assert page.status == 404
        await page.press(f"/h5/report/{report.uid}", do="send", words="不是我")
        assert page.status in {403, 404}
    assert (await only(both)).words == "两间房塌了"


async def test_a_resident_begins_one_on_the_form(both: BothWays) -> None:
    await both.scan("zhang", "柳湾村")
    async with both.reading("zhang") as page:
        await page.open("/h5/report?by=oa")
        form = page.text
        await page.press("/h5/report")
        uid = page.where.split("/")[-1].split("?")[0]
        first = page.text
        page.text = form
        await page.press("/h5/report")
        assert (await only(both)).state is State.draft  # the same page pressed twice begins one
        page.text, page.where = first, f"/h5/report/{uid}"
        await page.press(do="send", words="屋后滑坡了，没人伤")
    async with both.world.deps.read() as session:
        report = await of_uid(session, uid)
        assert report is not None
        versions = (await session.execute(select(ReportVersion))).scalars().all()
    assert (report.state, report.hazard, report.follower_id is not None) == (State.filed, "11D01", True)
    assert [one.number for one in versions] == [1]
    assert "QY0712-001" in (await both.world.phone("liu"))[-1]


async def test_what_follows_is_begun_once_with_the_figures_before(both: BothWays) -> None:
    await both.act("li", "say", text="五户十二人转移，没人伤")
    async with both.world.deps.begin() as session:
        report = (await session.execute(select(Report))).scalar_one()
        report.state = State.confirmed
        session.add(report)
    async with both.reading("li") as page:
        await page.open(f"/h5/report/{report.uid}?by=wecom")
        first = page.text
        await page.press(do="final")
        assert f'name="{KEYS["转移户数"]}" value="5"' in page.text
        page.text = first
        await page.press(f"/h5/report/{report.uid}", do="final")
    async with both.world.deps.read() as session:
        rows = (await session.execute(select(Report).order_by(col(Report.id)))).scalars().all()
    assert [(row.stage, row.thread) for row in rows] == [
        (Stage.first, report.thread),
        (Stage.final, report.thread),
    ]
