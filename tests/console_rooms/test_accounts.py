"""账号: passwords and tokens are shown once; who is switched off is out."""

import re
from typing import Any

from sqlmodel import col, select

from bot.access.models import Role, Token, User
from bot.access.passwords import verified
from bot.access.tokens import find
from bot.access.users import user_named
from bot.record.models import Entry
from tests.console_rooms.desk import Desk, desk
from tests.world import World

SECRET = re.compile(r'<p class="secret"><code>([^<]+)</code>')


async def user(world: World, name: str) -> User:
    async with world.deps.read() as session:
        found = await user_named(session, name)
    assert found
    return found


async def add(admin: Desk, name: str, **more: str) -> str:
    page = await admin.press("/console/users", name=name, roles=["officer", "leader"], **more)
    assert page.status == 200, page.text
    found = SECRET.search(page.text)
    assert found
    return found[1]


async def test_a_new_user_gets_a_password_that_is_shown_once(world: World) -> None:
    async with desk(world, Role.admin) as admin:
        password = await add(admin, "值班甲", area="529926101000", person="liu")
        page = await admin.look("/console/users")
        assert password not in page.text
        assert "值班员、带班领导" in page.text
        kept = await user(world, "值班甲")
        assert await verified(kept.password_hash, password)
        assert kept.must_change
        assert kept.area_id is not None
        again = await admin.press("/console/users", name="值班甲", roles="viewer")
        assert "已经有这个登录名" in again.text


async def test_a_reset_replaces_the_password_and_a_switch_ends_the_session(world: World) -> None:
    async with desk(world, Role.admin) as admin, desk(world, Role.officer) as officer:
        kept = await user(world, "officer")
        assert (await officer.look("/console/robots")).status == 200
        page = await admin.press(f"/console/users/{kept.id}/disable", off=1)
        assert page.status == 303
        assert (await officer.browser.get("/console/robots", allow_redirects=False)).status == 303
        assert (await admin.press(f"/console/users/{kept.id}/disable", off=0)).status == 303
        shown = SECRET.search((await admin.press(f"/console/users/{kept.id}/reset")).text)
        kept = await user(world, "officer")
        assert shown
        assert await verified(kept.password_hash, shown[1])
        assert kept.must_change
        own = await user(world, "admin")
        assert (await admin.press(f"/console/users/{own.id}/disable", off=1)).status == 409
        assert (await admin.press("/console/users/9999/reset")).status == 404


async def test_what_is_wrong_with_a_new_user_is_said(world: World) -> None:
    async with desk(world, Role.admin) as admin:
        wrongs: list[dict[str, Any]] = [{"name": " "}, {"roles": []}, {"roles": "king"}, {"area": "1"}, {"name": "<b>"}]
        for wrong in [*wrongs, {"person": "x"}]:
            page = await admin.press("/console/users", **{"name": "乙", "roles": "viewer", **wrong})
            assert page.status == 422
            assert 'class="error"' in page.text
            assert "<b><" not in page.text


async def test_roles_and_area_of_a_user_are_changed_and_recorded(world: World) -> None:
    async with desk(world, Role.admin) as admin, desk(world, Role.officer) as officer:
        kept = await user(world, "officer")
        path = f"/console/users/{kept.id}/rights"
        assert re.search(r'value="officer" checked', (await admin.look(path)).text)
        changed = await admin.press(path, roles=["viewer", "approver"], area="529926101000")
        assert changed.status == 303
        assert (await officer.look("/console/robots")).status == 403  # at once
        shown = await admin.look(path)
        assert 'value="529926101000"' in shown.text
        assert re.findall(r'value="(\w+)" checked', shown.text) == ["approver", "viewer"]
        await admin.press(path, roles=["viewer", "approver"], area="529926101000")  # nothing new, nothing recorded
        wrongs: list[dict[str, Any]] = [{"roles": []}, {"roles": "king"}, {"roles": "viewer", "area": "1"}]
        for wrong in wrongs:
            refused = await admin.press(path, **wrong)
            assert refused.status == 422
            assert 'class="error"' in refused.text
        assert (await admin.look("/console/users/9999/rights")).status == 404
        assert (await admin.press("/console/users/9999/rights", roles="viewer")).status == 404
    async with world.deps.read() as session:
        wanted = select(Entry).where(col(Entry.action) == "user.rights")
        (entry,) = (await session.execute(wanted)).scalars()
    assert entry.actor == "user:admin"
    assert entry.detail["roles"] == ["approver", "viewer"]
    assert entry.detail["before"] == ["officer"]


async def test_the_last_administrator_of_the_county_stays_one(world: World) -> None:
    async with desk(world, Role.admin) as admin, desk(world, Role.admin, place="柳湾镇"):
        own = await user(world, "admin")
        path = f"/console/users/{own.id}/rights"
        for given in ({"roles": "officer"}, {"roles": "admin", "area": "529926101000"}):
            refused = await admin.press(path, **given)
            assert refused.status == 422
            assert "最后一个全县的管理员" in refused.text
        assert (await admin.press(path, roles=["admin", "officer"], area="529926000000")).status == 303
    async with desk(world, Role.admin, Role.leader) as second:
        assert (await second.press(path, roles="officer")).status == 303
        assert (await second.press(f"/console/users/{own.id}/disable", off=1)).status == 303


async def test_a_token_works_until_it_is_revoked(world: World) -> None:
    async with desk(world, Role.admin) as admin:
        shown = SECRET.search((await admin.press("/console/users/tokens", name="国突平台", scope="intake")).text)
        assert shown
        assert shown[1] not in (await admin.look("/console/users")).text
        async with world.deps.read() as session:
            assert await find(session, shown[1])
            token = (await session.execute(select(Token).where(col(Token.name) == "国突平台"))).scalar_one()
        assert (await admin.press(f"/console/users/tokens/{token.id}/revoke")).status == 303
        async with world.deps.read() as session:
            assert await find(session, shown[1]) is None


async def test_only_an_administrator_of_the_county_gives_accounts(world: World) -> None:
    async with desk(world, Role.leader) as leader, desk(world, Role.admin, place="柳湾镇") as town:
        for somebody in (leader, town):
            assert (await somebody.look("/console/users")).status == 403
            for path in ("", "/1/reset", "/1/disable", "/1/rights", "/tokens", "/tokens/1/revoke"):
                assert (await somebody.press(f"/console/users{path}", name="x", roles="admin")).status == 403
    async with desk(world, Role.admin) as admin:
        assert (await admin.press("/console/users", csrf="x", name="x", roles="admin")).status == 403
