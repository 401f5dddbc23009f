"""`signaltree doctor`: what is wrong, and the mend."""

import asyncio
from collections import Counter
from datetime import datetime

import typer

from bot.commands.backup.owed import began
from bot.commands.checks import Check, State, copied, machine
from bot.commands.checks_account import account
from bot.commands.checks_county import county
from bot.commands.checks_watch import watched
from bot.commands.watched import WATCHED
from bot.config import Settings, load
from bot.deps import Deps, open_deps
from bot.errors import DatabaseClosed, SettingsError
from bot.logs import set_up
from bot.migrations.run import head, present

PATIENCE = 3.0  # seconds that Redis is given


def doctor() -> int:
    """1 when something is 坏."""
    set_up("ERROR")
    try:
        settings = load()
    except SettingsError as error:
        typer.echo(Check(State.bad, "设置", str(error), "改正 .env 或环境变量"))
        return 1
    typer.echo(Check(State.good, "设置", "都认识，都读得懂"))
    return asyncio.run(_examine(settings))


async def _examine(settings: Settings) -> int:
    counts: Counter[State] = Counter()

    def tell(check: Check) -> None:
        counts[check.state] += 1
        typer.echo(check)

    async with open_deps(settings) as deps:
        for check in machine(settings, deps.clock.now()):
            tell(check)
        if settings.redis_url:
            tell(await _redis(settings))
        schema = await _schema(settings)
        tell(schema)
        tell(copied(settings, await _began(deps) if schema.state is State.good else None, deps.clock.now()))
        if schema.state is State.good:
            async for check in county(deps):
                tell(check)
            async for check in account(deps):
                tell(check)
            async for check in watched(deps, WATCHED):
                tell(check)
    typer.echo(f"{counts[State.bad]} 处坏，{counts[State.mind]} 处要注意。")
    return 1 if counts[State.bad] else 0


async def _began(deps: Deps) -> datetime | None:
    async with deps.read() as session:
        return await began(session)


async def _schema(settings: Settings) -> Check:
    try:
        there = await present(settings)
    except DatabaseClosed as closed:
        return Check(State.bad, "数据库", closed.args[0], "核对 SIGNALTREE_DATABASE_URL 和数据库服务")
    except Exception as error:
        return Check(
            State.bad, "数据库", f"没有回答（{type(error).__name__}）", "检查 SIGNALTREE_DATABASE_URL 和数据库服务"
        )
    if there is None:
        return Check(State.bad, "数据库", "还是空的", "signaltree migrate，或 signaltree serve")
    if there != head():
        return Check(State.bad, "数据库", f"版本是 {there}，应是 {head()}", "signaltree migrate")
    return Check(State.good, "数据库", f"版本 {there}")


async def _redis(settings: Settings) -> Check:
    from redis.asyncio import Redis
    from redis.exceptions import RedisError

    try:
        async with Redis.from_url(settings.redis_url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE) as it:
            await it.ping()
    except (RedisError, OSError) as error:
        words = f"没有回答（{type(error).__name__}）"
        return Check(State.bad, "Redis", words, "检查 SIGNALTREE_REDIS_URL 和 Redis 服务")
    return Check(State.good, "Redis", "有回答")
