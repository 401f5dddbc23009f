"""Tokens: one refresh for all who need it, in one process and in several; none in a loop; a refused secret rests."""

import asyncio
import os
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.channels.contract import Parcel, SendError
from bot.channels.oa_template.send import OaTemplate
from bot.channels.wecom_app.send import WecomApp
from bot.clock import TurnedClock
from bot.config import Settings, environment
from bot.simulator.serve import running
from bot.wechat.account import Account
from bot.wechat.fetching import AccountSource, WecomSource
from bot.wechat.http import Calls
from bot.wechat.shared_tokens import account_tokens, application_tokens
from bot.wechat.stores.contract import HOLD, TokenStore
from bot.wechat.stores.memory import MemoryStore
from bot.wechat.stores.open import open_store
from bot.wechat.tokens import PAUSE, SETTLED, Tokens
from tests.contracts.roads import CONFIG, OPENID, pointer
from tests.grounds import Grounds
from tests.world import NIGHT

MANY = 200


@dataclass
class Place:
    """A simulator, and as many processes' worth of tokens on one store as a test asks for."""

    base: str
    calls: Calls
    http: aiohttp.ClientSession
    clock: TurnedClock
    store: TokenStore
    secret: str = CONFIG.secret
    account_secret: str = CONFIG.account_secret
    made: list[Tokens] = field(default_factory=list)

    def application(self) -> Callable[[int], "asyncio.Future[object]"]:
        source = WecomSource(self.calls, self.base, CONFIG.corp_id, self.secret)
        tokens = Tokens(source, self.store, self.clock, "live:wecom")
        app = WecomApp(self.calls, tokens, self.base, CONFIG.agent_id)
        return lambda n: asyncio.ensure_future(app.send(Parcel(f"第{n}条", members=("u1",))))

    def account(self) -> Callable[[int], "asyncio.Future[object]"]:
        source = AccountSource(self.calls, self.base, CONFIG.app_id, self.account_secret)
        account = Account(self.calls, Tokens(source, self.store, self.clock, "live:oa"), self.base, self.clock)
        body = pointer("红色暴雨")
        return lambda n: asyncio.ensure_future(OaTemplate(account).send(body._replace(key=f"ABCDEFGH-{n}")))

    async def fetched(self) -> int:
        async with self.http.get(f"{self.base}/_sim/counts") as answer:
            calls = (await answer.json())["calls"]
        return int(calls.get("token", 0)) + int(calls.get("stable_token", 0))

    async def tell(self, path: str, **what: object) -> None:
        async with self.http.post(f"{self.base}/_sim/{path}", json=what) as answer:
            assert answer.status < 300, await answer.text()


@asynccontextmanager
async def placed(store: TokenStore) -> AsyncIterator[Place]:
    clock = TurnedClock(NIGHT)
    async with (
        running(CONFIG, clock=clock) as base,
        aiohttp.ClientSession() as http,
        Calls(timeout=5.0, connections=100) as calls,
    ):
        yield Place(base, calls, http, clock, store)


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, grounds: Grounds, tmp_path: Path) -> TokenStore:
    return MemoryStore() if request.param == "memory" else open_store(grounds.settings(request.param, tmp_path))


@pytest.fixture(params=["application", "account"])
async def place(request: pytest.FixtureRequest, store: TokenStore) -> AsyncIterator[tuple[Place, str]]:
    async with placed(store) as made:
        yield made, request.param


