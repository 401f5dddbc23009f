"""A small county in which every room has something in it: what the browser's walk through all pages finds."""

from dataclasses import dataclass, replace
from datetime import timedelta

import sqlalchemy as sa
from playwright.async_api import Browser, Page, expect
from sqlmodel import col, select

from bot.access.models import Role
from bot.access.passwords import hashed
from bot.access.users import add_user
from bot.directory.models import Group, Person
from bot.directory.outlets.models import Outlet, OutletKind
from bot.directory.outlets.write import carry_out, planned
from bot.directory.queries import area_of_code
from bot.directory.shelters.models import Openness, Shelter
from bot.directory.tree import tree
from bot.ids import uuid7
from broadcasts.alerts.models import Alert, Kind
from broadcasts.coverage.months import before, span
from broadcasts.dispatch.models import Broadcast
from broadcasts.hazards.grades import Grade
from broadcasts.notices.models import Notice, State
from broadcasts.notices.send import send_alone
from broadcasts.notices.writing.checks import Ground
from broadcasts.notices.writing.content import Content, Form
from broadcasts.notices.writing.hearers import hearers
from broadcasts.notices.writing.write import begin
from broadcasts.release.models import Hold
from broadcasts.tasks.evacuation.models import Evacuation
from broadcasts.tasks.knocks.models import Knock
from drills.bulletins.draft import draft
from drills.drills.models import Drill
from drills.duty.phones import Caller, keep
from handlers.hints.models import Hint
from tests.both_ways import BothWays
from tests.browser.desk import PASSWORD
from tests.browser.test_calendar import week_of_duty
from tests.drills.playing import drilled
from tests.hints.told import accepted, assigned, hints
from tests.tasks.knocking import Doors
from tests.tasks.moving import Moving
from tests.world import PLACES

SLIDE = "三组滑坡，路断了，没人伤"
EVERYTHING, BY = "什么都管", "user:刘洋"
FIRST, SECOND = "52992641600000_20260711184000", "52992641600000_20260711184500"
LATE = "52992641600000_20260711154000"
OUTLETS = """种类,名称,区划代码,安装位置,负责人
大喇叭,一组大喇叭,{village},楼顶,王建国
显示屏,门口的屏,{village},门口,李秀英
"""
WARNING = Content(
    body="青崖县人民政府",
    hazard="11A51",
    grade=Grade.red,
    order="现在转移",
    text="河边水位还在涨。",
    measures="往高处走",
    areas=(PLACES["柳湾村"][0],),
)
DRAFT = Content(
    form=Form.notice, body="青崖县应急管理局", title="本周查排水沟", text="把沟看一遍。", areas=(PLACES["柳湾村"][0],)
)


async def lived_in(both: BothWays) -> None:
    await somebody_who_may_do_all(both)
    await a_list_of_places(both)
    await week_of_duty(both.world)
    for resident in ("zhang", "wu", "qian"):
        await both.scan(resident, "柳湾村")
    await warnings(both)
    await words(both)
    await a_door(both)
    await villages(both)
    await papers(both)


async def somebody_who_may_do_all(both: BothWays) -> None:
    kept, world = await hashed(PASSWORD), both.world
    async with world.deps.begin() as session:
        await add_user(
            session, EVERYTHING, [*Role], password_hash=kept, by="cli", at=world.clock.now(), must_change=False
        )


async def a_list_of_places(both: BothWays) -> None:
    """A shelter, a loudspeaker, a screen, and a group that is forwarded to by hand."""
    now, village = both.world.clock.now(), PLACES["柳湾村"][0]
    async with both.world.deps.begin() as session:
        data = OUTLETS.format(village=village).encode()
        await carry_out(session, data, await planned(session, data), partial=False, by=BY, at=now)
        for place, name in (("柳湾村", "柳湾小学"), ("石门村", "石门一组家庭群")):
            node = await area_of_code(session, PLACES[place][0])
            assert node is not None
            if place == "石门村":
                session.add(Group(uid=uuid7(now), key=name, name=name, kind="村群", area_id=node.id))
            else:
                open_ = Openness.open
                session.add(Shelter(uid=uuid7(now), key=name, name=name, area_id=node.id, state=open_, people=7))


