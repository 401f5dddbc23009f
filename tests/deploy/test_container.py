"""The image holds every part of the programme, and lets it write nowhere but in its volume."""

import re
import tomllib

from tests.deploy.parts import DEPLOY, TOP, unit

LINES = (DEPLOY / "container" / "Containerfile").read_text(encoding="utf-8")
QUADLET = unit(DEPLOY / "container" / "signaltree.container")


def test_every_package_of_the_wheel_is_copied() -> None:
    packages = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]
    assert re.findall(r"^COPY (\S+) \1$", LINES, re.M) == packages["wheel"]["packages"]


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
