"""The units start what there is, and come back by themselves, whatever was late."""

import re
import subprocess
from pathlib import Path

import pytest

from bot.commands.web import BACKLOG
from bot.supervisor import GRACE
from tests.deploy.parts import COMMANDS, DEPLOY, UNITS, unit
from tests.programs import program

NEXT = {"signaltree-web@.service", "signaltree-worker@.service"}
MIGRATE = "signaltree-migrate.service"
PROGRAMME = "/opt/signaltree/venv/bin/signaltree"
OWN = frozenset(
    {
        "ExecStart",
        "Type",
        "RemainAfterExit",
        "Restart",
        "RestartSec",
        "KillMode",
        "OOMPolicy",
        "Nice",
        "SyslogIdentifier",
    }
)


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_starts_a_command_that_there_is(path: Path) -> None:
    (line,) = unit(path)["Service"]["ExecStart"]
    assert re.search(rf"{PROGRAMME} (\S+)$", line)
    assert line.split()[-1] in COMMANDS


def test_all_units_run_as_the_same_user_with_the_same_walls() -> None:
    walls = [{k: v for k, v in unit(path)["Service"].items() if k not in OWN} for path in UNITS]
    assert len(walls) == 4
    assert all(wall == walls[0] for wall in walls)
    assert "MemoryDenyWriteExecute" not in walls[0]  # the engine that draws charts compiles as it runs


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_lets_a_clean_end_happen_and_holds_more_lines_than_wait_at_the_door(path: Path) -> None:
    service = unit(path)["Service"]
    assert int(service["TimeoutStopSec"][0]) > GRACE
    assert int(service["LimitNOFILE"][0]) >= 16 * BACKLOG


def test_a_database_that_comes_late_leaves_nobody_down_for_good() -> None:
    """A unit that is required, and failed once, takes with it for good what stands on it."""
    for name in NEXT:
        told = unit(DEPLOY / "systemd" / name)
        assert "Requires" not in told["Unit"]
        assert MIGRATE in told["Unit"]["After"][0].split()
        assert told["Unit"]["Wants"][0] == MIGRATE
        assert told["Service"]["Restart"] == ["always"]
    assert unit(DEPLOY / "systemd" / MIGRATE)["Service"]["Restart"] == ["on-failure"]
    assert all(unit(path)["Unit"]["StartLimitIntervalSec"] == ["0"] for path in UNITS)


def test_a_command_by_hand_runs_as_the_units_do() -> None:
    words = (DEPLOY / "systemd" / "signaltree").read_text(encoding="utf-8")
    service = unit(DEPLOY / "systemd" / "signaltree.service")["Service"]
    assert f"--uid={service['User'][0]} --gid={service['Group'][0]}" in words
    for name in ("EnvironmentFile", "UMask", "StateDirectory", "StateDirectoryMode"):  # also before their first start
        assert f"--property={name}={service[name][0]}" in words
    assert f"--working-directory={service['WorkingDirectory'][0]} -- {PROGRAMME}" in words


def test_systemd_understands_every_line(tmp_path: Path) -> None:
    judge, there = program("systemd-analyze"), program("true")
    copies = [tmp_path / path.name for path in UNITS]
    for path, copy in zip(UNITS, copies, strict=True):
        copy.write_text(path.read_text(encoding="utf-8").replace(PROGRAMME, there), encoding="utf-8")
    done = subprocess.run([judge, "verify", *map(str, copies)], capture_output=True, text=True, check=False)
    about = [line for line in done.stderr.splitlines() if "signaltree" in line]
    assert about == []
    (tmp_path / "wrong.service").write_text("[Service]\nExecStart=true\nSuch=no\n")
    wrong = subprocess.run([judge, "verify", tmp_path / "wrong.service"], capture_output=True, text=True, check=False)
    assert "Such" in wrong.stderr  # it does judge here
