"""`demo`: two simulators, web and worker on the sample county, and a red warning soon after the start."""

import asyncio
import csv
import os
import signal
import sys
from pathlib import Path

import aiohttp
import typer

from bot.access.passwords import hashed, one_time
from bot.clock import SystemClock
from bot.config import PREFIX, Settings, environment, load
from bot.demo.county import load as county
from bot.demo.county.load import HERE as COUNTY
from bot.demo.guide import PASSWORD, PHONES, TRAINING
from bot.demo.simulator import config
from bot.demo.steps import take
from bot.deps import open_deps
from bot.directory.imports.columns import Kind
from bot.logs import set_up
from bot.migrations.run import upgrade
from bot.supervisor import NICER, Child, supervise

KEPT = ("HOST", "PORT", "DATA_DIR")  # the only variables that the demo listens to
SOON = 12.0  # seconds from ready to the first warning, for a newcomer to open the page


def live(port: int) -> int:
    """Run until Ctrl-C."""
    set_up("WARNING")
    settings = demo_settings(port)
    try:
        asyncio.run(_live(settings))
    except KeyboardInterrupt:
        typer.echo("\n演示已停。")
    return 0


def demo_settings(port: int) -> Settings:
    """The county's settings on the simulator, whatever the environment and `.env` say."""
    given = {name: os.environ[PREFIX + name] for name in KEPT if PREFIX + name in os.environ}
    own = config("")
    folder = Path(given.get("DATA_DIR", "data")) / "demo"
    values = {
        "HOST": given.get("HOST", "127.0.0.1"),
        "PORT": given.get("PORT", str(port)),
        "DATA_DIR": str(folder),
        "WECOM_CORP_ID": own.corp_id,
        "WECOM_SECRET": own.secret,
        "WECOM_AGENT_ID": str(own.agent_id),
        "DEMO": "true",
        "LOG_LEVEL": "WARNING",
    }
    values["WECOM_API_BASE"] = f"http://127.0.0.1:{int(values['PORT']) + 1}"
    values["TRAINING_API_BASE"] = f"http://127.0.0.1:{int(values['PORT']) + 2}"
    return load({PREFIX + name: value for name, value in values.items()}, env_file=None)


async def _live(settings: Settings) -> None:
    typer.echo("消息树演示：准备样板县 …")
    await upgrade(settings)
    password = one_time()
    async with open_deps(settings) as deps:
        await county.load(deps, await hashed(password))
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    running = asyncio.create_task(supervise(children(settings), _environ(settings, password), stop))
    telling = asyncio.create_task(_tell(settings, password))
    await running
    telling.cancel()


def children(settings: Settings) -> list[Child]:
    python, port = sys.executable, settings.port
    return [
        Child("simulator", (python, "-m", "bot.demo.simulator", str(port + 1), "演示")),
        Child("training", (python, "-m", "bot.demo.simulator", str(port + 2), "演练")),
        Child("web", (python, "-m", "bot.demo.web")),
        Child("worker", (python, "-m", "bot.worker"), nice=NICER),
    ]


def _environ(settings: Settings, password: str) -> dict[str, str]:
    """The children's: nothing of ours but what the demo says."""
    ours = {name: value for name, value in os.environ.items() if not name.upper().startswith(PREFIX)}
    shown = {PASSWORD: password, PHONES: settings.wecom_api_base, TRAINING: settings.training_api_base}
    return {**ours, **environment(settings), **shown}


async def _tell(settings: Settings, password: str) -> None:
    """Wait until everything answers, say where to look, and let the weather station speak."""
    base = f"http://{settings.host}:{settings.port}"
    async with aiohttp.ClientSession() as http:
        for address in (settings.wecom_api_base, settings.training_api_base, base):
            await _answers(http, address + ("/healthz" if address == base else "/_sim/counts"))
        for simulator in (settings.wecom_api_base, settings.training_api_base):
            await http.post(simulator + "/_sim/world", json=_world())
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


def _world() -> dict[str, list[dict[str, str]]]:
    """The county's phones and groups, as the simulator is told of them."""
    places = {r["code"]: r["name"] for r in _rows(Kind.areas)}
    people = [{"userid": r["userid"], "name": r["name"], "place": places[r["area"]]} for r in _rows(Kind.people)]
    groups = [{"key": r["robot_key"], "name": r["name"], "place": places[r["area"]]} for r in _rows(Kind.groups)]
    return {"members": people, "groups": groups}


def _rows(kind: Kind) -> list[dict[str, str]]:
    with (COUNTY / f"{kind.value}.csv").open(encoding="utf-8", newline="") as file:
        return [*csv.DictReader(file)]
