"""The page that people follow speaks of commands and files that there are."""

import re

import pytest

from tests.deploy.parts import COMMANDS, DEPLOY, TOP, UNITS, WORDS, typed


def test_every_command_that_it_types_is_one() -> None:
    said = re.findall(r"(?:sudo|exec) signaltree (?:signaltree )?([a-z-]+)", "\n".join(typed()))
    said += re.findall(r"`(?:sudo )?signaltree ([a-z-]+)", WORDS.read_text(encoding="utf-8"))
    assert {"doctor", "import", "backup", "restore", "user", "serve", "web", "worker"} <= set(said)
    assert set(said) <= COMMANDS


def test_every_file_that_it_copies_is_there_and_none_is_left_out() -> None:
    named = set(re.findall(r"deploy/[\w./@*-]+\w", WORDS.read_text(encoding="utf-8")))
    found = {path for name in named for path in TOP.glob(name)}
    assert all(any(TOP.glob(name)) for name in named)
    assert found == {path for path in DEPLOY.rglob("*") if path.is_file()}


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_every_unit_is_enabled_somewhere(path: object) -> None:
    name = str(path).rsplit("/", 1)[-1].removesuffix(".service")
    assert any(f"enable --now {name}" in line for line in typed())
