"""What `serve` does before its processes start, in a process of its own: the supervisor's memory stays small."""

import asyncio
import sys

import typer

from bot.access.users import first_start_link
from bot.config import Settings, load
from bot.deps import open_deps
from bot.errors import SignalTreeError
from bot.logs import set_up
from bot.migrations.run import upgrade


async def prepare(settings: Settings) -> None:
    """Migrate; where nobody can sign in yet, print the link by which the administrator sets a password."""
    await upgrade(settings)
    async with open_deps(settings) as deps, deps.read() as session:
        link = await first_start_link(session, settings, deps.clock.now())
    if link:
        typer.echo(f"第一次启动：请在浏览器打开这个链接，设置管理员密码：\n  {link}")


def main() -> int:
    try:
        settings = load()
        set_up(settings.log_level)
        asyncio.run(prepare(settings))
    except SignalTreeError as error:
        typer.echo(str(error), err=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