async def test_two_hundred_sends_on_an_ended_token_cause_one_refresh(place: tuple[Place, str]) -> None:
    """In two processes at once: each has the old token in its own memory."""
    here, kind = place
    one, other = getattr(here, kind)(), getattr(here, kind)()
    await one(1000)
    await other(1001)
    assert await here.fetched() == 1
    await here.tell("standing", void_tokens=["wecom", "oa"])
    await asyncio.gather(*(send(n) for n in range(MANY // 2) for send in (one, other)), return_exceptions=False)
    assert await here.fetched() == 2


async def test_a_token_that_is_bad_for_good_ends_after_one_refresh(place: tuple[Place, str]) -> None:
    here, kind = place
    send = getattr(here, kind)()
    await send(1000)
    endpoint, forced = ("app", 0) if kind == "application" else ("template", 1)
    await here.tell("faults", endpoint=endpoint, kind="errcode", code=40014)
    said = await asyncio.gather(*(send(n) for n in range(MANY)), return_exceptions=True)
    assert {one.reason for one in said if isinstance(one, SendError)} == {"credentials"}
    assert len(said) == MANY
    assert await here.fetched() == 2 + forced
    here.clock.turn(SETTLED)
    with pytest.raises(SendError):
        await send(0)
    assert await here.fetched() == 3 + 2 * forced  # once more, after a while


async def test_a_wrong_secret_is_not_asked_again_for_a_minute(place: tuple[Place, str]) -> None:
    here, kind = place
    wrong = replace(here, secret="wrong", account_secret="wrong")
    one, other = getattr(wrong, kind)(), getattr(wrong, kind)()
    said = await asyncio.gather(*(send(n) for n in range(MANY // 2) for send in (one, other)), return_exceptions=True)
    assert {(e.reason, e.permanent, e.alarm) for e in said if isinstance(e, SendError)} == {("credentials", True, True)}
    assert await here.fetched() == 1
    here.clock.turn(PAUSE - 1)
    with pytest.raises(SendError):
        await one(0)
    assert await here.fetched() == 1
    here.clock.turn(2)
    with pytest.raises(SendError):
        await one(0)
    assert await here.fetched() == 2


async def test_a_token_is_kept_until_it_is_nearly_over(place: tuple[Place, str]) -> None:
    here, kind = place
    send = getattr(here, kind)()
    await send(0)
    here.clock.turn(7200 - 301)
    await send(1)
    assert await here.fetched() == 1
    here.clock.turn(2)
    await send(2)
    assert await here.fetched() == 2


async def test_a_holder_that_died_keeps_nobody_waiting_for_ever(store: TokenStore) -> None:
    assert await store.hold("live:oa", "a process that dies", NIGHT)
    assert not await store.hold("live:oa", "another", NIGHT + timedelta(seconds=HOLD - 1))
    late = NIGHT + timedelta(seconds=HOLD)
    assert await store.hold("live:oa", "another", late)
    await store.keep("live:oa", "a process that dies", "an old token", late + timedelta(hours=1))
    assert (await store.read("live:oa")).token == ""
    await store.keep("live:oa", "another", "a token", late + timedelta(hours=1))
    assert await store.read("live:oa") == ("a token", late + timedelta(hours=1), None)


async def test_nothing_of_a_secret_lies_open_in_the_store(grounds: Grounds, tmp_path: Path) -> None:
    async with placed(MemoryStore()) as here:
        settings = _settings(grounds, tmp_path, here.base)
        app = application_tokens(settings, here.calls, here.clock, "live")
        account = account_tokens(settings, here.calls, here.clock, "live")
        assert app is not None
        assert account is not None
        held = [await app.get(), await account.get()]
    kept = _bytes(tmp_path)
    for secret in (*held, CONFIG.secret, CONFIG.account_secret, CONFIG.secret[:10], OPENID):
        assert secret.encode() not in kept


async def test_a_token_is_read_though_another_has_the_whole_database_for_a_moment(
    grounds: Grounds, tmp_path: Path
) -> None:
    """So it is while the last process that had it open closes it."""
    settings = _settings(grounds, tmp_path, "http://127.0.0.1:9")
    store = open_store(settings)
    assert await store.hold("live:wecom", "we", NIGHT)
    await store.keep("live:wecom", "we", "a token", NIGHT)
    last = sqlite3.connect(settings.sqlite_path, isolation_level=None)
    last.execute("PRAGMA locking_mode=EXCLUSIVE")
    last.execute("BEGIN EXCLUSIVE")
    asyncio.get_running_loop().call_later(0.02, last.close)
    assert (await store.read("live:wecom")).token == "a token"


def _bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("signaltree.db*"))


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def test_three_processes_refresh_once(grounds: Grounds, tmp_path: Path, database: str) -> None:
    """Two hundred sends on an ended token, spread over three processes."""
    shares = (MANY // 3, MANY // 3, MANY - 2 * (MANY // 3))
    async with placed(MemoryStore()) as here:
        given = {**os.environ, **environment(_settings(grounds, tmp_path, here.base, database))}
        command = (sys.executable, "-m", "tests.contracts.token_sender")
        pipe = asyncio.subprocess.PIPE
        three = [
            await asyncio.create_subprocess_exec(*command, str(share), stdin=pipe, stdout=pipe, env=given)
            for share in shares
        ]
        for one in three:
            assert one.stdout is not None
            assert await one.stdout.readline() == b"ready\n"
        assert await here.fetched() == 1
        await here.tell("standing", void_tokens=["wecom"])
        said = await asyncio.gather(*(one.communicate(b"\n") for one in three))
        assert [out for out, _ in said] == [f"{share} 0\n".encode() for share in shares]
        assert await here.fetched() == 2


def _settings(grounds: Grounds, folder: Path, base: str, database: str = "sqlite") -> Settings:
    return grounds.settings(
        database, folder, wecom_api_base=base, wecom_corp_id=CONFIG.corp_id, wecom_secret=CONFIG.secret,
        wecom_agent_id=str(CONFIG.agent_id), oa_api_base=base, oa_app_id=CONFIG.app_id,
        oa_secret=CONFIG.account_secret,
    )  # fmt: skip
