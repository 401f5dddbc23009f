"""What a fetched file really is, by its first bytes and not by its name; pictures are drawn anew, videos and files laid
aside as they came. Pure."""

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP")  # all that Pillow may try
PIXELS = 50_000_000  # more than any phone takes; a bomb claims billions
SIDE = 4096  # pixels that the longer side keeps
QUALITY = 85
PICTURE, AUDIO, VIDEO, FILE = "picture", "audio", "video", "file"
MB = 1024 * 1024
LIMITS = {PICTURE: 10 * MB, AUDIO: 2 * MB, VIDEO: 10 * MB, FILE: 20 * MB}  # bytes, as the platforms': document 90253
SOUNDS = (  # (offset, bytes, type)
    (0, b"#!AMR\n", "audio/amr"),
    (0, b"#!AMR-WB\n", "audio/amr-wb"),
    (0, b"#!SILK", "audio/silk"),
    (1, b"#!SILK", "audio/silk"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"\xff\xf1", "audio/aac"),
    (0, b"\xff\xf9", "audio/aac"),
    (4, b"ftypM4A", "audio/mp4"),
    (8, b"WAVE", "audio/wav"),
)


VIDEOS = (
    (4, b"ftypqt  ", "video/quicktime"),
    (4, b"ftyp3g", "video/3gpp"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
)
FILES = (
    *VIDEOS,
    (0, b"%PDF-", "application/pdf"),
    (0, b"PK\x03\x04", "application/zip"),  # also what office programs write
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),  # and what they wrote before
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    *SOUNDS,
)
BEGINNINGS = {AUDIO: SOUNDS, VIDEO: VIDEOS, FILE: FILES}


class Unfit(Exception):
    """It is not kept. `reason` is type, too_large or broken."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Content:
    mime: str
    body: bytes


def content(kind: str, raw: bytes) -> Content:
    """What is kept of `raw`: of a picture its dots alone, of anything else every byte. Raises Unfit. A large picture
    takes half a second: not on the loop."""
    if len(raw) > LIMITS[kind]:
        raise Unfit("too_large")
    return _drawn(raw) if kind == PICTURE else Content(_begins(kind, raw), raw)


def _begins(kind: str, raw: bytes) -> str:
    for offset, first, mime in BEGINNINGS[kind]:
        if raw[offset : offset + len(first)] == first:
            return mime
    raise Unfit("type")


def _drawn(raw: bytes) -> Content:
    """A JPEG without the place, time and telephone that the file told of, turned upright."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # we draw the line ourselves, and lower
            picture = Image.open(io.BytesIO(raw), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise Unfit("too_large") from error
    except Exception as error:  # a file made to break decoders breaks them in many ways
        raise Unfit("type") from error
    if picture.width * picture.height > PIXELS:
        raise Unfit("too_large")
    try:
        return Content("image/jpeg", _jpeg(picture))
    except Exception as error:
        raise Unfit("broken") from error


def _jpeg(picture: Image.Image) -> bytes:
    picture.draft("RGB", (SIDE, SIDE))
    drawn = ImageOps.exif_transpose(picture)
    if "A" in drawn.getbands() or "transparency" in drawn.info:
        drawn = Image.alpha_composite(Image.new("RGBA", drawn.size, "white"), drawn.convert("RGBA"))
    drawn = drawn.convert("RGB")
    drawn.thumbnail((SIDE, SIDE))
    plain = Image.new("RGB", drawn.size)
    plain.paste(drawn)  # nothing but dots comes with it
    made = io.BytesIO()
    plain.save(made, "JPEG", quality=QUALITY)
    return made.getvalue()
