"""The supervisor with real processes: who dies comes back, and nobody outlives the parent."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.deadline import until

pytestmark = pytest.mark.faults
TOP = Path(__file__).parents[2]
Family = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def family(tmp_path: Path) -> Iterator[Family]:
    """Start a parent with children of the given kinds."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*kinds: str) -> "subprocess.Popen[bytes]":
        call = [sys.executable, "-m", "tests.roof.family", str(tmp_path), "parent", *kinds]
        started.append(subprocess.Popen(call, cwd=TOP))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def births(folder: Path, kind: str = "child") -> list[tuple[int, float]]:
    """(process id, moment) of each start."""
    file = folder / kind
    lines = file.read_text().splitlines() if file.exists() else []
    return [(int(pid), float(moment)) for pid, moment in (line.split() for line in lines)]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not (state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z")


def test_a_killed_child_is_back_at_once_and_then_after_a_second(family: Family, tmp_path: Path) -> None:
    family("child")
    moments = []
    for count in (1, 2, 3):
        until(lambda count=count: len(births(tmp_path)) == count)  # type: ignore[misc]
        os.kill(births(tmp_path)[-1][0], signal.SIGKILL)
        moments.append(time.monotonic())
    assert births(tmp_path)[2][1] - moments[1] >= 1.0


def test_a_child_is_niced(family: Family, tmp_path: Path) -> None:
    family("child")
    until(lambda: births(tmp_path))
    pid = births(tmp_path)[0][0]
    until(lambda: os.getpriority(os.PRIO_PROCESS, pid) == os.getpriority(os.PRIO_PROCESS, 0) + 3)


def test_children_end_when_their_parent_is_killed(family: Family, tmp_path: Path) -> None:
    parent = family("child", "stubborn")
    until(lambda: births(tmp_path) and births(tmp_path, "stubborn"))
    parent.kill()
    parent.wait()
    until(lambda: not alive(births(tmp_path)[0][0]) and not alive(births(tmp_path, "stubborn")[0][0]))


def test_term_ends_all_within_ten_seconds_even_a_child_that_does_not_listen(family: Family, tmp_path: Path) -> None:
    parent = family("child", "stubborn")
    until(lambda: births(tmp_path) and births(tmp_path, "stubborn"))
    began = time.monotonic()
    parent.terminate()
    assert parent.wait(timeout=10) == 0
    assert time.monotonic() - began < 10
    assert not alive(births(tmp_path)[0][0])
    assert not alive(births(tmp_path, "stubborn")[0][0])
    assert len(births(tmp_path)) == 1


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def serve(tmp_path: Path, port: int) -> Iterator["subprocess.Popen[str]"]:
    """`signaltree serve` in an empty folder."""
    with (tmp_path / "out").open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "serve"], cwd=tmp_path, env=alone(port), stdout=out, stderr=out, text=True
        )
    yield process
    process.kill()
    process.wait()


def alone(port: int) -> dict[str, str]:
    ours = {"SIGNALTREE_PORT": str(port), "PYTHONPATH": str(TOP)}
    return {name: value for name, value in os.environ.items() if not name.startswith("SIGNALTREE_")} | ours


def ready(port: int) -> dict[str, object]:
    try:
        with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return dict(json.load(answer))
    except URLError as error:
        return dict(json.load(error)) if hasattr(error, "read") else {}


def workers(parent: int) -> list[int]:
    """The children of `parent` whose command line holds the word worker."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            father = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if father == parent and any(b"worker" in word for word in words):
            found.append(int(folder.name))
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for the worker in /proc")
def test_serve_starts_from_nothing_revives_its_worker_and_ends_cleanly(
    serve: "subprocess.Popen[str]", port: int, tmp_path: Path
) -> None:
    until(lambda: ready(port).get("worker") == "ok", 40)
    assert f"http://127.0.0.1:{port}/console/first/" in (tmp_path / "out").read_text()
    assert oct((tmp_path / "data" / "secret_key").stat().st_mode)[-3:] == "600"
    [worker] = workers(serve.pid)
    os.kill(worker, signal.SIGKILL)
    until(lambda: workers(serve.pid) not in ([], [worker]), 5)
    until(lambda: "epoch 2" in (tmp_path / "out").read_text())
    taken = subprocess.run(
        [sys.executable, "-m", "bot", "serve"],
        cwd=tmp_path,
        env=alone(port),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (taken.returncode, taken.stderr.count("\n"), "SIGNALTREE_PORT" in taken.stderr) == (1, 1, True)
    serve.terminate()
    assert serve.wait(timeout=10) == 0
    assert "Traceback" not in (tmp_path / "out").read_text()
