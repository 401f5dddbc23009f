"""A rule is read as people say it; what has no plain words stands as it was written."""

import pytest

from drills.reminders.presets import presets
from drills.reminders.spelled import spelled


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("", "只一次"),
        ("FREQ=DAILY", "每天"),
        ("FREQ=WEEKLY;BYDAY=MO,TH", "每周一、周四"),
        ("FREQ=WEEKLY;INTERVAL=2", "每 2 周"),
        ("FREQ=MONTHLY;BYMONTHDAY=5", "每月 5 日"),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=-1", "每月最后一天"),
        ("FREQ=MONTHLY;BYDAY=1MO", "每月的第一个周一"),
        ("FREQ=MONTHLY;BYDAY=MO", "每月的每个周一"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "每月的最后一个周五"),
        ("FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=12", "每年 5 月 12 日"),
        ("FREQ=YEARLY;BYMONTH=1,4,7,10;BYDAY=1TU", "每年 1、4、7、10 月的第一个周二"),
        ("FREQ=DAILY;COUNT=3", "按 FREQ=DAILY;COUNT=3 重复"),
        ("FREQ=MONTHLY;BYDAY=6MO", "按 FREQ=MONTHLY;BYDAY=6MO 重复"),
    ],
)
def test_a_rule_is_read_as_people_say_it(rule: str, said: str) -> None:
    assert spelled(rule) == said


def test_every_ready_day_has_plain_words() -> None:
    assert all("=" not in spelled(one.rule) for one in presets())
