"""The page of all settings names each one, once, and no other; and says of each whose value may be refused what is."""

import inspect
import re
from collections import Counter
from pathlib import Path

from pydantic import AfterValidator

from bot.config import Settings
from bot.settings import pairs

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


def test_the_page_says_what_is_refused_of_every_setting_that_has_a_form() -> None:
    refused = {name.lower() for name in re.findall(r"`([A-Z_]+)`", PAGE.partition("## 什么样的值不收")[2])}
    formed = {name for name, field in Settings.model_fields.items() if any(map(_looks, field.metadata))}
    assert {"wecom_secret", "base_url", "oa_aes_key", "trusted_proxies"} <= formed <= refused


def test_the_page_says_what_is_refused_for_want_of_another() -> None:
    """All that the refusals of half a road name stands there too."""
    refused = set(re.findall(r"`([A-Z_]+)`", PAGE.partition("## 什么样的值不收")[2]))
    named = set(re.findall(r"[A-Z]+(?:_[A-Z]+)+", inspect.getsource(pairs)))
    assert {name for name in named if name.lower() in Settings.model_fields} <= refused


def _looks(rule: object) -> bool:
    return isinstance(rule, AfterValidator)
