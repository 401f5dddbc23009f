"""When and where a picture says that it was taken: proposed to whoever sends it, never kept with the picture. Pure."""

import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from PIL import Image

from handlers.wechat.contents import FORMATS

OLDEST = timedelta(days=7)  # a picture from the album tells nothing of today
EXIF, GPS = 0x8769, 0x8825
TAKEN, TAKEN_OFFSET = 0x9003, 0x9011


@dataclass(frozen=True)
class Told:
    at: datetime | None = None
    lon: float | None = None
    lat: float | None = None

    @property
    def empty(self) -> bool:
        return self.at is None and self.lon is None


def told(raw: bytes, now: datetime, zone: ZoneInfo) -> Told:
    """What is believable of it: no time to come, none long past, no place off the earth."""
    try:
        with Image.open(io.BytesIO(raw), formats=FORMATS) as picture:
            found = picture.getexif()
            taken, gps = dict(found.get_ifd(EXIF)), dict(found.get_ifd(GPS))
        at, (lon, lat) = _when(taken, zone), _where(gps)
    except Exception:  # a file made to break decoders breaks them in many ways; its picture was judged elsewhere
        return Told()
    return Told(at if at is not None and now - OLDEST <= at <= now else None, lon, lat)


def _when(taken: dict[int, object], zone: ZoneInfo) -> datetime | None:
    text, offset = str(taken.get(TAKEN, "")).strip("\0 "), str(taken.get(TAKEN_OFFSET, "")).strip("\0 ")
    if not text:
        return None
    if offset:
        return datetime.strptime(f"{text} {offset}", "%Y:%m:%d %H:%M:%S %z")
    return datetime.strptime(text, "%Y:%m:%d %H:%M:%S").replace(tzinfo=zone)


def _where(gps: dict[int, object]) -> tuple[float | None, float | None]:
    if not {1, 2, 3, 4} <= set(gps):
        return None, None
    lat = _degrees(gps[2]) * (-1 if str(gps[1]).startswith("S") else 1)
    lon = _degrees(gps[4]) * (-1 if str(gps[3]).startswith("W") else 1)
    return (round(lon, 6), round(lat, 6)) if abs(lon) <= 180 and abs(lat) <= 90 and (lon or lat) else (None, None)


def _degrees(parts: object) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)  # type: ignore[attr-defined]
    return degrees + minutes / 60 + seconds / 3600
