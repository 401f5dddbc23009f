"""What phones record (AMR) no browser plays: made into WAV when an officer asks for it. The original stays as it is.

FFmpeg by PyAV is imported only then, and only where it was installed beside us (the extra `recordings`): 100 MB under
a licence of its own, which a county chooses. Without it recordings are downloaded and played elsewhere. Only what
begins as AMR reaches it, and it is told so: no other of its readers looks at what a stranger sent.
"""

import io
import wave
from collections.abc import Iterator

SPOKEN = {"audio/amr": "amrnb", "audio/amr-wb": "amrwb"}
RATES = {"amrnb": 8000, "amrwb": 16000}  # samples a second, of one channel
FRAMES = 50  # a second
LONGEST = 180  # seconds that are made; the platforms end a recording after 60
WAV = "audio/wav"


class Unplayable(Exception):
    """It is broken, or holds no sound."""


def playable(mime: str) -> bool:
    """Whether it has to be made into something else first."""
    return mime in SPOKEN


def wav(raw: bytes, mime: str) -> bytes:
    """The recording as WAV, its first three minutes at most: 3 MB. Raises Unplayable. A minute takes 40 ms: not on the
    loop."""
    codec = SPOKEN[mime]
    made = io.BytesIO()
    with wave.open(made, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATES[codec])
        room = LONGEST * RATES[codec] * 2
        for piece in _samples(raw, codec):
            out.writeframes(piece[:room])
            room -= len(piece)
            if room <= 0:
                break
    if made.tell() <= 44:  # a head, and nothing behind it
        raise Unplayable(mime)
    return made.getvalue()


def _samples(raw: bytes, codec: str) -> Iterator[bytes]:
    """16 bits each, piece by piece."""
    try:
        import av
        from av.audio.resampler import AudioResampler
    except ImportError as error:  # the county has not chosen to install it
        raise Unplayable(codec) from error
    shaped = AudioResampler(format="s16", layout="mono", rate=RATES[codec])
    try:
        with av.open(io.BytesIO(raw), "r", format="amr") as source:
            if not source.streams.audio or source.streams.audio[0].codec_context.name != codec:
                raise Unplayable(codec)
            for packet in source.demux(audio=0):
                try:
                    frames = packet.decode()
                except av.error.InvalidDataError:  # a frame in which the phone sent nothing, or a broken one
                    yield bytes(RATES[codec] * 2 // FRAMES)
                    continue
                for frame in frames:
                    for even in shaped.resample(frame):
                        yield bytes(even.planes[0])[: even.samples * 2]
    except av.FFmpegError as error:
        raise Unplayable(codec) from error
