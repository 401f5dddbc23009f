"""Who is who: an invitation binds once, a known phone binds at once, everybody else waits for a person."""

import sqlalchemy as sa
from sqlmodel import col

from bot.directory.binding.bind import accept, invite, invite_all, waiting
from bot.directory.binding.models import Invitation
from bot.directory.binding.unbound import unbound
from bot.directory.imports.cells import phone_digits
from bot.directory.models import Address, Area, Person
from bot.directory.queries import person_of_key
from bot.ids import uuid7
from tests.both_ways import BothWays


async def bound(both: BothWays, openid: str) -> str | None:
    async with both.world.deps.read() as session:
        wanted = (
            sa.select(col(Person.name))
            .join(Address, col(Address.person_id) == col(Person.id))
            .where(col(Address.channel) == "oa", col(Address.value) == openid, col(Address.gone_at).is_(None))
        )
        return await session.scalar(wanted)


async def test_an_invitation_binds_once(both: BothWays) -> None:
    deps, now = both.world.deps, both.world.clock.now()
    async with deps.begin() as session:
        person = await person_of_key(session, "chen")
        assert person is not None
        code = await invite(session, deps.vault, person, by="user:admin", at=now)
    for openid in ("qian", "wu"):
        await both.act(openid, "follow")
    async with both.reading("qian") as page:
        await page.open(f"/h5/bind?code={code}&by=oa")
        assert code in page.text
        await page.press("/h5/bind", code=code.lower())
        assert "陈大山，绑定好了" in page.text
    async with both.reading("wu") as page:
        await page.open("/h5/bind?by=oa")
        await page.press("/h5/bind", code=code)
        assert "这个邀请码不对" in page.text
    assert await bound(both, "qian") == "陈大山"
    assert await bound(both, "wu") is None


async def test_a_known_phone_binds_at_once_and_a_wrong_one_waits(both: BothWays) -> None:
    deps = both.world.deps
    async with deps.begin() as session:
        person = await person_of_key(session, "chen")
        assert person is not None
        person.phone_digest = deps.vault.digest(phone_digits("19900000001"))
        session.add(person)
        await session.execute(sa.delete(Address).where(col(Address.person_id) == person.id))
    for openid in ("qian", "wu"):
        await both.act(openid, "follow")
    async with both.reading("qian") as page:
        await page.open("/h5/bind?by=oa")
        form = page.text
        await page.press("/h5/bind", name="陈大山", phone="12")
        assert "手机号不对" in page.text
        page.text = form
        await page.press("/h5/bind", name="陈大山", phone="19900000001")
        assert "绑定好了" in page.text
    async with both.reading("wu") as page:  # the same again from another phone: a person decides
        await page.open("/h5/bind?by=oa")
        await page.press("/h5/bind", name="陈大山", phone="19900000001")
        assert "已经报给管理员" in page.text
    assert await bound(both, "qian") == "陈大山"
    async with deps.read() as session:
        assert [b.name for b in await waiting(session)] == ["陈大山"]


async def test_name_and_number_alone_do_not_take_over_who_is_reached_already(both: BothWays) -> None:
    deps = both.world.deps
    async with deps.begin() as session:
        person = await person_of_key(session, "li")  # reached in WeCom
        assert person is not None
        person.phone_digest = deps.vault.digest(phone_digits("19900000002"))
        session.add(person)
    await both.act("wu", "follow")
    async with both.reading("wu") as page:
        await page.open("/h5/bind?by=oa")
        await page.press("/h5/bind", name="李秀英", phone="19900000002")
        assert "已经报给管理员" in page.text
    assert await bound(both, "wu") is None


async def test_who_unfollows_is_not_written_to_and_comes_back_as_she_was(both: BothWays) -> None:
    deps, now = both.world.deps, both.world.clock.now()
    async with deps.begin() as session:
        person = await person_of_key(session, "chen")
        assert person is not None
        code = await invite(session, deps.vault, person, by="user:admin", at=now)
    await both.act("qian", "follow")
    async with both.reading("qian") as page:
        await page.open("/h5/bind?by=oa")
        await page.press("/h5/bind", code=code)
    await both.act("qian", "unfollow")
    assert await bound(both, "qian") is None
    both.world.clock.turn(60)
    await both.act("qian", "follow")
    assert await bound(both, "qian") == "陈大山"


async def test_a_whole_county_is_invited_in_a_few_statements(both: BothWays) -> None:
    """One statement for each person would hold the database's write lock for seconds."""
    deps, now = both.world.deps, both.world.clock.now()
    async with deps.begin() as session:
        area = await session.scalar(sa.select(col(Area.id)).where(col(Area.name) == "柳湾村"))
        session.add_all(
            Person(uid=uuid7(now), key=f"new{n}", name=f"新{n}", area_id=area or 0, ab="") for n in range(300)
        )
    statements: list[str] = []
    for _ in range(2):  # the second time the earlier codes end
        statements.clear()
        async with deps.begin() as session:
            people = [one.id for one in await unbound(session)]
            raw = (await session.connection()).sync_connection
            sa.event.listen(raw, "before_cursor_execute", lambda *given: statements.append(given[2]))
            codes = await invite_all(session, deps.vault, people, by="user:admin", at=now)
        assert len(set(codes.values())) == len(people) == 300
        assert len(statements) <= 3
    async with deps.read() as session:
        assert await session.scalar(sa.select(sa.func.count()).select_from(Invitation)) == 300
    async with deps.begin() as session:
        bound_to = await accept(session, deps.vault, codes[people[7]], "oa", "someone", now)
        assert bound_to is not None
        assert bound_to.id == people[7]
