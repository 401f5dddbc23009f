"""What a caller hands in as JSON: taken where it is JSON, not too much, and of its shape; else the problem, named."""

import hashlib
from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from bot.access.guards import Caller
from handlers.api.problems import problem

LIMIT = 64 * 1024  # bytes
Body = TypeVar("Body", bound=BaseModel)


async def raw_json(request: web.Request, *, one: str = "一份") -> bytes | web.Response:
    """The bytes. `one` is what there is one of."""
    if request.content_type != "application/json":
        return problem(415, "不收这种格式", "Content-Type 应是 application/json。")
    if (request.content_length or 0) > LIMIT or len(raw := await request.content.read(LIMIT + 1)) > LIMIT:
        return problem(413, "太大了", f"{one}最多 {LIMIT} 字节")
    return raw


async def body_of(request: web.Request, shape: type[Body], mend: str, *, one: str = "一份") -> Body | web.Response:
    """The body; `mend` says how it should look."""
    raw = await raw_json(request, one=one)
    if isinstance(raw, web.Response):
        return raw
    try:
        return shape.model_validate_json(raw)
    except ValidationError as error:
        found = [{"path": "/".join(map(str, e["loc"])), "line": None, "message": e["msg"]} for e in error.errors()]
        return problem(422, "内容有误", mend, errors=found)


def own_key(caller: Caller, name: str) -> str:
    """By what a repeat is known: the caller's own id, among all callers."""
    return hashlib.sha256(f"{caller.name}:{name}".encode()).hexdigest()
