"""Sending a picture, a recording, a video, a file or a place."""

import hashlib
from importlib.resources import files

from bot.simulator.acts.acts import Done, Hand
from bot.simulator.acts.given import Given, body, count, number, text
from bot.simulator.acts.words import opens_window
from bot.simulator.callbacks import events
from bot.simulator.config import Side
from bot.simulator.world.media import Medium

PICTURE = files("bot.simulator.acts").joinpath("picture.jpg").read_bytes()
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(2000)  # a video as far as its head goes
PDF = b"%PDF-1.4\n%%EOF\n"
AMR = b"#!AMR\n"
AMR_EMPTY = b"\x7c"  # a frame of 20 ms in which nothing is said
FRAMES = 50  # a second
LONGEST = 60  # seconds
LARGEST = 64 * 1024 * 1024  # bytes
CLEAR = 0.95  # how sure a gateway is of what was spoken clearly


def picture(hand: Hand, given: Given) -> Done:
    """`{"base64"}`, or the sample."""
    hand.allowed()
    kept = hand.platform.media.keep(hand.side, body(given, PICTURE), "image/jpeg", "picture.jpg", hand.platform.at())
    opens_window(hand)
    said = hand.platform.hear(hand.chat, "image", "[图片]", kept.id)
    return Done(said, events.picture(hand.platform, hand.side, hand.chat, kept, hand.origin))


def video(hand: Hand, given: Given) -> Done:
    """`{"base64", "size", "short"}`, or the sample, made as long as `size` bytes; `short` is what the account's
    followers film in the chat."""
    kept = _laid(hand, _long(given, MP4), "video/mp4", "video.mp4")
    kind = "shortvideo" if given.get("short") in (True, "1") and hand.side is Side.oa else "video"
    fields = events.message(hand.platform, hand.side, hand.chat, kind, MediaId=kept.id, ThumbMediaId=kept.id)
    return Done(hand.platform.hear(hand.chat, "video", "[视频]", kept.id), fields)


def file(hand: Hand, given: Given) -> Done:
    """`{"base64", "size", "name"}`, or the sample."""
    kept = _laid(hand, _long(given, PDF), "application/octet-stream", text(given, "name", "file.pdf"))
    fields = events.message(hand.platform, hand.side, hand.chat, "file", MediaId=kept.id, FileName=kept.name)
    return Done(hand.platform.hear(hand.chat, "file", f"[文件] {kept.name}", kept.id), fields)


def _long(given: Given, sample: bytes) -> bytes:
    raw = body(given, sample)
    return raw.ljust(count(given, "size", max(len(raw), 1), LARGEST), b"\0")


def _laid(hand: Hand, raw: bytes, mime: str, name: str) -> Medium:
    hand.allowed()
    opens_window(hand)
    return hand.platform.media.keep(hand.side, raw, mime, name, hand.platform.at())


def voice(hand: Hand, given: Given) -> Done:
    """`{"recognition", "seconds", "base64", "spoken", "clearness"}`: only the account recognises words, and not always;
    what was `spoken` a gateway for speech hears."""
    hand.allowed()
    seconds, words = count(given, "seconds", 3, LONGEST), text(given, "recognition", "")
    recording = body(given, AMR + AMR_EMPTY * FRAMES * seconds)
    if spoken := text(given, "spoken", ""):
        recording += _own(hand)
        clear = number(given, "clearness", CLEAR)
        hand.platform.spoken[hashlib.sha256(recording).hexdigest()] = (spoken, clear)
    kept = hand.platform.media.keep(hand.side, recording, "audio/amr", "voice.amr", hand.platform.at())
    opens_window(hand)
    recognised = (words or None) if hand.side is Side.oa else None
    fields = events.message(
        hand.platform, hand.side, hand.chat, "voice", MediaId=kept.id, Format="amr", Recognition=recognised
    )
    return Done(hand.platform.hear(hand.chat, "voice", f"[语音 {seconds} 秒] {words}".strip(), kept.id), fields)


def _own(hand: Hand) -> bytes:
    """A few silent frames more than in any recording before: no two of them are alike."""
    return AMR_EMPTY * (len(hand.platform.spoken) + 1)


def location(hand: Hand, given: Given) -> Done:
    """`{"lat", "lon", "label"}`."""
    hand.allowed()
    lat, lon, label = number(given, "lat", 28.28), number(given, "lon", 104.3), text(given, "label", "")
    opens_window(hand)
    own = {"Location_X": lat, "Location_Y": lon, "Scale": 16, "Label": label}
    if hand.side is Side.wecom:
        own["AppType"] = "wxwork"
    fields = events.message(hand.platform, hand.side, hand.chat, "location", **own)
    return Done(hand.platform.hear(hand.chat, "location", f"[位置] {label} {lat:.5f},{lon:.5f}"), fields)
