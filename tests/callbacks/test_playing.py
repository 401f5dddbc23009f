"""A phone's recording becomes something that a browser plays; whatever a stranger sends, the rest goes on."""

import io
import math
import struct
import wave
from itertools import pairwise

import av
import pytest

from handlers.wechat.playing import LONGEST, Unplayable, playable, wav

RATE = 8000
NOTHING_SENT = b"\x7c"  # a frame of 20 ms


def recording(seconds: int, pitch: int = 440) -> bytes:
    """A tone as a phone would record it."""
    out = io.BytesIO()
    with av.open(out, "w", format="amr") as made:
        stream = made.add_stream("libopencore_amrnb", rate=RATE, layout="mono")
        for at in range(0, seconds * RATE, 160):
            frame = av.AudioFrame(format="s16", layout="mono", samples=160)
            frame.sample_rate, frame.pts = RATE, at
            tone = [int(12000 * math.sin(math.tau * pitch * n / RATE)) for n in range(at, at + 160)]
            frame.planes[0].update(struct.pack("<160h", *tone))
            made.mux(stream.encode(frame))
        made.mux(stream.encode(None))
    return out.getvalue()


def heard(raw: bytes) -> tuple[float, list[int]]:
    """Seconds and samples."""
    with wave.open(io.BytesIO(raw)) as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, RATE)
        frames = sound.readframes(sound.getnframes())
    samples = list(struct.unpack(f"<{len(frames) // 2}h", frames))
    return len(samples) / RATE, samples


def test_what_was_spoken_can_be_heard() -> None:
    seconds, samples = heard(wav(recording(3), "audio/amr"))
    assert abs(seconds - 3) < 0.1
    crossings = sum(a < 0 <= b for a, b in pairwise(samples))
    assert abs(crossings / seconds - 440) < 10
    assert max(samples) > 6000


def test_frames_in_which_nothing_was_sent_are_silence() -> None:
    seconds, samples = heard(wav(b"#!AMR\n" + NOTHING_SENT * 50, "audio/amr"))
    assert (seconds, set(samples)) == (1.0, {0})


def test_a_recording_without_end_is_cut() -> None:
    seconds, _ = heard(wav(b"#!AMR\n" + NOTHING_SENT * 100_000, "audio/amr"))
    assert seconds == LONGEST


@pytest.mark.parametrize("raw", [b"", b"#!AMR\n", b"RIFF....WAVE", b"#!AMR-WB\n" + b"\x04" * 200])
def test_what_holds_no_sound_of_its_kind_is_refused(raw: bytes) -> None:
    with pytest.raises(Unplayable):
        wav(raw, "audio/amr")


def test_only_what_no_browser_plays_is_made_anew() -> None:
    assert [kind for kind in ("audio/amr", "audio/amr-wb", "audio/mpeg", "audio/silk") if playable(kind)] == [
        "audio/amr",
        "audio/amr-wb",
    ]
