"""Alerts inside Atom, RSS and EDXL-DE, and feeds that only point to them."""

from datetime import UTC, datetime
from html import escape

import pytest

from broadcasts.intake.message import Unreadable
from broadcasts.intake.readers.links import Link, links
from broadcasts.intake.readers.read import read
from tests.readers.forms import CAP, NATIONAL, cap, swapped

ALERT = CAP.partition("?>\n")[2]
OTHER = ALERT.replace("QY-1", "QY-2")
SPOILT = ALERT.replace("<status>Actual", "<status>x")
BARE = NATIONAL.partition("?>")[2]


def atom(*contents: str) -> bytes:
    entries = "".join(f"<entry><id>urn:{n}</id><content>{one}</content></entry>" for n, one in enumerate(contents))
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title>{entries}</feed>'.encode()


def rss(*descriptions: str) -> bytes:
    items = "".join(
        f"<item><guid>{n}</guid><description>{one}</description></item>" for n, one in enumerate(descriptions)
    )
    return f'<rss version="2.0"><channel><title>t</title>{items}</channel></rss>'.encode()


def edxl(status: str, *contents: str) -> bytes:
    objects = "".join(
        f"<contentObject><xmlContent><embeddedXMLContent>{one}</embeddedXMLContent></xmlContent></contentObject>"
        for one in contents
    )
    head = f"<distributionID>1</distributionID><distributionStatus>{status}</distributionStatus>"
    name = "EDXLDistribution"
    return f'<{name} xmlns="urn:oasis:names:tc:emergency:EDXL:DE:1.0">{head}{objects}</{name}>'.encode()


@pytest.mark.parametrize(
    "raw",
    [
        atom(ALERT, OTHER),
        atom(escape(ALERT), f"<![CDATA[{CAP.replace('QY-1', 'QY-2')}]]>"),
        rss(ALERT, escape(OTHER)),
        edxl("Actual", ALERT, OTHER),
        f"<alerts>{ALERT}{OTHER}</alerts>".encode(),
    ],
)
def test_alerts_in_an_envelope(raw: bytes) -> None:
    found = read(raw)
    assert found.envelope
    assert [message.identifier for message in found.messages] == ["QY-1", "QY-2"]
    assert found.messages[0].infos == read(CAP.encode()).messages[0].infos
    assert found.faults == ()


def test_the_bytes_of_one_alert_stand_alone() -> None:
    for message in read(atom(ALERT, BARE)).messages:
        assert read(message.raw).messages == (message,)


def test_a_spoilt_entry_takes_no_other_with_it() -> None:
    found = read(atom(ALERT, SPOILT, escape("<alert><"), '<alert xmlns="urn:x"><a/></alert>'))
    assert [message.identifier for message in found.messages] == ["QY-1"]
    assert [refused.errors[0].path for refused in found.faults] == [
        "/feed/entry[2]/content/alert/status",
        "/feed/entry[3]/content",
        "/feed/entry[4]/content/alert",
    ]
    assert b"<status>x" in found.faults[0].raw
    assert found.faults[0].errors[0].line is not None


@pytest.mark.parametrize("raw", [atom(SPOILT, SPOILT), edxl("Actual"), b"<a><b>alert</b></a>"])
def test_nothing_to_be_had_is_unreadable(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        read(raw)


@pytest.mark.parametrize("raw", [atom(), rss(), rss("<b>alert</b>"), rss(escape("<p>an alert</p>"))])
def test_a_feed_on_a_calm_day_is_empty(raw: bytes) -> None:
    found = read(raw)
    assert (found.envelope, found.messages, found.faults) == (True, (), ())


@pytest.mark.parametrize("status", ["Exercise", "Test", "System"])
def test_an_exercise_around_an_alert_makes_it_one(status: str) -> None:
    found = read(edxl(status, ALERT, cap(status="Draft").decode().partition("?>")[2]))
    assert [message.status for message in found.messages] == [status, "Draft"]
    assert len(found.doubts) == 1


def test_an_envelope_has_an_end() -> None:
    with pytest.raises(Unreadable, match="1000"):
        read(atom(*["<alert><a/></alert>"] * 1001))


INDEX = """<feed xmlns="http://www.w3.org/2005/Atom">
  <entry><id>33000041600000_20260712023800</id><updated>2026-07-12T02:38:00+08:00</updated>
    <link rel="self" href="/no"/><link href="/page"/><link type="application/cap+xml" href="/a.xml"/></entry>
  <entry><id>b</id><updated>nonsense</updated><link rel="alternate" href="https://x.example/b.xml"/></entry>
  <entry><id>c</id></entry>
</feed>"""
RSS = """<rss xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0"><channel><link>https://no.example</link>
  <item><title>t</title><link> https://x.example/a.xml </link><guid isPermaLink="false">g</guid>
    <pubDate>Sun, 12 Jul 2026 02:38:00 +0800</pubDate></item>
  <item><link>https://x.example/b</link><enclosure url="/b.xml" type="application/cap+xml"/>
    <dc:date>2026-07-11T18:38:00Z</dc:date></item>
</channel></rss>"""
AT = datetime(2026, 7, 11, 18, 38, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (INDEX, (Link("/a.xml", "33000041600000_20260712023800", AT), Link("https://x.example/b.xml", "b"))),
        (RSS, (Link("https://x.example/a.xml", "g", AT), Link("/b.xml", "", AT))),
        (CAP, ()),
        (atom(ALERT).decode(), ()),
    ],
)
def test_links(raw: str, found: tuple[Link, ...]) -> None:
    assert links(raw.encode()) == found


def test_an_index_reads_as_an_empty_envelope() -> None:
    assert read(RSS.encode()).messages == ()
    with pytest.raises(Unreadable, match="DTD"):
        links(b"<!DOCTYPE a><rss/>")


def test_1_1_in_an_envelope_keeps_its_own_bytes() -> None:
    older = swapped(ALERT, ("cap:1.2", "cap:1.1")).decode()
    [message] = read(atom(older)).messages
    assert b"cap:1.1" in message.raw
