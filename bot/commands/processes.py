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
    """A world in which whoever is addressed comes into being, with the corp and the account that the settings name; it
    calls back where the settings hear it."""
    from bot.simulator.config import Callback, SimulatorConfig
    from bot.simulator.serve import serve

    settings, plain = load(), SimulatorConfig()
    base = f"{settings.base_url or f'http://127.0.0.1:{settings.port}'}/callbacks"
    wecom, account = (settings.wecom_token, settings.wecom_aes_key), (settings.oa_token, settings.oa_aes_key)
    config = SimulatorConfig(
        corp_id=settings.wecom_corp_id or plain.corp_id,
        secret=settings.wecom_secret or plain.secret,
        agent_id=settings.wecom_agent_id or plain.agent_id,
        app_id=settings.oa_app_id or plain.app_id,
        account_secret=settings.oa_secret or plain.account_secret,
        wecom_callback=Callback(f"{base}/wecom", *wecom) if settings.hears_wecom else None,
        oa_callback=Callback(f"{base}/official-account", *account, settings.oa_mode) if settings.hears_oa else None,
        open_world=True,
    )
    typer.echo(f"模拟器：http://127.0.0.1:{port}（按 Ctrl-C 停止）")
    try:
        asyncio.run(serve(config, port=port))
    except KeyboardInterrupt:
        return
    except OSError as error:
        raise AddressTaken(f"127.0.0.1:{port}（{error.strerror}）") from None
