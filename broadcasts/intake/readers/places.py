"""Reads where: rings, circles and division codes, from the words of a form into numbers."""

import math
import re

import shapely
from shapely.geometry import Polygon

from broadcasts.intake.message import Circle

Ring = tuple[tuple[float, float], ...]
PROVINCE = r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])"
DIVISION = re.compile(PROVINCE + r"(?:\d{4}|\d{7}|\d{10}|\d{12})", re.ASCII)
SLIP = 0.001  # of the area: what rounding does to a drawn line is no crossing
FLAT = 1e-10  # square degrees, about one square metre: less encloses nothing
MOST_CORNERS = 2000  # of a ring that is looked at closely: mending takes time that grows with their square
BETWEEN = re.compile(r"[\s,，;；、]+")
ABROAD = {"SAME", "FIPS6", "FIPS", "UGC", "EMMA_ID", "NUTS2", "NUTS3", "WARNCELLID"}  # digits of another kind


def is_division(code: str) -> bool:
    """Whether `code` looks like a Chinese division code: 6, 9, 12 or 14 digits, a province first."""
    return DIVISION.fullmatch(code) is not None


def codes(name: str, value: str) -> tuple[str, ...]:
    """The division codes of a geocode, one or a list, as given. Empty where any part is something else."""
    parts = tuple(filter(None, BETWEEN.split(value.strip())))
    return parts if name.strip().upper() not in ABROAD and all(map(is_division, parts)) else ()


def ring(text: str, *, turned: bool = False) -> Ring | None:
    """A polygon `lat,lon lat,lon …` as a closed ring; an open one is closed. None without three corners on the globe.
    `turned`: pairs that can only be lon,lat in China are turned round."""
    pairs = [_pair(part, turned) for part in re.sub(r"\s*[,，]\s*", ",", text.strip()).split()]
    found = tuple(pair for pair in pairs if pair)
    if len(found) < len(pairs) or len(set(found)) < 3:
        return None
    return found if found[0] == found[-1] else (*found, found[0])


def crosses(ring: Ring) -> bool:
    """Whether a ring runs through itself, or encloses nothing, so that nobody can say what is inside. One that only
    touches itself is harmless: its own area (by the sum of its corners) is what mending it gives."""
    drawn = Polygon([(lon, lat) for lat, lon in ring])
    if drawn.is_valid:
        return bool(drawn.area < FLAT)
    if len(ring) > MOST_CORNERS:
        return True
    mended = shapely.make_valid(drawn).area
    return bool(mended < FLAT or abs(drawn.area - mended) > SLIP * mended)


def usable(text: str, *, turned: bool = False) -> Ring | None:
    """As `ring`, but none that crosses itself."""
    found = ring(text, turned=turned)
    return found if found and not crosses(found) else None


def is_closed(text: str) -> bool:
    """Whether a polygon is written as the standard asks: at least four pairs, the last one as the first."""
    parts = re.sub(r"\s*[,，]\s*", ",", text.strip()).split()
    return len(parts) >= 4 and _pair(parts[0]) == _pair(parts[-1])


def circle(text: str, *, metres: bool = False, turned: bool = False) -> Circle | None:
    """A circle `lat,lon radius`; CAP's radius is in km, the national platform's in metres."""
    parts = re.sub(r"\s*[,，]\s*", ",", text.strip()).split()
    centre = _pair(parts[0], turned) if len(parts) == 2 else None
    radius = number(parts[1]) if centre else None
    if not centre or radius is None or radius < 0:
        return None
    return Circle(*centre, radius / 1000 if metres else radius)


def number(text: str) -> float | None:
    """A finite number, or None."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _pair(text: str, turned: bool = False) -> tuple[float, float] | None:
    first, _, second = text.partition(",")
    lat, lon = number(first), number(second)
    if lat is None or lon is None:
        return None
    if turned and 73 <= lat <= 136 and 3 <= lon <= 54:
        lat, lon = lon, lat
    return (lat, lon) if abs(lat) <= 90 and abs(lon) <= 180 else None
