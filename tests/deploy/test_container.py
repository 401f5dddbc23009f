"""The image holds every part of the programme, and lets it write nowhere but in its volume."""

import re
import tomllib

from bot.supervisor import GRACE
from tests.deploy.parts import DEPLOY, TOP, WORDS, unit

LINES = (DEPLOY / "container" / "Containerfile").read_text(encoding="utf-8")
QUADLET = unit(DEPLOY / "container" / "signaltree.container")
STOPS = 10  # seconds that podman gives a container, where nothing else is said, before it kills
PROJECT = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))


def test_every_package_of_the_wheel_is_copied() -> None:
    packages = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert re.findall(r"^COPY (\S+) \1$", LINES, re.M) == packages


def test_what_can_be_added_to_it_is_an_extra_of_the_project() -> None:
    named = re.findall(r"\bEXTRAS=\[(\w+)\]", LINES + WORDS.read_text(encoding="utf-8"))
    assert len(named) >= 2
    assert set(named) <= set(PROJECT["project"]["optional-dependencies"])
    assert 'signaltree$EXTRAS"' in LINES.rpartition("\nFROM ")[2]


def test_what_is_fetched_is_fetched_by_hash_and_nothing_else_is() -> None:
    fetching = [line for line in LINES.splitlines() if re.search(r"pip (download|install|wheel)", line)]
    assert "--require-hashes" in fetching[0]
    assert all("--no-index" in line for line in fetching[1:])


def test_it_runs_as_nobody_in_particular_on_a_disk_that_it_cannot_write() -> None:
    box = QUADLET["Container"]
    assert re.search(r"^USER signaltree$", LINES, re.M)
    assert (box["ReadOnly"], box["NoNewPrivileges"], box["DropCapability"]) == (["true"], ["true"], ["all"])
    (volume,), (data,) = re.findall(r"^VOLUME (\S+)$", LINES, re.M), re.findall(r"DATA_DIR=(\S+)", LINES)
    assert box["Environment"][1] == "SIGNALTREE_HOST=127.0.0.1"  # on the host's network, whatever the image says
    assert volume == data == box["Environment"][0].partition("=")[2] == box["Volume"][0].partition(":")[2]


def test_it_comes_back_however_often_it_fell_and_has_the_time_for_a_clean_end() -> None:
    service = QUADLET["Service"]
    assert (QUADLET["Unit"]["StartLimitIntervalSec"], service["Restart"]) == (["0"], ["always"])
    assert int(service["TimeoutStopSec"][0]) > STOPS > GRACE
    assert "StopTimeout" not in QUADLET["Container"]


def test_what_it_writes_is_its_own_as_what_the_services_write() -> None:
    (umask,) = unit(DEPLOY / "systemd" / "signaltree.service")["Service"]["UMask"]
    assert QUADLET["Container"]["PodmanArgs"] == [f"--umask={umask}"]


def test_it_waits_for_no_network() -> None:
    """Where nothing of the machine itself waits for the network, podman's own waiting ends after ninety seconds."""
    assert QUADLET["Quadlet"] == {"DefaultDependencies": ["false"]}
