"""`signaltree migrate`."""

import asyncio

import typer

from bot.config import load
from bot.migrations.run import head, present, upgrade


def migrate() -> None:
    asyncio.run(_migrate())


async def _migrate() -> None:
    settings = load()
    before = await present(settings)
    await upgrade(settings)
    typer.echo(f"数据库已是 {head()}" if before == head() else f"数据库已迁移：{before or '空的'} → {head()}")
