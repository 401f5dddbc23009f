"""上线向导: an administrator without IT staff opens one road after the other, and sees what each buys in his county."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
import sqlalchemy as sa
from aiohttp import FormData
from sqlmodel import col, select

from bot.access.models import Role, User
from bot.directory.models import Group, Person, Robot
from bot.record.models import Entry
from broadcasts.watch.models import SelfTestTarget, SetupStep
from tests.both_ways import BothWays, both_ways
from tests.console.browser import PASSWORD, add
from tests.deploy.parts import DEPLOY
from tests.servers import Postgres
from tests.watch.test_public import verified
from tests.world import World


class Admin:
    """A browser of an administrator at the web application itself."""

    def __init__(self, http: aiohttp.ClientSession, base: str) -> None:
        self.http, self.base = http, base
        self.text, self.status = "", 0

    async def open(self, path: str) -> str:
        async with self.http.get(self.base + path) as answer:
            self.text, self.status = await answer.text(), answer.status
        return self.text

    async def press(self, path: str, *, file: tuple[str, bytes] | None = None, **fields: str) -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', self.text)
        form = FormData({"csrf": found.group(1) if found else "", **fields})
        if file:
            form.add_field("file", file[1], filename=file[0])
        async with self.http.post(self.base + path, data=form) as answer:
            self.text, self.status = await answer.text(), answer.status
        return self.text

    @property
    def heading(self) -> str:
        """The one next action."""
        found = re.search(r"<h1>(.*?)</h1>", self.text, re.S)
        return found.group(1).strip() if found else ""

    def state(self, road: str) -> str:
        found = re.search(rf'id="{road}">\s*<h2>.*?<span class="state \w+">(\S+?)</span>', self.text, re.S)
        assert found, road
        return found.group(1)


@asynccontextmanager
async def signed_in(ways: BothWays, *roles: Role) -> AsyncIterator[Admin]:
    name = "-".join(roles)
    await add(ways.world.deps, name, *roles)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        admin = Admin(http, ways.web)
        await admin.open("/console/sign-in")
        await admin.press("/console/sign-in", name=name, password=PASSWORD)
        yield admin


async def is_person(world: World, user: str, person: str) -> None:
    async with world.deps.begin() as session:
        who = sa.select(col(Person.id)).where(col(Person.name) == person).scalar_subquery()
        await session.execute(sa.update(User).where(col(User.name) == user).values(person_id=who))


async def test_day_one_needs_robots_and_no_address(tmp_path: Path) -> None:
    more = dict.fromkeys(("base_url", "wecom_corp_id", "wecom_secret", "wecom_agent_id", "wecom_token"), "")
    account = dict.fromkeys(("wecom_aes_key", "oa_app_id", "oa_secret", "oa_token", "oa_aes_key", "oa_template_id"), "")
    async with both_ways(tmp_path, **more, **account) as ways, signed_in(ways, Role.admin) as admin:
        async with ways.world.deps.begin() as session:
            await session.execute(sa.delete(Robot))
        page = await admin.open("/console/setup")
        assert admin.heading == "导入群表，给每个群加机器人"
        assert "第一天只要群机器人的地址，不要公网地址" in page
        assert "4 个群不用公网地址就能收到预警" in page
        assert "SIGNALTREE_WECOM_CORP_ID=企业ID" in page
        assert [admin.state(road) for road in ("robots", "application", "address", "callback")] == ["未开始"] * 4
        assert "要先有“公网地址”" in page  # the callback is no use without one


async def test_where_the_settings_stand_is_named_for_each_way_of_running(tmp_path: Path) -> None:
    async with both_ways(tmp_path, wecom_token="", wecom_aes_key="") as ways, signed_in(ways, Role.admin) as admin:
        page = await admin.open("/console/setup")
    for unit in ("systemd/signaltree.service", "container/signaltree.container"):
        (file,) = re.findall(r"^EnvironmentFile=(\S+)$", (DEPLOY / unit).read_text(encoding="utf-8"), re.M)
        assert file.replace("%h", "~") in page


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def test_the_numbers_are_the_countys_own(request: pytest.FixtureRequest, tmp_path: Path, database: str) -> None:
    server: Postgres | None = request.getfixturevalue("postgres_server") if database == "postgres" else None
    more = {"database_url": server.fresh()} if server else {}
    async with both_ways(tmp_path, **more) as ways, signed_in(ways, Role.admin) as admin:
        page = await admin.open("/console/setup")
        assert (admin.state("robots"), admin.heading) == ("缺一步", "核对群机器人")
        assert "2 个村的 3 名信息员可用一键回复" in page
        assert "还有 1 个村没有信息员" in page


async def test_each_road_is_checked_live_and_the_next_one_comes(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as ways, signed_in(ways, Role.admin) as admin:
        async with ways.world.deps.begin() as session:
            await session.execute(sa.update(Robot).values(verified_at=ways.world.clock.now()))
            village = sa.select(col(Group.area_id)).where(col(Group.name) == "石门村群").scalar_subquery()
            await session.execute(sa.update(Person).where(col(Person.name) == "王建国").values(area_id=village))
        await admin.open("/console/setup")
        assert (admin.state("robots"), admin.state("roster"), admin.state("application")) == ("已通", "已通", "缺一步")
        assert admin.heading == "检查企业微信应用"
        page = await admin.press("/console/setup/application/check")
        assert admin.state("application") == "已通"
        assert "应用“消息树（模拟）”，企业微信从 1 个地址回调我们" in page
        await admin.press("/console/setup/address/check")
        assert (admin.state("address"), admin.heading) == ("缺一步", "确认域名已经备案")
        page = await admin.press("/console/setup/icp/tick", do="done")
        assert admin.state("address") == "已通"
        assert "admin" in page
        assert "说：域名已备案" in page
        assert admin.heading == "检查域名校验文件"
        await admin.press("/console/setup/callback/check")
        assert admin.state("callback") == "缺一步"
        assert "企业微信还没有来验证过回调地址" in admin.text
        await verified(ways)
        await admin.press("/console/setup/callback/check")
        assert admin.state("callback") == "已通"


async def test_a_proving_file_is_laid_down_and_fetched_back_from_outside(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as ways, signed_in(ways, Role.admin) as admin:
        await admin.press("/console/setup/address/check")
        await admin.open("/console/setup")
        await admin.press("/console/setup/domain/file", file=("WW_verify_Ab12cd34.txt", b"Ab12cd34"))
        assert admin.state("domain") == "已通"
        assert "已放上：WW_verify_Ab12cd34.txt" in admin.text
        assert (tmp_path / "verify" / "WW_verify_Ab12cd34.txt").read_bytes() == b"Ab12cd34"
        for wrong in (
            ("secret.txt", b"x1"),
            ("../WW_verify_Ab12cd34.txt.sh", b"x"),
            ("MP_verify_Ab12.txt", b"<script>"),
        ):
            assert "要的是平台下载的校验文件" in await admin.press("/console/setup/domain/file", file=wrong)
            assert admin.status == 422
        assert [path.name for path in (tmp_path / "verify").iterdir()] == ["WW_verify_Ab12cd34.txt"]


async def test_token_and_key_are_made_for_both_places_and_hidden_once_they_are_there(tmp_path: Path) -> None:
    unset = {"wecom_token": "", "wecom_aes_key": ""}
    async with both_ways(tmp_path, **unset) as ways, signed_in(ways, Role.admin) as admin:
        page = await admin.press("/console/setup/address/check")
        page = await admin.open("/console/setup")
        (token,) = re.findall(r"SIGNALTREE_WECOM_TOKEN=(\w{32})\n", page)
        (key,) = re.findall(r"SIGNALTREE_WECOM_AES_KEY=(\w{43})\n", page)
        assert page.count(token) == page.count(key) == 2  # one for .env, one for the back office
        assert token in await admin.open("/console/setup")
        assert f"{ways.web}/callbacks/wecom" in page
        assert "accounttokenfortests" not in page  # the account's is set: it is not shown again
        assert "1" * 43 not in page


async def test_the_menu_is_laid_down_and_found_again(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as ways, signed_in(ways, Role.admin) as admin:
        await admin.open("/console/setup")
        await admin.press("/console/setup/menu/check")
        assert "公众号还没有菜单" in admin.text
        await admin.press("/console/setup/menu/lay")
        assert admin.state("menu") == "已通"
        assert "现在的菜单：预警、报一报、我" in admin.text
        await admin.press("/console/setup/template/check")
        assert admin.state("template") == "已通"


async def test_one_goes_to_myself_and_to_nobody_else(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as ways, signed_in(ways, Role.admin) as admin:
        await admin.open("/console/setup")
        assert "没有绑定人员" in await admin.press("/console/setup/application/try")
        assert admin.status == 409
        await is_person(ways.world, "admin", "周秀兰")
        await admin.press("/console/setup/application/try")
        assert "请看手机" in admin.text
        await ways.world.work()
        assert (await ways.world.phone("zhou"))[-1].startswith("消息树自检，不是预警")
        for other in ("li", "wang", "liu", "sun"):
            assert await ways.world.phone(other) == []
        await admin.press("/console/setup/sms/try")
        assert "没有能试的路" in admin.text


async def test_a_county_may_do_without_a_road_and_who_said_so_is_kept(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as ways, signed_in(ways, Role.admin) as admin:
        await admin.open("/console/setup")
        await admin.press("/console/setup/voice/tick", do="waived")
        assert admin.state("voice") == "不用"
        await admin.press("/console/setup/application/tick", do="waived")
        assert admin.status == 404  # without the application nobody is woken
        await admin.open("/console/setup")
        await admin.press("/console/setup/voice/tick", do="undo")
        assert admin.state("voice") == "未开始"
        async with ways.world.deps.read() as session:
            assert (await session.execute(select(SetupStep))).first() is None
            said = (
                await session.execute(select(Entry.action, Entry.actor).where(col(Entry.subject) == "road:voice"))
            ).all()
        assert [tuple(row) for row in said] == [("setup.waived", "user:admin"), ("setup.undo", "user:admin")]


async def test_only_the_countys_administrators_set_up(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as ways, signed_in(ways, Role.officer) as officer:
        await officer.open("/console/setup")
        assert officer.status == 403
        await officer.open("/console/watch")
        assert officer.status == 200
        for path in ("setup/application/check", "setup/icp/tick", "setup/menu/lay", "watch/look", "watch/test"):
            await officer.press(f"/console/{path}", do="done")
            assert officer.status == 403


async def test_the_watch_looks_at_everything_and_tests_whom_it_was_given(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as ways, signed_in(ways, Role.admin) as admin:
        page = await admin.open("/console/watch")
        assert "还没有指定谁来收" in page
        assert "没有叫这个名字的人或群" in await admin.press("/console/watch/targets", do="add", name="无此人")
        await admin.press("/console/watch/targets", do="add", name="刘洋")
        await admin.press("/console/watch/targets", do="add", name="柳湾村群")
        page = await admin.press("/console/watch/test")
        assert "自检发出去了" in page
        await ways.world.work()
        page = await admin.open("/console/watch")
        assert page.count("平台已接收，用了") == 2
        await admin.press("/console/watch/targets", do="drop", kind="group", id="1")
        async with ways.world.deps.read() as session:
            kinds = [row.kind for row in (await session.execute(select(SelfTestTarget))).scalars()]
        assert kinds == ["person"]


async def test_a_finding_stands_on_the_page_with_its_mend(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as ways, signed_in(ways, Role.admin) as admin:
        await admin.open("/console/watch")
        async with ways.world.http.post(
            f"{ways.world.base}/_sim/standing", json={"wecom": {"disabled": True}}
        ) as answer:
            assert answer.status == 200
        await admin.press("/console/setup/application/check")
        await admin.open("/console/watch")
        assert admin.heading == "企业微信不让我们发消息：应用被停用了"
        assert "启用这个应用" in admin.text
        async with ways.world.http.get(f"{ways.web}/metrics") as answer:
            assert 'signaltree_watch_findings{kind="wecom_refuses",level="bad"} 1.0' in await answer.text()


async def test_one_button_makes_the_posters_of_all_villages(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as ways, signed_in(ways, Role.admin) as admin:
        page = await admin.open("/console/setup")
        assert "给 3 个村做海报" in page
        assert admin.state("poster") == "未开始"
        await ways.world.fault(endpoint="qrcode", kind="errcode", code=45009, times=1)
        await admin.press("/console/setup/poster/make")
        assert admin.status == 409
        assert "这次做了 2 个村的码（全县 3 个村），后面的公众号没有给" in admin.text
        await admin.open("/console/setup")
        assert admin.state("poster") == "缺一步"
        await admin.press("/console/setup/poster/make")
        assert "每个村的海报码都做好了" in admin.text
        assert admin.state("poster") == "已通"
        assert "个村做海报" not in admin.text
        async with ways.world.deps.read() as session:
            entry = (await session.execute(select(Entry).where(col(Entry.action) == "setup.posters"))).scalars().all()
        assert [one.detail["made"] for one in entry] == [2, 1]
        async with signed_in(ways, Role.officer) as officer:
            await officer.open("/console/")
            await officer.press("/console/setup/poster/make")
            assert officer.status == 403
