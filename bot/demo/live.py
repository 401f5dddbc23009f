"""`demo`: two simulators, web and worker on the sample county, and a red warning soon after the start."""

import asyncio
import contextlib
import os
import secrets
import signal
import sys
from pathlib import Path

import aiohttp
import typer

from bot.access.passwords import hashed, one_time
from bot.clock import SystemClock
from bot.config import Settings, environment, load
from bot.demo.county import load as county
from bot.demo.county.before import before
from bot.demo.county.rooms import furnish
from bot.demo.guide import PASSWORD, PHONES, TRAINING
from bot.demo.simulated import bring
from bot.demo.simulator import config
from bot.demo.steps import take
from bot.deps import open_deps
from bot.errors import AddressTaken
from bot.logs import set_up
from bot.migrations.run import upgrade
from bot.settings.fields import PREFIX
from bot.simulator.callbacks.sealing import new_aes_key
from bot.simulator.config import WARNING
from bot.supervisor import NICER, Child, free, supervise

KEPT = ("HOST", "PORT", "DATA_DIR")  # the only variables that the demo listens to
NEAR = "127.0.0.1"  # where the simulators listen
SOON = 12.0  # seconds from ready to the first warning, for a newcomer to open the page


def live(port: int) -> int:
    """Run until Ctrl-C. Raises AddressTaken."""
    set_up("WARNING")
    settings = demo_settings(port)
    _need(settings)
    with contextlib.suppress(KeyboardInterrupt):  # before the signals are ours
        asyncio.run(_live(settings))
    typer.echo("\n演示已停。")
    return 0


def _need(settings: Settings) -> None:
    """The addresses of the pages and of both simulators. Raises AddressTaken with how to choose others."""
    port = settings.port
    try:
        for host, one in ((settings.host, port), (NEAR, port + 1), (NEAR, port + 2)):
            free(host, one)
    except AddressTaken as taken:
        other = port + 10 if port < 65000 else port - 10
        mend = f"演示要 {port} 到 {port + 2} 三个端口，换三个：make demo PORT={other}"
        raise AddressTaken(f"{taken.args[0]}。{mend}") from None


def demo_settings(port: int) -> Settings:
    """The county's settings on the simulator, whatever the environment and `.env` say."""
    given = {name: os.environ[PREFIX + name] for name in KEPT if PREFIX + name in os.environ}
    host, web = given.get("HOST", "127.0.0.1"), int(given.get("PORT", str(port)))
    made = county_settings(Path(given.get("DATA_DIR", "data")) / "demo", host, web, web + 1, web + 2)
    near = made.wecom_api_base
    return made.model_copy(
        update={"voice_webhook": f"{near}/voice/calls", "speech_webhook": f"{near}/speech/recognise"}
    )


def county_settings(folder: Path, host: str, port: int, simulator: int, training: int) -> Settings:
    """A county that hears and speaks by both platforms, both of them the simulator."""
    own, near = config(""), "http://127.0.0.1:"
    values = {
        "HOST": host,
        "PORT": str(port),
        "DATA_DIR": str(folder),
        "WECOM_CORP_ID": own.corp_id,
        "WECOM_SECRET": own.secret,
        "WECOM_AGENT_ID": str(own.agent_id),
        "OA_APP_ID": own.app_id,
        "OA_SECRET": own.account_secret,
        "OA_TEMPLATE_ID": WARNING.id,
        "WECOM_TOKEN": secrets.token_hex(16),
        "WECOM_AES_KEY": new_aes_key(),
        "OA_TOKEN": secrets.token_hex(16),
        "OA_AES_KEY": new_aes_key(),
        "DEMO": "true",
        "LANGUAGES": "ko",
        "LOG_LEVEL": "WARNING",
        "WECOM_API_BASE": f"{near}{simulator}",
        "OA_API_BASE": f"{near}{simulator}",
        "OAUTH_BASE": f"{near}{simulator}",
        "TRAINING_API_BASE": f"{near}{training}",
        "BASE_URL": address(host, port),
    }
    return load({PREFIX + name: value for name, value in values.items()}, env_file=None)


def address(host: str, port: int) -> str:
    """Where a browser on this machine finds the demo; the simulators call it there too."""
    near = "127.0.0.1" if host in {"0.0.0.0", "::", ""} else host  # noqa: S104 - whoever listens everywhere listens here
    return f"http://[{near}]:{port}" if ":" in near else f"http://{near}:{port}"


async def _live(settings: Settings) -> None:
    typer.echo("消息树演示：准备样板县 …")
    await upgrade(settings)
    password = one_time()
    async with open_deps(settings) as deps:
        await county.load(deps, await hashed(password))
        await before(deps)
        await furnish(deps)
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    running = asyncio.create_task(supervise(children(settings), environ(settings, password), stop))
    telling = asyncio.create_task(_tell(settings, password))
    await running
    telling.cancel()


def children(settings: Settings) -> list[Child]:
    python, port = sys.executable, settings.port
    return [
        Child("simulator", (python, "-m", "bot.demo.simulator", str(port + 1), "演示", "live")),
        Child("training", (python, "-m", "bot.demo.simulator", str(port + 2), "演练", "training")),
        Child("web", (python, "-m", "bot.demo.web")),
        Child("worker", (python, "-m", "bot.worker"), nice=NICER),
    ]


def environ(settings: Settings, password: str) -> dict[str, str]:
    """The children's: nothing of ours but what the demo says."""
    ours = {name: value for name, value in os.environ.items() if not name.upper().startswith(PREFIX)}
    shown = {PASSWORD: password, PHONES: settings.wecom_api_base, TRAINING: settings.training_api_base}
    return {**ours, **environment(settings), **shown}


async def _tell(settings: Settings, password: str) -> None:
    """Wait until everything answers, say where to look, and let the weather station speak."""
    base = settings.base_url
    async with aiohttp.ClientSession() as http:
        for near in (settings.wecom_api_base, settings.training_api_base, base):
            await _answers(http, near + ("/healthz" if near == base else "/_sim/counts"))
        await bring(http, settings)
    typer.echo(
        f"\n  从这里开始：  {base}/demo\n  手机墙：      {settings.wecom_api_base}\n  值班台：      {base}/console/"
    )
    typer.echo(f"                （liuyang，口令 {password}）")
    typer.echo(f"\n{SOON:.0f} 秒后气象台会发布红色台风预警。按 Ctrl-C 停止。")
    await asyncio.sleep(SOON)
    async with open_deps(settings) as deps, deps.begin() as session:
        await take(session, settings, "red", SystemClock().now())
    typer.echo("红色台风预警已发布：看手机墙。")


async def _answers(http: aiohttp.ClientSession, url: str) -> None:
    while True:
        try:
            async with http.get(url):
                return
        except aiohttp.ClientError:
            await asyncio.sleep(0.1)
