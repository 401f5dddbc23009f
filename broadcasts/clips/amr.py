"""The recording as WeCom takes a voice message: AMR of one channel, 8000 samples a second, and nothing else.

FFmpeg by PyAV makes it, and is imported only then, where it was installed beside us (the extra `recordings`). Without
it an administrator brings a recording that is AMR already. Only what `sounds` has read as WAV or MP3 reaches it, and it
is told so.
"""

import io
import logging
from importlib.util import find_spec
from typing import Any

from broadcasts.clips.sounds import AMR, MP3, WAV, Unsound, sound

log = logging.getLogger(__name__)
CODEC, RATE, BITS, FRAME = "libopencore_amrnb", 8000, 12200, 160  # a frame is 20 ms
READERS = {WAV: "wav", MP3: "mp3"}


def can_make() -> bool:
    """Whether what is not AMR yet can be made into it here."""
    return find_spec("av") is not None


def voice(raw: bytes) -> bytes:
    """As AMR; empty where it is no sound, or cannot be made into it here. A minute takes about a second: not on the
    loop."""
    try:
        mime, _ = sound(raw)
        if mime == AMR:
            return raw
        made = _made(raw, READERS[mime]) if can_make() else b""
        return made if made and sound(made) else b""
    except Unsound:
        return b""


def _made(raw: bytes, container: str) -> bytes:
    import av
    from av.audio.resampler import AudioResampler

    out = io.BytesIO()
    shaped = AudioResampler(format="s16", layout="mono", rate=RATE, frame_size=FRAME)
    try:
        with av.open(io.BytesIO(raw), "r", format=container) as source, av.open(out, "w", format="amr") as made:
            stream: Any = made.add_stream(CODEC, rate=RATE)
            stream.layout, stream.bit_rate = "mono", BITS
            for frame in (*source.decode(audio=0), None):
                for piece in shaped.resample(frame):
                    made.mux(stream.encode(piece))
            made.mux(stream.encode(None))
    except (av.FFmpegError, IndexError) as error:
        log.warning("a recording of type %s cannot be made into AMR: %s", container, type(error).__name__)
        return b""
    return out.getvalue()
