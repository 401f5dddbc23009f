"""方言录音 as voice messages at the desk: an AMR is made of what is brought, somebody says who hears it, and the page
says what WeCom has of it."""

import io
import math
import struct
import sys
import wave

import pytest
import sqlalchemy as sa
from sqlmodel import col

from bot.access.models import Role
from bot.record.models import Entry
from broadcasts.clips.amr import voice
from broadcasts.clips.files import voice_path
from broadcasts.clips.messages.media import keep_due
from broadcasts.clips.models import Clip, Hears
from broadcasts.clips.sounds import AMR, sound
from tests.console_rooms.desk import Desk, desk
from tests.console_rooms.test_clips import WORDS, mp3, only
from tests.simulator.sim import AMR as SECOND
from tests.world import World

PAGE = "/console/clips"


def tone(seconds: float, rate: int = 44100, channels: int = 2) -> bytes:
    """As a computer records it."""
    made = io.BytesIO()
    with wave.open(made, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(rate)
        samples = [int(9000 * math.sin(math.tau * 440 * n / rate)) for n in range(int(seconds * rate))]
        out.writeframes(b"".join(struct.pack("<h", one) * channels for one in samples))
    return made.getvalue()


@pytest.mark.parametrize("raw", [tone(3), tone(3, 8000, 1), tone(3, 22050, 1)])
def test_what_a_computer_recorded_becomes_amr_of_the_same_length(raw: bytes) -> None:
    made = voice(raw)
    assert sound(made) == (AMR, 4)  # rounded up, as for everything that is brought
    assert 4000 < len(made) < 6000


def test_what_is_amr_stays_as_it_is_and_what_is_no_sound_becomes_nothing() -> None:
    assert voice(SECOND) is SECOND
    assert voice(b"<html>") == b""


def test_a_minute_stays_far_below_what_wecom_takes() -> None:
    assert len(voice(tone(60, 8000, 1))) < 2 * 1024 * 1024


async def approved(world: World, raw: bytes, **more: str) -> Clip:
    """Brought by one at the desk, heard and approved by another."""
    async with desk(world, Role.leader) as first:
        assert (await first.press(PAGE, file=raw, **{**WORDS, **more})).status == 303
    clip = await only(world)
    async with desk(world, Role.admin, Role.officer) as second:
        await second.look(f"{PAGE}/{clip.uid}/sound")
        assert (await second.press(f"{PAGE}/{clip.uid}/approve")).status == 303
    return await only(world)


async def hears(at: Desk, clip: Clip, who: str) -> int:
    return (await at.press(f"{PAGE}/{clip.uid}/heard-by", heard_by=who)).status


async def test_it_is_kept_as_amr_and_sent_to_nobody_until_somebody_says_so(world: World) -> None:
    clip = await approved(world, tone(2))
    kept = voice_path(world.deps.settings, clip.uid).read_bytes()
    assert sound(kept)[0] == AMR
    assert (clip.voice_bytes, clip.heard_by) == (len(kept), Hears.nobody)
    async with desk(world, Role.admin) as admin:
        assert '<option value="nobody" selected>不发' in (await admin.look(PAGE)).text
        assert await hears(admin, clip, "readers") == 303
        assert "正在传到企业微信" in (await admin.look(PAGE)).text
        await keep_due(world.deps, world.clock.now())
        shown = (await admin.look(PAGE)).text
        assert '<option value="readers" selected>' in shown
        assert "已传到企业微信" in shown
        assert await hears(admin, clip, "nobody") == 303
        assert await hears(admin, clip, "somebody") == 400
    async with world.deps.read() as session:
        wanted = sa.select(Entry).where(col(Entry.action) == "clip.heard_by").order_by(col(Entry.id))
        assert [e.detail["heard_by"] for e in (await session.execute(wanted)).scalars()] == ["readers", "nobody"]


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (60020, "本机地址不在可信 IP 里"),
        (40006, "企业微信不收这段录音"),  # it is not told as one that it forgot
    ],
)
async def test_why_wecom_has_none_stands_on_the_page(world: World, code: int, why: str) -> None:
    clip = await approved(world, SECOND)
    await world.fault(endpoint="media_upload", kind="errcode", code=code)
    async with desk(world, Role.admin) as admin:
        await hears(admin, clip, "everyone")
        await keep_due(world.deps, world.clock.now())
        assert f"没有传到企业微信：{why}" in (await admin.look(PAGE)).text


@pytest.mark.parametrize("role", [Role.officer, Role.viewer])
async def test_who_may_not_say_who_hears_it(world: World, role: Role) -> None:
    clip = await approved(world, SECOND)
    async with desk(world, role) as somebody:
        assert await hears(somebody, clip, "everyone") == 403


@pytest.mark.parametrize(
    ("words", "drill", "said"),
    [("快往高处走，这是演练", True, "一开口就要说“这是演练”"), ("演习里快往高处走", False, "真用的不能有")],
)
async def test_what_would_be_left_out_when_it_is_sent_is_refused_when_it_is_chosen(
    world: World, words: str, drill: bool, said: str
) -> None:
    clip = await approved(world, SECOND)
    async with world.deps.begin() as session:
        await session.execute(sa.update(Clip).values(words=words, drill=drill))
    async with desk(world, Role.admin) as admin:
        refused = await admin.press(f"{PAGE}/{clip.uid}/heard-by", heard_by="readers")
        assert (refused.status, said in refused.text) == (409, True)
        assert await hears(admin, clip, "nobody") == 303


async def test_where_nothing_can_be_made_amr_alone_is_sent_and_the_page_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The county has not installed the extra."""
    monkeypatch.setitem(sys.modules, "av", None)
    clip = await approved(world, mp3(383))
    assert (clip.voice_bytes, clip.approved_at is not None) == (0, True)  # it is played all the same
    async with desk(world, Role.admin) as admin:
        shown = (await admin.look(PAGE)).text
        assert "要发，请直接传 amr 格式的" in shown
        assert "文字之后，再发语音给" not in shown
        assert "要发成语音消息请直接传 amr" in shown
        refused = await admin.press(f"{PAGE}/{clip.uid}/heard-by", heard_by="readers")
        assert refused.status == 409
        assert "企业微信只收 amr" in refused.text
    assert (await only(world)).heard_by is Hears.nobody


async def test_an_amr_needs_nothing_installed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    clip = await approved(world, SECOND)
    async with desk(world, Role.admin) as admin:
        assert await hears(admin, clip, "readers") == 303
    assert (await only(world)).heard_by is Hears.readers


async def test_what_was_brought_before_is_made_when_it_is_switched_on(world: World) -> None:
    clip = await approved(world, tone(1))
    voice_path(world.deps.settings, clip.uid).unlink()
    async with world.deps.begin() as session:
        await session.execute(sa.update(Clip).values(voice_bytes=0))
    async with desk(world, Role.admin) as admin:
        assert await hears(admin, clip, "readers") == 303
    assert voice_path(world.deps.settings, clip.uid).stat().st_size == (await only(world)).voice_bytes > 0
