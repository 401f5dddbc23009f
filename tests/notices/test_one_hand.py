"""One person with two logins is one hand: what was written under one name is not approved under the other."""

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from bot.access.hands import hands, one_of, untied
from bot.access.models import Role, User
from bot.access.users import add_user
from bot.directory.models import Address, Person
from bot.record.entries import record
from drills.bulletins.edit import OwnBulletin, approve
from drills.bulletins.models import Bulletin
from handlers.hints.deciding.finish import OwnWork, close, done
from handlers.hints.models import Hint, HintVersion, State
from tests.console_rooms.desk import desk
from tests.grounds import ON_BOTH
from tests.hints.told import accepted, assigned, hints
from tests.world import World

pytestmark = ON_BOTH


async def person(world: World, userid: str) -> Person:
    async with world.deps.read() as session:
        wanted = select(Person).join(Address, col(Address.person_id) == col(Person.id))
        return (await session.execute(wanted.where(col(Address.value) == userid))).scalar_one()


async def logins(world: World, *names: str, of: str | None = None) -> int | None:
    """Logins of one person; of nobody where none is named."""
    who = await person(world, of) if of else None
    async with world.deps.begin() as session:
        for name in names:
            await add_user(
                session, name, [Role.officer], password_hash="-", by="cli", at=world.clock.now(),
                person_id=who.id if who else None,
            )  # fmt: skip
    return who.id if who else None


async def test_all_names_of_a_person_are_one(world: World) -> None:
    chen = await logins(world, "a", "b", of="chen")
    await logins(world, "c", "d")
    uid = (await person(world, "chen")).uid
    async with world.deps.read() as session:
        mine = {"user:a", "user:b", f"person:{uid}"}
        assert await hands(session, {"user:a"}) == mine
        assert await hands(session, {f"person:{uid}"}) >= mine
        assert await hands(session, {"user:c", "token:x"}) == {"user:c", "token:x"}
        assert await one_of(session, "user:b", {chen}) is True
        assert await one_of(session, f"person:{uid}", {None}) is False
        assert await one_of(session, "user:c", {chen}) is None  # nobody can tell
        assert {"c", "d"} <= {*await untied(session)}
        assert not {"a", "b"} & {*await untied(session)}


async def test_a_bulletin_is_not_approved_by_its_author_under_another_name(world: World) -> None:
    await logins(world, "a", "b", of="chen")
    now = world.clock.now()
    async with world.deps.begin() as session:
        made = Bulletin(uid="u", month="2026-06", title="t", text="t", made_by="system", made_at=now, authors="user:a")
        session.add(made)
        await session.flush()
        with pytest.raises(OwnBulletin):
            await approve(session, made, version=made.version, by="user:b", at=now)


async def finished(world: World) -> Hint:
    await world.say("li", "隐患 柳湾村桥头护栏松了")
    (hint,) = await hints(world)
    await accepted(world, hint)
    await assigned(world, hint, "wang")
    wang = await person(world, "wang")
    async with world.deps.begin() as session:
        row = (await session.execute(select(Hint))).scalar_one()
        await done(session, row, "换好了", by=f"person:{wang.uid}", at=world.clock.now())
    return hint


async def test_who_mended_it_does_not_look_at_it_by_another_login(world: World) -> None:
    await finished(world)
    await logins(world, "a", of="wang")
    settings, vault = world.deps.settings, world.deps.vault
    async with world.deps.begin() as session:
        row = (await session.execute(select(Hint))).scalar_one()
        with pytest.raises(OwnWork):
            await close(session, settings, vault, row, by="user:a", at=world.clock.now())


async def test_a_login_of_nobody_is_not_checked_in_silence(world: World) -> None:
    await finished(world)
    await logins(world, "c")
    settings, vault = world.deps.settings, world.deps.vault
    async with world.deps.begin() as session:
        row = (await session.execute(select(Hint))).scalar_one()
        await close(session, settings, vault, row, by="user:c", at=world.clock.now())
    async with world.deps.read() as session:
        assert (await session.execute(select(Hint.state))).scalar_one() is State.closed
        steps = (await session.execute(select(HintVersion.action).order_by(col(HintVersion.id)))).scalars().all()
    assert steps[-2:] == ["unchecked", "closed"]


async def test_an_administrator_says_whose_login_it_is(world: World) -> None:
    await logins(world, "c")
    chen = await person(world, "chen")
    async with world.deps.read() as session:
        number = (await session.execute(sa.select(col(User.id)).where(col(User.name) == "c"))).scalar_one()
    path = f"/console/users/{number}/rights"
    async with desk(world, Role.admin) as admin:
        assert (await admin.press(path, roles="officer", person="nobody")).status == 422
        assert (await admin.press(path, roles="officer", person=chen.key)).status == 303
        assert chen.key in (await admin.look(path)).text
        async with world.deps.begin() as session:
            record(session, "user:c", "hold.taken", "x", world.clock.now())
        refused = await admin.press(path, roles="leader", person=(await person(world, "wang")).key)
        assert (refused.status, "请给新来的人另开一个账号" in refused.text) == (422, True)
        assert (await admin.press(path, roles="leader", person=chen.key)).status == 303
    async with world.deps.read() as session:
        assert await hands(session, {"user:c"}) >= {f"person:{chen.uid}"}
