"""What machines read of us: live alerts alone, as valid CAP 1.2 and Atom, which our own reader reads back the same."""

import re
from dataclasses import replace
from datetime import datetime
from importlib.resources import files
from typing import Any

import pytest
import sqlalchemy as sa
from lxml import etree
from sqlmodel import col

from bot.demo.samples.read import sample
from broadcasts.alerts.content import message
from broadcasts.alerts.models import Alert, Kind
from broadcasts.feeds import cap
from broadcasts.hazards.grades import Grade
from broadcasts.intake.message import Circle, Form, Info, Message, MessageArea, Reference, Resource
from broadcasts.intake.readers.read import read
from tests.notices.conftest import Room
from tests.notices.steps import issued
from tests.world import NIGHT, World

ATOM = {"a": "http://www.w3.org/2005/Atom"}
INDEX = "/feeds/cap.atom"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00")


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    source = files("broadcasts.intake.readers") / "schema" / "cap12.xsd"
    return etree.XMLSchema(etree.fromstring(source.read_bytes()))


async def entries(room: Room) -> list[etree._Element]:
    _, body = await room.ask("GET", INDEX, "")
    return list(etree.fromstring(body).iterfind("a:entry", ATOM))


async def document(room: Room, alert: Alert) -> bytes:
    status, body = await room.ask("GET", f"/feeds/cap/{alert.identifier}.xml", "")
    assert status == 200
    return bytes(body)


async def test_a_local_warning_comes_back_the_same(room: Room, schema: etree.XMLSchema) -> None:
    alert = await issued(room)
    raw = await document(room, alert)
    schema.assertValid(etree.fromstring(raw))
    (got,) = read(raw, "application/cap+xml").messages
    assert replace(got, form=Form.notice) == message(alert.content)
    assert b"\xe9\xa2\x84\xe8\xad\xa6\xe4\xbf\xa1\xe5\x8f\xb7" not in raw  # 预警信号


async def test_a_public_notice_and_its_update_come_back_the_same(room: Room, schema: etree.XMLSchema) -> None:
    first = await issued(room, "notice", roles="村群")
    path = f"/console/notices/new?type=Update&refers={first.uid}"
    second = await issued(room, "notice", path, roles="村群", title="明早以前河边不要停车")
    raw = await document(room, second)
    schema.assertValid(etree.fromstring(raw))
    (got,) = read(raw, "application/cap+xml").messages
    assert replace(got, form=Form.notice) == message(second.content)
    assert got.references == (Reference(first.identifier, first.sender, first.sent),)
    assert [e.findtext("a:id", None, ATOM) for e in await entries(room)] == [f"urn:uuid:{second.uid}"]


async def test_what_was_said_to_staff_alone_is_nobody_elses(room: Room) -> None:
    alert = await issued(room, "notice", roles="灾害信息员")
    assert await entries(room) == []
    assert (await room.ask("GET", f"/feeds/cap/{alert.identifier}.xml", ""))[0] == 404
    _, body = await room.ask("GET", "/h5/now", "")
    assert "河边" not in body.decode()


async def test_the_index_is_atom_and_its_links_lead_to_valid_documents(room: Room, schema: etree.XMLSchema) -> None:
    await issued(room)
    await room.world.issue(grade=Grade.orange)
    _, body = await room.ask("GET", INDEX, "")
    feed = etree.fromstring(body)
    for one in (feed, *feed.iterfind("a:entry", ATOM)):  # RFC 4287: exactly one of each
        for name in ("id", "title", "updated"):
            assert len(one.findall(f"a:{name}", ATOM)) == 1
        assert one.findtext("a:author/a:name", None, ATOM)
        assert MOMENT.fullmatch(one.findtext("a:updated", "", ATOM))
    assert feed.find("a:link[@rel='self']", ATOM) is not None
    links = [e.find("a:link", ATOM) for e in feed.iterfind("a:entry", ATOM)]
    assert len(links) == 2
    for link in links:
        assert link is not None
        status, raw = await room.ask("GET", str(link.get("href")), "")
        assert status == 200
        schema.assertValid(etree.fromstring(raw))
    assert read(body, "application/atom+xml").envelope


