"""`serve`: migrates, starts the web and the worker process, starts a dead one again, and ends both with itself."""

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import typer

from bot.config import Settings, environment, load
from bot.errors import AddressTaken
from bot.logs import set_up
from bot.parent import VARIABLE

log = logging.getLogger(__name__)
DELAYS = (0.0, 1.0, 2.0, 5.0)  # seconds before the first restart, the second, …; the last one from then on
AFRESH = 60.0  # alive for so long, a child's next restart counts as its first
GRACE = 8.0  # seconds between SIGTERM and SIGKILL: more than a worker waits for open calls, less than ten in all
NICER = 10


@dataclass(frozen=True, slots=True)
class Child:
    name: str
    command: tuple[str, ...]
    nice: int = 0


PREPARE = (sys.executable, "-m", "bot.commands.prepare")
CHILDREN = (
    Child("web", (sys.executable, "-m", "bot", "web")),
    Child("worker", (sys.executable, "-m", "bot.worker"), nice=NICER),
)


def serve() -> int:
    """Run until SIGTERM or SIGINT; 0 after a clean end."""
    settings = load()
    set_up(settings.log_level)
    return asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> int:
    free(settings.host, settings.port)
    environ = {**os.environ, **environment(settings)}
    prepared = await asyncio.create_subprocess_exec(*PREPARE, env=environ)
    if status := await prepared.wait():
        return status
    typer.echo(f"消息树已启动：{_address(settings)}（按 Ctrl-C 停止）")
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await supervise(CHILDREN, environ, stop)
    return 0


async def supervise(children: Sequence[Child], environ: Mapping[str, str], stop: asyncio.Event) -> None:
    """Keep every child alive until `stop`. Each inherits the read end of a pipe whose write end only we hold: when we
    are gone, however that came, it closes."""
    reading, writing = os.pipe()
    shared = {**environ, VARIABLE: str(reading)}
    keepers = [asyncio.create_task(_keep(child, shared, reading)) for child in children]
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([stopping, *keepers], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (stopping, *keepers):
            task.cancel()
        ended = await asyncio.gather(*keepers, return_exceptions=True)
        os.close(writing)
        os.close(reading)
    for result in ended:
        if isinstance(result, Exception):
            raise result


async def _keep(child: Child, environ: Mapping[str, str], pipe: int) -> None:
    """Start one child, again and again. Cancelled, it ends the child first."""
    loop, deaths = asyncio.get_running_loop(), 0
    while True:
        began = loop.time()
        process = await asyncio.create_subprocess_exec(*child.command, env=dict(environ), pass_fds=(pipe,))
        if child.nice:
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, process.pid, child.nice)
        try:
            status = await process.wait()
        except asyncio.CancelledError:
            await _end(child, process)
            raise
        deaths = 0 if loop.time() - began >= AFRESH else deaths
        delay = DELAYS[min(deaths, len(DELAYS) - 1)]
        deaths += 1
        log.warning("%s (%d) ended with %d; again in %.0f s", child.name, process.pid, status, delay)
        await asyncio.sleep(delay)


async def _end(child: Child, process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), GRACE)
    except TimeoutError:
        log.warning("%s (%d) did not end by itself", child.name, process.pid)
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _address(settings: Settings) -> str:
    return settings.base_url or f"http://{settings.host}:{settings.port}"


def free(host: str, port: int) -> None:
    """Refuse at once where the address is taken: a web process that cannot listen would be started for ever."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise AddressTaken(f"{host}:{port}（{error.strerror}）") from None
