"""What is not safe or not XML is refused before it is expanded, each with its own words."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcasts.intake.message import Unreadable
from broadcasts.intake.readers.encodings import LIMIT
from broadcasts.intake.readers.read import read
from tests.readers.forms import CAP

BODY = CAP.partition("?>\n")[2]
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def refused(raw: bytes, media_type: str = "") -> tuple[str, int | None]:
    with pytest.raises(Unreadable) as caught:
        read(raw, media_type)
    return caught.value.errors[0].message, caught.value.errors[0].line


@pytest.mark.parametrize(
    ("raw", "words", "line"),
    [
        (f'<!DOCTYPE alert SYSTEM "file:///etc/passwd">{BODY}'.encode(), "DTD", 1),
        (f'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n{BODY}'.encode(), "DTD", 1),
        (f'<!DOCTYPE a [<!ENTITY l0 "lol">{LAUGHS}]>\n<a>&l9;</a>'.encode(), "DTD", 1),
        (b"<!-- a --><?p x?>\n\n<!DOCTYPE a><a/>", "DTD", 3),
        ('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><a/>'.encode("utf-16"), "DTD", 1),
        (b"<a>&nbsp;</a>", "实体", 1),
        (b"<a>" * 65 + b"</a>" * 65, "嵌套", 1),
        (b"<a>" * 3000 + b"</a>" * 3000, "嵌套", 1),
        (b"<a>" + b" " * LIMIT, "1.5 MiB", None),
        (BODY[:400].encode(), "中断", 13),
        (b"<a><b></a>", "标签对不上", 1),
        (b"<a/><b/>", "多余", 1),
        (b"<a b=1/>", "写法有误", 1),
        (b"", "空", 1),
        (b" \n", "空", 1),
        ("暴雨红色预警".encode(), "粘贴", 1),
        (b"<html><body>x</body></html>", "<html>", 1),
        (b"<a>x\x00</a>", "写法有误", 1),
        (b"<a>\xff\xfe</a>", "编码", 1),
        ('<?xml version="1.0" encoding="GBK"?><a>红色预警</a>'.encode(), "编码是 GBK", 1),
        ('<?xml version="1.0" encoding="UTF-8"?><a>红色</a>'.encode("gbk"), "编码是 UTF-8", 1),
        ('<?xml version="1.0" encoding="UTF-8"?><a>红色</a>'.encode("utf-16"), "编码是 UTF-8", 1),
        (b'<?xml version="1.0" encoding="UTF-16"?><a/>', "编码是 UTF-16", 1),
        (b'<?xml version="1.0" encoding="EBCDIC"?><a/>', "EBCDIC", 1),
        ("<a/>".encode("utf-16-le"), "字节顺序", 1),
        ("<a/>".encode("utf-32"), "XML", None),
        (b'<alert xmlns="http://www.incident.com/cap/1.0"><identifier>a</identifier></alert>', "CAP 1.0", 1),
        (b"<alert><identifier>a</identifier></alert>", "命名空间", 1),
    ],
)
def test_refused(raw: bytes, words: str, line: int | None) -> None:
    message, at = refused(raw)
    assert words in message
    assert line in {at, None}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_every_honest_encoding_says_the_same(encoding: str) -> None:
    declared = {"utf-8-sig": "UTF-8"}.get(encoding, encoding)
    raw = f'<?xml version="1.0" encoding="{declared}"?>\n{BODY}'.encode(encoding)
    assert read(raw).messages == read(CAP.encode()).messages
    assert read(raw).messages[0].raw == raw


def test_the_letters_of_a_dtd_may_stand_in_a_text() -> None:
    raw = CAP.replace("转移", "<![CDATA[<!DOCTYPE html>]]>").replace("<info>", "<!-- <!DOCTYPE a> --><info>", 1)
    assert read(raw.encode()).messages[0].infos[1].instruction == "<!DOCTYPE html>"


@pytest.mark.parametrize("depth", [63, 64])
def test_sixty_four_levels_are_not_too_deep(depth: int) -> None:
    assert "嵌套" not in refused(b"<a>" * depth + b"</a>" * depth)[0]


def read_or_refused(raw: bytes, media_type: str = "") -> None:
    """Anything else that is raised fails the test by itself."""
    told: list[str] = []
    with suppress(Unreadable):
        told.append(read(raw, media_type).__class__.__name__)
    if not told:
        assert refused(raw, media_type)[0].endswith("。")


@given(st.binary(max_size=300), st.sampled_from(["", "application/json", "application/xml"]))
def test_any_bytes_are_read_or_unreadable(raw: bytes, media_type: str) -> None:
    read_or_refused(raw, media_type)


@given(st.integers(0, len(CAP.encode()) - 1), st.binary(min_size=0, max_size=3))
def test_a_spoilt_message_is_read_or_unreadable(at: int, instead: bytes) -> None:
    raw = CAP.encode()
    read_or_refused(raw[:at] + instead + raw[at + len(instead) + 1 :])


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["identifier", "sender", "sent", "info", "data", "alertid", "issuetime", "polygons"]), inner
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_read_or_unreadable(value: object) -> None:
    read_or_refused(json.dumps(value).encode())
