"""Commands that are a process of their own."""

import asyncio
import os
import sys

import typer

from bot.config import load
from bot.errors import AddressTaken


def become_worker() -> None:
    """Give this process up for the lean worker: the command line's imports would stay in its memory."""
    os.execv(sys.executable, [sys.executable, "-m", "bot.worker"])  # noqa: S606


def simulator(port: int) -> None:
    """A world in which whoever is addressed comes into being, with the corp that the settings name."""
    from bot.simulator.config import SimulatorConfig
    from bot.simulator.serve import serve

    settings, plain = load(), SimulatorConfig()
    config = SimulatorConfig(
        corp_id=settings.wecom_corp_id or plain.corp_id,
        secret=settings.wecom_secret or plain.secret,
        agent_id=settings.wecom_agent_id or plain.agent_id,
        open_world=True,
    )
    typer.echo(f"模拟器：http://127.0.0.1:{port}（按 Ctrl-C 停止）")
    try:
        asyncio.run(serve(config, port=port))
    except KeyboardInterrupt:
        return
    except OSError as error:
        raise AddressTaken(f"127.0.0.1:{port}（{error.strerror}）") from None
