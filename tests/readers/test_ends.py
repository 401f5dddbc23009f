"""Until when a text holds, and times in Chinese numerals, whatever way they are written."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcasts.intake.readers.ends import end
from broadcasts.intake.readers.moments import issued
from broadcasts.intake.readers.numerals import arabic
from broadcasts.intake.readers.paste import propose
from broadcasts.intake.readers.times import CHINA

SENT = datetime(2026, 7, 11, 20, 30, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("text", "at", "words"),
    [
        ("预计未来6小时我县有雷电活动", "07-12 02:30", "6小时"),
        ("预计未来六小时我县有雷电活动", "07-12 02:30", "六小时"),
        ("过去3小时降雨100毫米，未来三个小时仍将持续", "07-11 23:30", "三个小时"),
        ("预计未来3-6小时有大风", "07-12 02:30", "3-6小时"),
        ("预计未来三到六小时有大风", "07-12 02:30", "三到六小时"),
        ("24小时内可能受台风影响", "07-12 20:30", "24小时内"),
        ("今后十二小时内有强降雨", "07-12 08:30", "十二小时内"),
        ("预计11日21时至12日8时有暴雨", "07-12 08:00", "12日8时"),
        ("预计七月十一日二十一时至七月十二日八时三十分有暴雨", "07-12 08:30", "七月十二日八时三十分"),
        ("预计今晚到明天下午三点有雨", "07-12 15:00", "明天下午三点"),
        ("大风将持续到明天上午8点半", "07-12 08:30", "明天上午8点半"),
        ("有效期至2026年7月12日20时。未来6小时有雨", "07-12 20:00", "2026年7月12日20时"),
        ("预警有效时间：7月11日20:30—7月12日02:30", "07-12 02:30", "7月12日02:30"),
        ("截至11日20时已降雨100毫米", None, ""),
        ("截止到11日22时已降雨100毫米", None, ""),
        ("过去6小时内降雨100毫米", None, ""),
        ("近24小时内降雨100毫米", None, ""),
        ("请于12日8时前转移", None, ""),
        ("请注意防范", None, ""),
        ("预计未来0小时", None, ""),
        ("持续到2026年9月1日8时", None, ""),
    ],
)
def test_until_when(text: str, at: str | None, words: str) -> None:
    found = end(text, SENT)
    assert (found[0].strftime("%m-%d %H:%M") if found else None) == at
    assert (text[slice(*found[1:])] if found else "") == words


@pytest.mark.parametrize(
    ("text", "at", "words"),
    [
        ("青崖县气象台七月十一日二十时三十分发布暴雨", "07-11 20:30", "七月十一日二十时三十分"),
        ("二〇二六年七月十一日二十时三十分发布", "07-11 20:30", "二〇二六年七月十一日二十时三十分"),
        ("今天下午三点发布", "07-11 15:00", "今天下午三点"),
        ("今天下午三点半，县气象台发布", "07-11 15:30", "今天下午三点半"),
        ("上午九点一刻发布", "07-11 09:15", "上午九点一刻"),
        ("十一日二十时发布", "07-11 20:00", "十一日二十时"),
        ("下午两点发布", "07-11 14:00", "下午两点"),
        ("廿时〇五分发布", "07-11 20:05", "廿时〇五分"),
        ("大家一时间不要慌，十分危险", None, ""),
        ("请做到以下两点：一要注意", None, ""),
        ("明天下午三点有雨", None, ""),
    ],
)
def test_times_in_words(text: str, at: str | None, words: str) -> None:
    found = issued(text, SENT.replace(hour=21))
    assert (found[0].strftime("%m-%d %H:%M") if found else None) == at
    assert (text[slice(*found[1:])] if found else "") == words


@pytest.mark.parametrize("text", ["三四个小时", "十分严重", "同时", "一时难以", "二十十时", "第二天", "三心二意"])
def test_what_is_no_time_stays(text: str) -> None:
    assert arabic(text).text == text


@given(st.text("七月十一日二〇三时分点半零小时未来到至 0123456789：—前内", max_size=40))
def test_nothing_that_is_pasted_breaks_it_and_every_span_lies_in_the_text(text: str) -> None:
    told = arabic(text)
    assert told.starts[-1] == len(text)
    assert len(told.starts) == len(told.text) + 1
    assert list(told.starts) == sorted(told.starts)
    found = propose(text, SENT)
    for one in (found.sent, found.expires):
        assert one is None or 0 <= one.start < one.end <= len(text)
    assert found.expires is None or found.expires.value > (found.sent.value if found.sent else SENT)
