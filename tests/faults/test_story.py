"""The story of both ways, as the command plays it: three processes of their own, and every check holds but the speed,
which a machine that runs a whole suite beside it cannot promise; the benchmark judges that."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SPEED = "两样都在 1 秒以内"
TOP = Path(__file__).parents[2]


@pytest.mark.faults
def test_the_story_of_both_ways_holds(tmp_path: Path) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith("SIGNALTREE_")}
    call = [sys.executable, "-m", "bot", "demo", "--once", "--story", "wechat"]
    done = subprocess.run(
        call, cwd=tmp_path, env=env | {"PYTHONPATH": str(TOP)}, capture_output=True, text=True, check=False, timeout=400
    )
    failed = [line for line in done.stdout.splitlines() if "✗" in line and SPEED not in line]
    assert failed == []
    assert done.returncode in {0, 1}, done.stderr
    assert done.stdout.splitlines()[-1].startswith("story wechat: ")
