"""Texts fit their channel to the byte: advice goes first, the station's words never."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcasts.dispatch.texts.render import fitted, numbered

ADVICE = ["叫醒河边、坡脚的人家", "带他们去柳湾小学", "不要蹚水，两人同行"]


def made(verbatim: str) -> object:
    return lambda kept: verbatim + "".join(f"\n{line}" for line in kept)


@pytest.mark.parametrize(("verbatim", "kept"), [("短", 3), ("原" * 655, 2), ("原" * 670, 1), ("原" * 682, 0)])
def test_advice_is_cut_line_by_line_from_the_end(verbatim: str, kept: int) -> None:
    (text,) = fitted(made(verbatim), ADVICE, 2048)  # type: ignore[arg-type]
    assert text == verbatim + "".join(f"\n{line}" for line in ADVICE[:kept])
    assert len(text.encode()) <= 2048


def test_only_where_the_verbatim_text_alone_does_not_fit_is_it_sent_in_numbered_parts() -> None:
    verbatim = "预计未来3小时降雨仍将持续。" * 80
    parts = fitted(made(verbatim), ADVICE, 2048)  # type: ignore[arg-type]
    assert len(parts) == 2
    assert [p[:5] for p in parts] == ["（1/2）", "（2/2）"]
    assert "".join(p[5:] for p in parts) == verbatim


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=3000), st.integers(60, 400))
def test_parts_lose_nothing_and_part_no_character(text: str, limit: int) -> None:
    parts = numbered(text, limit)
    assert all(len(part.encode()) <= limit for part in parts)
    bodies = [part.split("）", 1)[1] for part in parts]
    assert "".join(bodies) == text
    for body in bodies[1:]:
        assert not unicodedata.combining(body[0]) or all(
            unicodedata.combining(c) for c in bodies[bodies.index(body) - 1]
        )
