"""The small world that stories play in: a county of three villages, the simulator, one clock that is turned."""

import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.models import Role, User, UserRole
from bot.channels.open import open_channels
from bot.clock import TurnedClock
from bot.config import Settings, load
from bot.deps import Deps, open_deps
from bot.directory.models import Address, Area, AreaTag, Group, Person, PersonRole, Robot
from bot.ids import uuid7
from bot.migrations.run import upgrade
from bot.simulator.config import SimGroup, SimMember, SimulatorConfig
from bot.simulator.serve import running
from bot.wechat.http import Calls
from broadcasts.audience.models import Advice
from broadcasts.dispatch.claims.open import open_claims
from broadcasts.dispatch.morning.digest import merge_due
from broadcasts.dispatch.sending.sender import Sender
from broadcasts.dispatch.states import Road
from broadcasts.hazards.grades import Grade
from broadcasts.intake.message import Form, Info, Message, MessageArea, Reference
from broadcasts.intake.receive import Received, receive, take_one
from broadcasts.intake.take import Way
from broadcasts.ladder.sweep import sweep_due
from broadcasts.release.rings import ring_due
from drills.drills.sweep import sweep_drills
from drills.duty.rostered import Rostered
from drills.duty.sweep import sweep_shifts
from handlers.chat.work import work_due
from handlers.wechat.models import Inbound, Platform

NIGHT = datetime(2026, 7, 11, 18, 40, tzinfo=UTC)  # 02:40 in the county
COUNTY = "529926000000"
PLACES = {  # name: (code, level, parent, duty phone, tags)
    "青崖县": (COUNTY, "县", None, "000-0000", ()),
    "柳湾镇": ("529926101000", "镇", "青崖县", "000-0001", ()),
    "石门乡": ("529926102000", "乡", "青崖县", "000-0002", ()),
    "柳湾村": ("529926101001", "村", "柳湾镇", "", ("风险点",)),
    "上坪村": ("529926101002", "村", "柳湾镇", "", ()),
    "石门村": ("529926102001", "村", "石门乡", "", ()),
}
PEOPLE = {  # userid: (name, place, roles, A or B)
    "li": ("李秀英", "柳湾村", ("灾害信息员",), "A"),
    "wang": ("王建国", "柳湾村", ("灾害信息员",), "B"),
    "zhou": ("周秀兰", "上坪村", ("灾害信息员", "网格员"), "A"),
    "chen": ("陈大山", "石门村", ("网格员",), ""),
    "liu": ("刘洋", "青崖县", ("值班员",), ""),
    "sun": ("孙和平", "青崖县", ("带班领导",), ""),
}
USERS = {"liu": Role.officer, "sun": Role.leader}
GROUPS = {"柳湾村群": "柳湾村", "上坪村群": "上坪村", "石门村群": "石门村"}
DUTY_GROUP = "青崖县值班群"
FEED = "feed:test"
EMPTY: list[str] = []  # the one migrated file of this process


def robot_key(name: str) -> str:
    return f"00000000-0000-4000-8000-{abs(sum(name.encode())):012d}"


