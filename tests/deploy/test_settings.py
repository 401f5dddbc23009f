"""The settings that stand in deploy/ exist, and a city can start with them."""

import re
from pathlib import Path

from bot.config import Settings, load
from bot.settings.fields import PREFIX
from tests.deploy.parts import DEPLOY

NAME = re.compile(rf"{PREFIX}([A-Z_]+)(?:=(\S*))?")
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file())


def test_every_setting_that_is_named_there_is_known() -> None:
    named = {name.lower() for path in FILES for name, _ in NAME.findall(path.read_text(encoding="utf-8"))}
    assert {"data_dir", "port", "database_url", "redis_url"} <= named
    assert named <= set(Settings.model_fields)


def test_a_city_can_start_with_the_lines_that_stand_there(tmp_path: Path) -> None:
    lines = (DEPLOY / "systemd" / "signaltree.env").read_text(encoding="utf-8").splitlines()
    found = [re.search(rf"({PREFIX}[A-Z_]+)=(\S+)$", line) for line in lines]
    given = {one[1]: one[2] for one in found if one}
    settings = load({**given, f"{PREFIX}DATA_DIR": str(tmp_path)}, env_file=None)
    assert not settings.is_sqlite
    assert settings.redis_url
