"""The page of all settings names each one, once, and no other."""

import re
from collections import Counter
from pathlib import Path

from bot.config import Settings

PAGE = (Path(__file__).parents[2] / "docs" / "settings.zh-CN.md").read_text(encoding="utf-8")
BY_ITSELF = {"demo"}  # set by the command of that name, and by nobody


def test_the_page_lists_every_setting_once_and_no_other() -> None:
    named = Counter(
        name.lower()
        for row in PAGE.splitlines()
        if row.startswith("| `")
        for name in re.findall(r"`([A-Z_]+)`", row.split("|")[1])
    )
    assert set(named) == set(Settings.model_fields) - BY_ITSELF
    assert [name for name, times in named.items() if times > 1] == []