async def test_the_original_bytes_of_cap_stay_as_they_came(room: Room) -> None:
    raw = sample("cap.xml", room.world.clock.now(), room.world.deps.settings.zone)
    got = await room.world.receive(raw, "application/cap+xml")
    assert await document(room, got.taken[0].alert) == raw


async def test_no_drill_no_exercise_nothing_held_and_nothing_over(room: Room) -> None:
    alert = await issued(room)
    assert len(await entries(room)) == 1
    test = await room.world.issue(grade=Grade.blue, status="Exercise", identifier="x_1")
    held = await room.world.issue(grade=Grade.orange, sent=datetime(2026, 7, 11, 12, tzinfo=NIGHT.tzinfo), hours=9)
    assert len(await entries(room)) == 1
    for got in (test, held):
        status, _ = await room.ask("GET", f"/feeds/cap/{got.taken[0].alert.identifier}.xml", "")
        assert status == 404
    async with room.world.deps.begin() as session:
        await session.execute(sa.update(Alert).where(col(Alert.id) == alert.id).values(kind=Kind.drill))
    assert await entries(room) == []
    assert (await room.ask("GET", f"/feeds/cap/{alert.identifier}.xml", ""))[0] == 404
    async with room.world.deps.begin() as session:
        await session.execute(sa.update(Alert).where(col(Alert.id) == alert.id).values(kind=Kind.local))
    room.world.clock.turn(24 * 3600)
    assert await entries(room) == []
    assert (await room.ask("GET", f"/feeds/cap/{alert.identifier}.xml", ""))[0] == 200  # its link leads on


async def test_who_has_it_is_told_so_until_it_changes(room: Room) -> None:
    await issued(room)
    heads = await head(room)
    assert await again(room, {"If-None-Match": heads["ETag"]}) == 304
    assert await again(room, {"If-Modified-Since": heads["Last-Modified"]}) == 304
    assert await again(room, {"If-None-Match": '"other"', "If-Modified-Since": heads["Last-Modified"]}) == 200
    room.world.clock.turn(60)
    await room.world.issue(grade=Grade.orange)
    assert await again(room, {"If-None-Match": heads["ETag"]}) == 200
    assert await again(room, {"If-Modified-Since": heads["Last-Modified"]}) == 200


async def head(room: Room) -> Any:
    async with room["looker"].client.get(INDEX) as answer:
        assert answer.content_type == "application/atom+xml"
        return answer.headers


async def again(room: Room, headers: dict[str, str]) -> int:
    return (await room.ask("GET", INDEX, "", headers=headers))[0]


async def test_unknown_identifiers_are_not_found(world: World, room: Room) -> None:
    for name in ("nothing", "../../etc/passwd", "a%00b", "<script>"):
        assert (await room.ask("GET", f"/feeds/cap/{name}.xml", ""))[0] == 404


def test_whatever_a_source_said_becomes_valid_cap(schema: etree.XMLSchema) -> None:
    area = MessageArea(
        "柳湾\x0b镇", ("529926101000",), (("own", "1"),), (((1.0, 2.0), (1.0, 3.0), (2.0, 3.0), (1.0, 2.0)),),
        (Circle(1.0, 2.0, 3.0),), 1.0, 2.0,
    )  # fmt: skip
    info = Info(
        "中文", "", "11B03", Grade.white, ("天气",), "马上", "很重", "肯定", ("跑",), description="a < b & c ]]>",
        parameters=(("", ""),), resources=(Resource("", size="大"),), areas=(area, MessageArea("")),
    )  # fmt: skip
    odd = Message(
        Form.own, "a b,c<&", "气象台 甲", NIGHT, (info, info), status="真", msg_type="?", scope="所有人",
        references=(Reference("x y"), Reference("z", "s t", NIGHT)),
    )  # fmt: skip
    raw = cap.write(odd, NIGHT.tzinfo)  # type: ignore[arg-type]
    schema.assertValid(etree.fromstring(raw))
    assert read(raw, "application/cap+xml").messages[0].identifier == "a_b_c__"