@dataclass
class World:
    deps: Deps
    sender: Sender
    base: str
    http: aiohttp.ClientSession
    clock: TurnedClock

    async def issue(
        self,
        event: str = "暴雨",
        code: str = "11B03",
        grade: Grade | None = Grade.red,
        *,
        places: Sequence[str] = ("青崖县",),
        refers: str = "",
        hours: float | None = 3,
        work: bool = True,
        **more: Any,
    ) -> Received:
        """The county's weather station says something now; it is taken in and, unless no `work` is done, sent."""
        at = self.clock.now()
        info = Info(
            "zh-CN",
            event,
            code,
            grade,
            sender_name="青崖县气象台",
            headline=f"青崖县气象台发布{event}预警信号",
            description=more.pop("text", f"过去3小时已出现强{event}，预计未来3小时仍将持续，请注意防范。"),
            expires=at + timedelta(hours=hours) if hours else None,
            areas=tuple(MessageArea(p, (PLACES[p][0],)) for p in places),
            **more.pop("info", {}),
        )
        identifier = more.pop("identifier", f"52992641600000_{at:%Y%m%d%H%M%S}")
        message = Message(
            more.pop("form", Form.national),
            identifier,
            "青崖县气象台",
            more.pop("sent", at),
            (info,),
            national=True,
            references=(Reference(refers),) if refers else (),
            raw=repr(info).encode(),
            **more,
        )
        return await self.take(message, work=work)

    async def take(self, message: Message, *, confirmed: bool = False, work: bool = True) -> Received:
        async with self.deps.begin() as session:
            got = await take_one(
                session, self.deps.settings, message, Way(FEED, confirmed=confirmed), at=self.clock.now()
            )
        if work:
            await self.work()
        return got

    async def receive(self, raw: bytes, media_type: str = "") -> Received:
        async with self.deps.begin() as session:
            got = await receive(session, self.deps.settings, raw, media_type, Way(FEED), at=self.clock.now())
        await self.work()
        return got

    async def work(self) -> None:
        """Climb the ladders, ring for what waits, then send all that is due."""
        now = self.clock.now()
        await sweep_due(self.deps, now)
        await ring_due(self.deps, Rostered(application=True, remembers=True), now)
        await sweep_shifts(self.deps, now)
        await sweep_drills(self.deps, now)
        await merge_due(self.deps, now)
        self.sender.renewed = self.clock.monotonic()
        await self.sender.drain()

    async def forward(self, *, minutes: float = 0, seconds: float = 0) -> None:
        """Turn the clock a second at most a step where something may be due, and work."""
        left = minutes * 60 + seconds
        while left > 0:
            step = min(left, 30.0)
            self.clock.turn(step)
            left -= step
            await self.work()

    async def say(self, userid: str, text: str = "", *, kind: str = "text", work: bool = True, **fields: Any) -> int:
        """Somebody says something: it is stored as a callback would, worked on, and answered. `typed` is when by the
        platform's clock, now by default. The word's id."""
        road, platform = fields.pop("road", Road.live), fields.pop("platform", Platform.wecom)
        at, event = self.clock.now(), fields.pop("event", "")
        typed = fields.pop("typed", at)
        body = ({"Content": text} if text else {}) | fields
        word = Inbound(key=secrets.token_hex(16), road=road, platform=platform, sender=userid, kind=kind, event=event,
                       body=body, said_at=typed, received_at=at)  # fmt: skip
        async with self.deps.begin() as session:
            session.add(word)
        if work:
            await work_due(self.deps)
            await self.work()
        return word.id

    async def phone(self, userid: str) -> list[str]:
        return await self._texts(f"/_sim/phones/{userid}")

    async def group(self, name: str) -> list[str]:
        return await self._texts(f"/_sim/groups/{robot_key(name)}")

    async def counts(self) -> dict[str, Any]:
        async with self.http.get(f"{self.base}/_sim/counts") as answer:
            said: dict[str, Any] = await answer.json()
        return said

    async def fault(self, **fault: Any) -> None:
        async with self.http.post(f"{self.base}/_sim/faults", json=fault) as answer:
            assert answer.status < 300, await answer.text()

    async def gone(self, userid: str) -> None:
        """The member is no longer in the corp's address book."""
        member = {"userid": userid, "name": PEOPLE[userid][0], "gone": True}
        async with self.http.post(f"{self.base}/_sim/world", json={"members": [member]}) as answer:
            assert answer.status < 300, await answer.text()

    async def _texts(self, path: str) -> list[str]:
        async with self.http.get(self.base + path) as answer:
            if answer.status == 404:
                return []
            said = await answer.json()
        return [m["text"] for m in said["messages"]]


