"""What is odd and taken all the same is kept with the message; an area that nobody can use is refused."""

import time
from typing import Any

import pytest

from broadcasts.alerts.content import content
from broadcasts.alerts.content import message as kept
from broadcasts.intake.message import Message, Unreadable
from broadcasts.intake.readers.places import crosses
from broadcasts.intake.readers.read import read
from tests.readers.forms import CAP, NATIONAL, OWN, packed, swapped

RING = "28.0,119.0 28.1,119.0 28.1,119.1 28.0,119.0"
BOW = "28.0,119.0 28.1,119.1 28.1,119.0 28.0,119.1 28.0,119.0"
LINE = "28.0,119.0 28.1,119.1 28.2,119.2 28.0,119.0"
CODE = "<geocode><valueName>CPEAS Geographic Code</valueName><value>331199000000</value></geocode>"
BOW_PAIRS = [[28.0, 119.0], [28.1, 119.1], [28.1, 119.0], [28.0, 119.1]]


def one(raw: bytes) -> Message:
    [message] = read(raw).messages
    return message


@pytest.mark.parametrize(
    ("ring", "bad"),
    [
        (((0, 0), (0, 1), (1, 1), (1, 0), (0, 0)), False),
        (((0, 0), (1, 1), (1, 0), (0, 1), (0, 0)), True),
        (((0, 0), (1, 1), (2, 2), (0, 0)), True),  # encloses nothing
        (((0, 0), (0, 2), (2, 2), (2, 0), (1, 0), (0.5, 1), (1, 0), (0, 0)), False),  # a spike
        (((0, 0), (0, 2), (1, 1), (2, 2), (2, 0), (1, 1), (0, 0)), False),  # two that touch at a corner
        (((0, 0), (0, 1), (1, 1), (1, 0), (-0.00001, 0), (0, 0.00001), (0, 0)), False),  # rounding
    ],
)
def test_which_rings_nobody_can_use(ring: Any, bad: bool) -> None:
    assert crosses(ring) is bad


def test_a_hostile_ring_takes_no_time() -> None:
    ring = tuple((28 + (n * 7919 % 10007) / 10007, 119 + (n * 104729 % 10009) / 10009) for n in range(40_000))
    start = time.process_time()
    assert crosses((*ring, ring[0]))
    assert time.process_time() - start < 5


@pytest.mark.parametrize("shape", [BOW, LINE])
def test_a_crossing_polygon_gives_way_to_its_codes_and_is_noted(shape: str) -> None:
    message = one(swapped(CAP, (RING, shape)))
    area = message.main.areas[0]
    assert (area.polygons, area.codes) == ((), ("331199000000",))
    assert ("polygon", shape) in area.other_codes
    [doubt] = message.doubts
    assert (doubt.path, doubt.line is not None) == ("/alert/info[2]/area/polygon", True)
    assert "按这个范围的区划代码" in doubt.message


@pytest.mark.parametrize("more", ["", f"<polygon>{RING}</polygon>"])  # a good one beside it does not stand for it
def test_a_crossing_polygon_without_codes_is_refused_with_its_place(more: str) -> None:
    raw = swapped(CAP, (CODE, ""), (f"<polygon>{RING}</polygon>", f"{more}<polygon>{BOW}</polygon>"))
    with pytest.raises(Unreadable) as refused:
        read(raw)
    [fault] = refused.value.errors
    assert fault.path == f"/alert/info[2]/area/polygon{'[2]' if more else ''}"
    assert fault.line is not None
    assert "说不清哪些地方在里面" in fault.message


def test_the_national_form_goes_by_its_codes_too() -> None:
    area = one(swapped(NATIONAL, ("<polygon/>", f"<polygon>{BOW}</polygon>"))).main.areas[0]
    assert area.polygons == ()
    assert ("polygon", BOW) in area.other_codes
    with pytest.raises(Unreadable, match="自己相交"):
        read(
            swapped(
                NATIONAL,
                ("<polygon/>", f"<polygon>{BOW}</polygon>"),
                ("330205004001,330205004002,330205004003", ""),
            )
        )


def test_our_own_form_goes_by_its_codes_too() -> None:
    coded = {"desc": "青崖县", "codes": ["331199"], "polygons": [BOW_PAIRS]}
    area = one(packed({**OWN, "areas": [coded]})).main.areas[0]
    assert (area.polygons, [name for name, _ in area.other_codes]) == ((), ["polygon"])
    with pytest.raises(Unreadable, match="自己相交") as refused:
        read(packed({**OWN, "areas": [{**coded, "codes": []}]}))
    assert refused.value.errors[0].path == "/areas/0"


def test_a_reference_from_later_is_noted_and_followed() -> None:
    message = one(swapped(CAP, ("s1,i1,2026-07-12T01:00", "s1,i1,2026-07-12T03:00")))
    assert [(doubt.path, "i1" in doubt.message) for doubt in message.doubts] == [("/alert/references", True)]
    assert [reference.identifier for reference in message.references] == ["i1", "i2"]


@pytest.mark.parametrize(
    ("words", "odd"),
    [
        ("请&lt;b&gt;转移&lt;/b&gt;", True),
        ("请转移&lt;br/&gt;", True),
        ("&lt;script src='x'&gt;", True),
        ("请转移&amp;nbsp;快", True),
        ("雨量 a &lt; b 而 c &gt; d", False),
        ("&lt;青崖县&gt;", False),
        ("转移", False),
    ],
)
def test_markup_is_kept_as_letters_and_noted(words: str, odd: bool) -> None:
    message = one(swapped(CAP, (">转移<", f">{words}<")))
    assert [doubt.path for doubt in message.doubts] == (["info[2]/instruction"] if odd else [])
    unescaped = words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert message.main.instruction == unescaped


def test_doubts_stand_in_the_alerts_row_and_make_no_other_message() -> None:
    odd = one(swapped(CAP, (RING, BOW)))
    again = kept(content(odd))
    assert again == odd
    assert again.doubts == odd.doubts
    earlier = content(odd)
    del earlier["doubts"]  # as rows of earlier versions are
    assert kept(earlier).doubts == ()
