"""方言录音: a recording is what its bytes are, one person brings it, another hears and approves it; then it is played,
by the gateway under an address that ends, and on the warning's page; in a drill only what was recorded for drills."""

import io
import re
import wave
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
import sqlalchemy as sa
from sqlmodel import col

from bot.access.models import Role
from bot.record.models import Entry
from broadcasts.alerts.models import Alert, Kind
from broadcasts.clips.chosen import Recordings, fitting
from broadcasts.clips.files import path_of
from broadcasts.clips.models import Clip
from broadcasts.clips.sounds import AMR, MP3, WAV, Unsound, sound
from broadcasts.hazards.grades import Grade
from handlers.wechat.files import write
from tests.both_ways import BothWays, both_ways
from tests.console_rooms.desk import desk
from tests.stories.test_sms import red
from tests.stories.test_voice import FIRST, calls, telephones
from tests.world import World


def recorded(seconds: float = 2.0, rate: int = 8000) -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(bytes(int(seconds * rate) * 2))
    return made.getvalue()


def amr(seconds: int) -> bytes:
    return b"#!AMR\n" + (b"\x3c" + bytes(31)) * 50 * seconds


def mp3(frames: int, tag: bytes = b"") -> bytes:
    """MPEG 1, layer III, 128 kbit/s, 44.1 kHz: 417 bytes and 26 ms each."""
    return tag + (b"\xff\xfb\x90\x00" + bytes(413)) * frames


WORDS = {"words": "红色暴雨，快往高处走", "hazard": "暴雨", "grade": "red", "dialect": "石门话", "language": "zh-CN"}


@pytest.mark.parametrize(
    ("raw", "kind", "seconds"),
    [
        (recorded(2.2), WAV, 3),
        (amr(20), AMR, 20),
        (mp3(383), MP3, 10),
        (mp3(383, b"ID3\x03\x00\x00\x00\x00\x00\x05hello"), MP3, 10),
        (mp3(383) + b"TAG" + bytes(125), MP3, 10),
        (recorded(60.0), WAV, 60),
    ],
)
def test_a_recording_is_what_its_bytes_are(raw: bytes, kind: str, seconds: int) -> None:
    assert sound(raw) == (kind, seconds)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (recorded(61.0), "有 61 秒"),
        (mp3(2400), "有 63 秒"),
        (amr(61), "有 61 秒"),
        (b"RIFF" + bytes(4) + b"WAVE" + bytes(20), "读不懂"),
        (b"#!AMR\n", "没有声音"),
        (b"#!AMR\n\x6c\xff\xff", "坏了"),
        (b"<html>not a recording</html>", "只是名字像"),
        (mp3(3), "只是名字像"),
        (b"", "只是名字像"),
        (b"\xff\xfb\x90\x00", "只是名字像"),
        (bytes(2 * 1024 * 1024 + 1), "超过 2 MB"),
    ],
)
def test_what_is_none_is_refused_with_what_is_wrong(raw: bytes, said: str) -> None:
    with pytest.raises(Unsound, match=said):
        sound(raw)


async def only(world: World) -> Clip:
    async with world.deps.read() as session:
        return (await session.execute(sa.select(Clip))).scalar_one()


async def test_one_brings_it_and_another_hears_and_approves_it(world: World) -> None:
    async with desk(world, Role.leader) as first:
        assert (await first.press("/console/clips", file=recorded(), **WORDS)).status == 303
        clip = await only(world)
        assert (clip.seconds, clip.mime, clip.approved_at) == (2, WAV, None)
        assert clip.hazard == "11B03"
        await first.look(f"/console/clips/{clip.uid}/sound")
        own = await first.press(f"/console/clips/{clip.uid}/approve")
        assert own.status == 409
        assert "另一个人" in own.text
    async with desk(world, Role.admin) as second:
        early = await second.press(f"/console/clips/{clip.uid}/approve")
        assert early.status == 409
        assert "还没有听过" in early.text
        assert (await second.look(f"/console/clips/{clip.uid}/sound")).status == 200
        assert (await second.press(f"/console/clips/{clip.uid}/approve")).status == 303
        assert "正在用的" in (await second.look("/console/clips")).text
    clip = await only(world)
    assert clip.approved_at is not None
    assert path_of(world.deps.settings, clip.uid).read_bytes() == recorded()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"file": b"<html>"}, "只是名字像"),
        ({"file": recorded(61)}, "有 61 秒"),
        ({"file": b""}, "请选一个录音文件"),
        ({"words": ""}, "请写下录音里说的话"),
        ({"hazard": "没有这种"}, "没有这个灾种"),
        ({"drill": "y"}, "演练用的录音要念"),
        ({"words": "这是演练，快走"}, "真用的不能有"),
        ({"words": "这是防汛演习，快走"}, "真用的不能有"),
    ],
)
async def test_what_does_not_fit_is_refused_and_nothing_is_kept(
    world: World, given: dict[str, object], said: str
) -> None:
    async with desk(world, Role.officer) as officer:
        answer = await officer.press("/console/clips", **{"file": recorded(), **WORDS, **given})
        assert answer.status == 422
        assert said in answer.text
    async with world.deps.read() as session:
        assert (await session.execute(sa.select(Clip))).first() is None
    assert not list((world.deps.settings.data_dir / "media").glob("*"))


@pytest.mark.parametrize(("role", "status"), [(Role.viewer, 403), (Role.approver, 403)])
async def test_who_may_not_bring_it(world: World, role: Role, status: int) -> None:
    async with desk(world, role) as somebody:
        assert (await somebody.press("/console/clips", file=recorded(), **WORDS)).status == status