@asynccontextmanager
async def small_world(
    folder: Path,
    database: str = "",
    at: datetime = NIGHT,
    *,
    config: SimulatorConfig | None = None,
    more: dict[str, str] | None = None,
) -> AsyncIterator[World]:
    """Everything in one process on one clock, with a real database and a real HTTP simulator. `config` has the county's
    people and groups added; `more` are further settings, in which {base} is the simulator's address."""
    clock = TurnedClock(at)
    members = tuple(SimMember(userid, name, place) for userid, (name, place, _, _) in PEOPLE.items())
    groups = tuple(SimGroup(robot_key(n), n, p) for n, p in {**GROUPS, DUTY_GROUP: "青崖县"}.items())
    config = replace(config or SimulatorConfig(), members=members, groups=groups)
    async with running(config, clock=clock) as base, aiohttp.ClientSession() as http:
        settings = load(
            {
                "SIGNALTREE_DATA_DIR": str(folder),
                "SIGNALTREE_DATABASE_URL": database,
                "SIGNALTREE_SECRET_KEY": "a key for tests only",
                "SIGNALTREE_WECOM_API_BASE": base,
                "SIGNALTREE_WECOM_CORP_ID": config.corp_id,
                "SIGNALTREE_WECOM_SECRET": config.secret,
                "SIGNALTREE_WECOM_AGENT_ID": str(config.agent_id),
                **{f"SIGNALTREE_{name.upper()}": value.format(base=base) for name, value in (more or {}).items()},
            },
            env_file=None,
        )
        await migrated(settings)
        async with open_deps(settings, clock) as deps, Calls(timeout=10.0, connections=20) as calls:
            await settle_county(deps)
            claims = open_claims(settings, "worker-0")
            channels = open_channels(settings, calls, clock)
            sender = Sender(claims, channels, deps.coordination, clock, deps.vault)
            await claims.start(clock.now())
            try:
                yield World(deps, sender, base, http, clock)
            finally:
                await claims.close()


async def migrated(settings: Settings) -> None:
    """The present schema; on SQLite by a copy of a file that was migrated once in this process."""
    if not settings.is_sqlite:
        await upgrade(settings)
        return
    if not EMPTY:
        made = settings.model_copy(update={"data_dir": Path(tempfile.mkdtemp())})
        await upgrade(made)
        EMPTY.append(made.sqlite_path)
    shutil.copyfile(EMPTY[0], settings.sqlite_path)


async def _settle_places(session: AsyncSession, now: datetime) -> dict[str, Area]:
    """By name."""
    ids: dict[str, Area] = {}
    for name, (code, level, parent, phone, tags) in PLACES.items():
        above = ids.get(parent or "")
        area = Area(
            uid=uuid7(now),
            code=code,
            name=name,
            level=level,
            parent_id=above.id if above else None,
            path="",
            depth=above.depth + 1 if above else 0,
            duty_phone=phone,
        )
        session.add(area)
        await session.flush()
        area.path = f"{above.path if above else '/'}{area.id}/"
        area.town_id = area.id if area.depth == 1 else (above.town_id if above else None)
        ids[name] = area
        session.add_all(AreaTag(area_id=area.id, tag=tag) for tag in tags)
    return ids


async def settle_county(deps: Deps) -> None:
    """Write the small county."""
    now = deps.clock.now()
    async with deps.begin() as session:
        ids = await _settle_places(session, now)
        for userid, (name, place, roles, ab) in PEOPLE.items():
            person = Person(uid=uuid7(now), key=userid, name=name, area_id=ids[place].id or 0, ab=ab)
            session.add(person)
            await session.flush()
            pid = person.id
            session.add(Address(person_id=pid, channel="wecom_app", value=userid, folded=userid))
            session.add_all(PersonRole(person_id=pid, role=role) for role in roles)
            if userid in USERS:
                user = User(uid=uuid7(now), name=name, password_hash="-", person_id=pid)
                session.add(user)
                await session.flush()
                session.add(UserRole(user_id=user.id, role=USERS[userid]))
        for name, place in {**GROUPS, DUTY_GROUP: "青崖县"}.items():
            kind = "值班群" if name == DUTY_GROUP else "村群"
            group = Group(uid=uuid7(now), key=name, name=name, kind=kind, area_id=ids[place].id or 0)
            session.add(group)
            await session.flush()
            key = robot_key(name)
            session.add(Robot(group_id=group.id, sealed=deps.vault.seal(key), digest=deps.vault.digest(key)))
        session.add(
            Advice(
                grade="red",
                role="灾害信息员",
                lines="叫醒河边、坡脚的人家\n带他们去柳湾小学\n不要蹚水，两人同行",
                signed_by="青崖县应急管理局",
                signed_on=now.date(),
            )
        )
