"""A recording sent by the application: uploaded first, as AMR and no longer than a minute, and heard also by those who
read in the WeChat plug-in."""

import pytest

from bot.simulator.tables import codes
from tests.simulator.sim import AMR, JPEG, Sim

LONG = b"#!AMR\n" + (b"\x3c" + bytes(31)) * 50 * 60
MP3 = b"ID3\x03\x00\x00\x00\x00\x00\x00" + b"\xff\xfb\x90\x00" + bytes(413)


async def voice(sim: Sim, media_id: str, to: str = "lixiuying|sun", **more: object) -> int:
    body = {"touser": to, "msgtype": "voice", "voice": {"media_id": media_id}, **more}
    return int((await sim.app_says(body))["errcode"])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (AMR, 0),
        (LONG, 0),
        (LONG + b"\x3c" + bytes(31), codes.PLAYS_TOO_LONG),
        (MP3, codes.BAD_MEDIA_TYPE),
        (b"#!AMR\n" + b"\x3c" + bytes(9), codes.BAD_MEDIA_TYPE),
        (b"#!AMR\n\x6c\xff\xff\xff", codes.BAD_MEDIA_TYPE),
        (AMR + bytes(2 * 1024 * 1024), codes.BAD_FILE_SIZE),
    ],
    ids=["amr", "a minute", "too long", "mp3", "broken off", "broken", "too big"],
)
async def test_what_may_be_uploaded_as_a_voice(sim: Sim, body: bytes, code: int) -> None:
    assert (await sim.upload(body, "voice"))["errcode"] == code


async def test_the_account_takes_mp3_where_wecom_takes_none(sim: Sim) -> None:
    assert "media_id" in await sim.upload(MP3, "voice", await sim.fetch_account_token())


async def test_it_is_heard_in_the_plug_in_as_well_and_counts_in_each_members_minute(sim: Sim) -> None:
    named = (await sim.upload(AMR, "voice"))["media_id"]
    assert await voice(sim, named) == 0
    assert await heard(sim, "lixiuying") == ["[语音]"]
    assert await heard(sim, "sun") == ["[语音]"]
    for number in range(30):
        await sim.app("lixiuying", f"第 {number} 条")
    assert (await sim.counts())["limits"] == {"member_minute": 1}


async def test_its_name_is_good_for_three_days_and_a_picture_is_no_voice(sim: Sim) -> None:
    named, picture = (await sim.upload(AMR, "voice"))["media_id"], (await sim.upload(JPEG))["media_id"]
    assert await voice(sim, picture) == codes.BAD_MEDIA
    sim.clock.turn(3 * 86_400 - 1)
    await sim.fetch_token()
    assert await voice(sim, named) == 0
    sim.clock.turn(1)
    assert await voice(sim, named) == codes.BAD_MEDIA
    assert await voice(sim, "made-up") == codes.BAD_MEDIA


async def heard(sim: Sim, name: str) -> list[str]:
    return [message["text"] for message in (await sim.phone(name))["messages"]]
