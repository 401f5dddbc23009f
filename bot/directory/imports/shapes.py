"""An area's boundary, given as WKT or GeoJSON, in the one form that is kept: WKT with six decimals, about 0.1 m."""

import json

import shapely
from shapely.errors import GEOSException, ShapelyError
from shapely.geometry.base import BaseGeometry

from bot.directory.imports.cells import BadCell

CHINA = (73.0, 3.0, 136.0, 54.0)  # west, south, east, north, in degrees
MEND = "请从制图软件导出 WKT 或 GeoJSON 的面，或留空。"


def geometry(text: str) -> str:
    """The boundary as WKT. Loops that cross themselves are mended; raises BadCell."""
    shape = _parsed(text.strip())
    if shape.is_empty or shape.geom_type not in {"Polygon", "MultiPolygon"}:
        raise BadCell(f"边界应是面（POLYGON 或 MULTIPOLYGON）。{MEND}")
    shape = shapely.force_2d(shape)
    _refuse_elsewhere(shape)
    if not shape.is_valid:
        shape = _polygons(shapely.make_valid(shape))
    return str(shapely.to_wkt(shape, rounding_precision=6, trim=True))


def _parsed(text: str) -> BaseGeometry:
    try:
        if text.startswith("{"):
            return shapely.from_geojson(json.dumps(_bare(json.loads(text))))
        return shapely.from_wkt(text.split(";", 1)[1] if text.upper().startswith("SRID=") else text)
    except (GEOSException, ShapelyError, ValueError, TypeError, IndexError, RecursionError) as error:
        raise BadCell(f"边界读不懂。{MEND}") from error


def _bare(found: object) -> object:
    """The geometry of a Feature, or of a collection with one of them."""
    if not isinstance(found, dict):
        raise TypeError
    if found.get("type") == "FeatureCollection":
        features = found.get("features")
        if not isinstance(features, list) or len(features) != 1:
            raise BadCell("一个格子只能有一块边界。请把几块并成一个 MULTIPOLYGON。")
        return _bare(features[0])
    return found.get("geometry") if found.get("type") == "Feature" else found


def _refuse_elsewhere(shape: BaseGeometry) -> None:
    west, south, east, north = shape.bounds
    if CHINA[0] <= west and CHINA[1] <= south and east <= CHINA[2] and north <= CHINA[3]:
        return
    if CHINA[0] <= south and north <= CHINA[2] and CHINA[1] <= west and east <= CHINA[3]:
        raise BadCell("经度和纬度写反了。请先写经度，再写纬度。")
    raise BadCell("边界不在国内，可能用了以米为单位的坐标。请导出经纬度（CGCS2000 或 WGS84）。")


def _polygons(shape: BaseGeometry) -> BaseGeometry:
    """What a mended shape has of surfaces."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type in {"Polygon", "MultiPolygon"}]
    if not parts:
        raise BadCell(f"边界没有围出面积。{MEND}")
    return shapely.union_all(parts)
