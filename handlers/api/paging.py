"""Pages of lists: what a caller may ask for by `state` or `status` and by `cursor`, and the link to the next page."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, TypeVar

from aiohttp import web

from handlers.api.problems import answer

Kind = TypeVar("Kind", bound=StrEnum)
CURSOR = "上一页的 next，原样写"
LARGEST = 2**31 - 1  # what our tables number their rows up to


def cursor(request: web.Request) -> int | None:
    """Where the page begins; None at the beginning. Raises 400 for what is no `next` of ours."""
    text = request.query.get("cursor", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or int(text[:20]) > LARGEST:
        raise web.HTTPBadRequest(text="cursor 不对。请原样使用上一页的 next。")
    return int(text[:20])


def chosen(request: web.Request, name: str, kinds: type[Kind]) -> Kind | None:
    """The one kind that the query names; None: any. Raises 400 for a word that is none."""
    text = request.query.get(name, "")
    if text and text not in set(kinds):
        raise web.HTTPBadRequest(text=f"没有这种状态。{name} 应是其中之一：{'、'.join(kinds)}。")
    return kinds(text) if text else None


def paged(items: Sequence[dict[str, Any]], ids: Sequence[int], most: int) -> web.Response:
    """A page of at most `most`; one row more was asked for, and tells that there is a next one."""
    return answer({"items": list(items[:most]), "next": str(ids[most - 1]) if len(ids) > most else None})
