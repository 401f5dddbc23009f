"""The days of the demo, each played to its end with real processes: every check of theirs holds."""

from pathlib import Path

import pytest

from bot.demo.day.county import dawn
from bot.demo.once import DAYS, NOT_RUN, STORIES, once
from bot.demo.stories.days import PLAYS
from bot.demo.stories.perform import perform
from bot.demo.telling import Telling

PUBLIC = {"warning", "whole", "wechat", "desk", "call", "report", "drill", "duty"}


@pytest.mark.parametrize("name", ["desk", "call", "report", "drill", "duty"])
async def test_the_day_holds(name: str, tmp_path: Path) -> None:
    told = Telling(name)
    async with dawn(tmp_path, PLAYS[name].dawn) as day:
        await perform(PLAYS[name], day, told)
    assert told.missed == []


def test_every_public_story_is_there_and_no_other() -> None:
    assert set(STORIES) == PUBLIC
    assert set(DAYS) == set(PLAYS)


def test_a_story_that_is_not_there_is_refused_with_those_that_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert once("nothing") == NOT_RUN
    said = capsys.readouterr().err
    assert "nothing。有的是：" in said
    assert all(name in said for name in PUBLIC)