async def warnings(both: BothWays) -> None:
    """One in force with an update, one that waits, one that nobody could read, one of the county's own."""
    world = both.world
    await world.gone("wang")
    await world.issue(identifier=FIRST)
    await world.issue(identifier=SECOND, refers=FIRST)
    await world.issue(sent=world.clock.now() - timedelta(hours=3), hours=2, identifier=LATE)
    await world.receive(b"<alert>", "application/xml")
    async with world.deps.begin() as session:
        ground, now = Ground(await tree(session), None, await hearers(session)), world.clock.now()
        await begin(session, Kind.notice, DRAFT, ground, by=BY, at=now)
        own = await begin(session, Kind.local, replace(WARNING, starts=now), ground, by=BY, at=now)
        await send_alone(session, world.deps.settings, own, ground, by=BY, at=now)
    await world.work()


async def a_door(both: BothWays) -> None:
    """Somebody is sent to knock where nobody has answered."""
    sent = (await known(both)).broadcast
    await Doors(both.world).knock(sent, "wang", "zhou")
    await both.world.work()


async def villages(both: BothWays) -> None:
    """Two are moved under the newest warning; one has said how far it is."""
    moving = Moving(both.world, (await known(both)).alert)
    await moving.order("上坪村", "石门村", expected=40)
    await both.type("zhou", "转了12户35人，还有3个老人不肯走")


async def words(both: BothWays) -> None:
    """What people say: help, a question, reports (one of them grave), a hint that somebody has to mend."""
    for who, said in (
        ("li", "3"),
        ("zhou", "今晚去哪里领沙袋"),
        ("chen", "石门村二组滑坡，死亡6人，失踪5人"),
        ("zhou", "柳湾村三组山体滑坡，转移5户12人"),
        ("li", SLIDE),
        ("zhou", "隐患 柳湾村三组电线杆歪了"),
    ):
        await both.type(who, said)
    (hint,) = await hints(both.world)
    await accepted(both.world, hint)
    await assigned(both.world, hint, "li")


async def papers(both: BothWays) -> None:
    """A drill with its script, a call that was noted, a month's bulletin."""
    await drilled(both.world)
    world, now = both.world, both.world.clock.now()
    async with world.deps.begin() as session:
        village = await area_of_code(session, PLACES["柳湾村"][0])
        assert village is not None
        await keep(
            session, world.deps.vault, key="call", area_id=village.id, called_at=now, place="三组",
            caller=Caller(name="王大娘"), said="河边的路还走不走", told="镇上", by=BY, at=now,
        )  # fmt: skip
        zone = world.deps.settings.zone
        await draft(session, [], span(before(now.astimezone(zone).strftime("%Y-%m")), zone), at=now)
        person = (await session.execute(select(Person).where(col(Person.key) == "chen"))).scalar_one()
        person.phone_sealed = world.deps.vault.seal("19900000003")


@dataclass(frozen=True)
class Known:
    """Of what only a message, or a state that seldom is, leads to."""

    broadcast: str
    alert: str
    draft: str
    screen: str
    hint: str
    drill: str
    knock: str
    evacuation: str
    door: str  # of whom somebody may knock at
    held: str


async def known(both: BothWays) -> Known:
    async with both.world.deps.read() as session:
        sent = sa.select(col(Broadcast.id)).where(col(Broadcast.subject) == "").order_by(col(Broadcast.id))
        alert = sa.select(col(Alert.uid)).where(col(Alert.identifier) == SECOND)
        draft = sa.select(col(Notice.uid)).where(col(Notice.state) == State.draft)
        screen = sa.select(col(Outlet.code)).where(col(Outlet.kind) == OutletKind.screen)
        wanted = (
            sent,
            alert,
            draft,
            screen,
            sa.select(col(Hint.uid)),
            sa.select(col(Drill.uid)),
            sa.select(col(Knock.uid)),
            sa.select(col(Evacuation.uid)).order_by(col(Evacuation.id)),
            sa.select(col(Person.uid)).where(col(Person.key) == "li"),
            sa.select(col(Hold.uid))
            .join(Alert, col(Alert.id) == col(Hold.alert_id))
            .where(col(Alert.identifier) == LATE),
        )
        return Known(*[str(await session.scalar(one.limit(1))) for one in wanted])


async def at_the_desk(both: BothWays, browser: Browser) -> Page:
    page = await browser.new_page(locale="zh-CN")
    await page.goto(f"{both.web}/console/sign-in")
    await page.locator("input[name=name]").fill(EVERYTHING)
    await page.locator("input[name=password]").fill(PASSWORD)
    await page.locator("main button").click()
    await expect(page).to_have_url(f"{both.web}/console/")
    return page
