"""What another platform tells us (a report, a hint): where and when that was, or what is wrong with it, named."""

from datetime import datetime, timedelta
from typing import Protocol

from aiohttp import web

from bot.directory.tree import Node, Tree
from handlers.api.problems import problem

AHEAD = timedelta(minutes=10)  # by how much another's clock may be before ours


class Body(Protocol):
    """What bodies of that kind have in common."""

    text: str

    @property
    def area_code(self) -> str | None: ...
    @property
    def at(self) -> datetime | None: ...
    @property
    def lon(self) -> float | None: ...
    @property
    def lat(self) -> float | None: ...


def told(body: Body, areas: Tree, now: datetime, longest: int) -> tuple[Node | None, datetime] | web.Response:
    """The area, None where it names none, and the moment."""
    if not body.text.strip() or "\x00" in body.text or len(body.text) > longest:
        return problem(422, "内容有误", f"text 要有一句话，最多 {longest} 个字。")
    node = next((node for node in areas.nodes.values() if node.code == body.area_code), None)
    if body.area_code and node is None:
        return problem(422, "没有这个区划", f"area_code“{body.area_code[:32]}”本县没有。请核对，或不写。")
    if not areas.roots:
        return problem(422, "还没有导入区划", "请先导入区划。")
    if body.at is not None and (body.at.tzinfo is None or body.at > now + AHEAD):
        return problem(422, "时间不对", "at 要带时区，并且不能是还没有到的时间。")
    if not _on_earth(body.lon, body.lat):
        return problem(422, "坐标不对", "lon 在 -180 到 180 之间，lat 在 -90 到 90 之间，两个一起写。")
    return node, body.at or now


def _on_earth(lon: float | None, lat: float | None) -> bool:
    if lon is None or lat is None:
        return lon is None and lat is None
    return abs(lon) <= 180 and abs(lat) <= 90
