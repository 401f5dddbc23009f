"""What stands in deploy/ and what docs say of it, read as a machine would."""

import re
from collections import defaultdict
from pathlib import Path

from typer.main import get_group

from bot.cli import app

TOP = Path(__file__).parents[2]
DEPLOY = TOP / "deploy"
WORDS = TOP / "docs" / "deploy.zh-CN.md"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
COMMANDS = frozenset(get_group(app).commands)
BLOCK = re.compile(r"^```\n(.*?)^```", re.M | re.S)

Unit = dict[str, dict[str, list[str]]]


def unit(path: Path) -> Unit:
    """Its sections; each key with all its values, in order."""
    made: Unit = defaultdict(lambda: defaultdict(list))
    section = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            name, _, value = line.partition("=")
            made[section][name].append(value)
    return made


def typed() -> list[str]:
    """Every command that the page tells people to type, without what is explained behind it."""
    blocks = BLOCK.findall(WORDS.read_text(encoding="utf-8"))
    return [re.sub(r"\s{4,}#.*", "", line) for block in blocks for line in block.splitlines()]
