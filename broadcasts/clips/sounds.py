"""What a recording really is and how long it lasts, by its own bytes: MP3, AMR or WAV. Pure."""

import io
import wave

from bot.errors import SignalTreeError

MP3, AMR, WAV = "audio/mpeg", "audio/amr", "audio/wav"
ENDINGS = {MP3: "mp3", AMR: "amr", WAV: "wav"}
BYTES = 2 * 1024 * 1024
SECONDS = 60
AMR_HEAD = b"#!AMR\n"
AMR_FRAMES = (12, 13, 15, 17, 19, 20, 26, 31, 5)  # bytes behind a frame's first, by its mode; 20 ms each
AMR_EMPTY = 15  # nothing was said
RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}  # of MPEG 1, 2 and 2.5
KBITS = {
    True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
LEAST_FRAMES = 8  # of an MP3, one behind the other: fewer are chance


class Unsound(SignalTreeError):
    """没有存：要 mp3、amr 或 wav 的录音，不超过 2 MB、60 秒。"""


def sound(raw: bytes) -> tuple[str, int]:
    """Its type and its seconds, rounded up. Raises Unsound, with what is wrong."""
    if len(raw) > BYTES:
        raise Unsound("这个文件超过 2 MB。")
    kind, seconds = _measured(raw)
    if not 0 < seconds <= SECONDS:
        raise Unsound(f"这段录音有 {seconds:.0f} 秒。" if seconds else "这个文件里没有声音。")
    return kind, max(1, round(seconds + 0.49))


def _measured(raw: bytes) -> tuple[str, float]:
    if raw.startswith(AMR_HEAD):
        return AMR, _amr(raw)
    if raw[:4] == b"RIFF" and raw[8:12] == b"WAVE":
        return WAV, _wav(raw)
    return MP3, _mp3(raw)


def _amr(raw: bytes) -> float:
    at, frames = len(AMR_HEAD), 0
    while at < len(raw):
        mode = raw[at] >> 3 & 0x0F
        if mode >= len(AMR_FRAMES) and mode != AMR_EMPTY:
            raise Unsound("这个 amr 文件坏了。")
        at += 1 + (AMR_FRAMES[mode] if mode < len(AMR_FRAMES) else 0)
        frames += 1
    return frames / 50


def _wav(raw: bytes) -> float:
    try:
        with wave.open(io.BytesIO(raw)) as held:
            frames = len(held.readframes(held.getnframes())) // (held.getsampwidth() * held.getnchannels())
            return float(frames / held.getframerate())
    except (wave.Error, EOFError, ZeroDivisionError) as error:
        raise Unsound("这个 wav 文件读不懂，请存成普通的（PCM）wav。") from error


def _mp3(raw: bytes) -> float:
    at, seconds, frames = _tag(raw), 0.0, 0
    while at + 4 <= len(raw):
        found = _frame(raw[at : at + 4])
        if found is None:
            if frames >= LEAST_FRAMES:
                break  # a tag at the end
            raise Unsound("这个文件不是 mp3、amr 或 wav，只是名字像。")
        size, lasts = found
        at, seconds, frames = at + size, seconds + lasts, frames + 1
    if frames < LEAST_FRAMES:
        raise Unsound("这个文件不是 mp3、amr 或 wav，只是名字像。")
    return seconds


def _tag(raw: bytes) -> int:
    """Where an ID3 tag that stands before the sound ends."""
    if raw[:3] != b"ID3" or len(raw) < 10:
        return 0
    a, b, c, d = raw[6:10]
    return 10 + ((a & 0x7F) << 21 | (b & 0x7F) << 14 | (c & 0x7F) << 7 | (d & 0x7F))


def _frame(head: bytes) -> tuple[int, float] | None:
    """Bytes and seconds of a frame of layer III, by its head; None where it is none."""
    version, layer = head[1] >> 3 & 0x03, head[1] >> 1 & 0x03
    kbits, rate = head[2] >> 4, head[2] >> 2 & 0x03
    if head[0] != 0xFF or head[1] & 0xE0 != 0xE0 or version == 1 or layer != 1 or not 0 < kbits < 15 or rate == 3:
        return None
    first = version == 3
    samples, hertz = (1152 if first else 576), RATES[version][rate]
    size = samples // 8 * KBITS[first][kbits] * 1000 // hertz + (head[2] >> 1 & 1)
    return size, samples / hertz