async def laid(
    world: World, name: str = "石门话", *, drill: bool = False, hazard: str = "11B03", grade: str = "red"
) -> Clip:
    """An approved recording."""
    now, uid = world.clock.now(), f"00000000-0000-7000-8000-{abs(hash(name)) % 10**12:012d}"
    made = Clip(
        uid=uid, drill=drill, words="快往高处走", mime=WAV, size=9, seconds=2, sha256="0" * 64, brought_by="user:a",
        brought_at=now, approved_by="user:b", approved_at=now, hazard=hazard, grade=grade,
        language="zh-CN", dialect=name,
    )  # fmt: skip
    write(path_of(world.deps.settings, uid), recorded())
    async with world.deps.begin() as session:
        session.add(made)
    return made


def about(**facts: object) -> Alert:
    """As much of an alert as a recording is chosen by."""
    return cast("Alert", SimpleNamespace(**facts))


def spoken(**facts: object) -> Clip:
    return cast("Clip", SimpleNamespace(**facts))


async def called_with_a_clip(both: BothWays) -> str:
    await telephones(both.world)
    await red(both.world)
    await both.world.forward(seconds=FIRST)
    return str((await calls(both.world))[0]["clip"])


async def test_the_gateway_plays_it_under_an_address_that_ends(tmp_path: Path) -> None:
    async with both_ways(tmp_path, voice_webhook="{base}/voice/calls") as both:
        world = both.world
        await laid(world)
        url = await called_with_a_clip(both)
        assert url.startswith(f"{both.web}/clips/")
        async with world.http.get(url) as answer:
            assert (answer.status, await answer.read()) == (200, recorded())
        forged = [
            re.sub(r"until=\d+", "until=9999999999", url),
            re.sub(r"mark=.", "mark=x", url),
            url.partition("?")[0],
            re.sub(r"[0-9a-f]{12}\.wav", "000000000000.wav", url),
        ]
        for one in forged:
            async with world.http.get(one) as answer:
                assert answer.status == 404, one
        world.clock.turn(timedelta(hours=2, minutes=1).total_seconds())
        async with world.http.get(url) as answer:
            assert answer.status == 404


async def test_it_can_be_heard_on_the_warnings_page(tmp_path: Path) -> None:
    async with both_ways(tmp_path) as both:
        clip = await laid(both.world)
        await red(both.world)
        page = (await both.link("li")).partition("?")[0]
        async with both.world.http.get(page) as answer:
            shown = await answer.text()
        assert "听石门话播报" in shown
        assert f"/clips/{clip.uid}" in shown
        async with both.world.http.get(f"{page}/clips/{clip.uid}", headers={"Range": "bytes=0-3"}) as answer:
            assert (answer.status, await answer.read()) == (206, b"RIFF")
        async with both.world.deps.begin() as session:
            await session.execute(sa.update(Clip).values(ended_at=both.world.clock.now()))
        async with both.world.http.get(f"{page}/clips/{clip.uid}") as answer:
            assert answer.status == 404


async def test_a_drill_plays_only_what_was_recorded_for_drills(world: World) -> None:
    await laid(world)
    await laid(world, "演练的石门话", drill=True)
    live = about(kind=Kind.signal, event_code="11B03", grade=Grade.red)
    practised = about(kind=Kind.drill, event_code="11B03", grade=Grade.red)
    async with world.deps.read() as session:
        assert [c.dialect for c in await fitting(session, live)] == ["石门话"]
        assert [c.dialect for c in await fitting(session, practised)] == ["演练的石门话"]


async def test_what_names_hazard_and_colour_comes_first_and_others_hear_nothing_of_it(world: World) -> None:
    await laid(world, "什么都行", hazard="", grade="")
    await laid(world, "只说暴雨红色")
    await laid(world, "大风", hazard="11B06")
    async with world.deps.read() as session:
        found = await fitting(session, about(kind=Kind.signal, event_code="11B03", grade=Grade.red))
        other = await fitting(session, about(kind=Kind.signal, event_code="11B03", grade=Grade.blue))
    assert [c.dialect for c in found] == ["只说暴雨红色", "什么都行"]
    assert [c.dialect for c in other] == ["什么都行"]


def test_the_nearest_place_and_the_readers_own_language() -> None:
    whole, town = spoken(language="zh-CN", area_id=None), spoken(language="zh-CN", area_id=7)
    korean = spoken(language="ko", area_id=None)
    here = Recordings([(whole, "whole"), (town, "town"), (korean, "korean")])
    assert here.address("zh-CN", [9, 7, 1]) == "town"
    assert here.address("zh-CN", [8, 1]) == "whole"
    assert here.address("ko", [9, 7, 1]) == "korean"
    assert Recordings().address("ko", [9]) == ""


async def test_the_record_says_who_brought_heard_approved_and_ended_it(world: World) -> None:
    async with desk(world, Role.officer) as first:
        await first.press("/console/clips", file=recorded(), **WORDS)
    clip = await only(world)
    async with desk(world, Role.admin) as second:
        await second.look(f"/console/clips/{clip.uid}/sound")
        await second.press(f"/console/clips/{clip.uid}/approve")
        await second.press(f"/console/clips/{clip.uid}/end")
    async with world.deps.read() as session:
        wanted = sa.select(col(Entry.action)).where(col(Entry.subject) == clip.uid).order_by(col(Entry.id))
        done = (await session.execute(wanted)).scalars().all()
    assert done == ["clip.brought", "clip.listened", "clip.approved", "clip.ended"]
