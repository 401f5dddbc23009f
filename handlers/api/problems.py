"""What a machine is told when its call did not work: problem details (RFC 9457), with a sentence in Chinese."""

import json
import logging
from http import HTTPStatus
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.db.turns import Doubled, doubled
from bot.errors import Conflict, NotFound, SignalTreeError

log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
MACHINES = ("/api/", "/callbacks/", "/openapi.json", "/feeds/", "/healthz", "/readyz", "/metrics")
WORDS = {
    400: ("请求看不懂", ""),
    401: ("缺少令牌，或令牌无效", "请在请求头里写 Authorization: Bearer 加令牌。"),
    403: ("这个令牌的作用域不够", "请换一个有这个作用域的令牌。"),
    404: ("没有这个地址", "接口说明见 /docs。"),
    405: ("这个地址不接受这种方法", "允许的方法见 Allow 头。"),
    409: ("与已有的内容矛盾", ""),
    413: ("内容太大", ""),
    415: ("不收这种内容类型", ""),
    422: ("内容有误", ""),
    429: ("请求太频繁", "请稍后再试。"),
    500: ("系统内部出错", "已记入日志。"),
    503: ("暂时不能服务", "请稍后再试。"),
}
STATUS: tuple[tuple[type[SignalTreeError], int], ...] = ((NotFound, 404), (Conflict, 409), (SignalTreeError, 422))


def answer(body: Any, status: int = 200) -> web.Response:
    """What a machine is told when its call worked."""
    return web.Response(body=_dumped(body), status=status, content_type="application/json", charset="utf-8")


def problem(status: int, title: str, detail: str = "", **members: Any) -> web.Response:
    """An answer of type problem+json. `members` are the problem's own, such as `errors`."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail or title, **members}
    return web.Response(body=_dumped(body), status=status, headers={"Content-Type": MEDIA_TYPE})


def _dumped(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


@web.middleware
async def problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn whatever goes wrong for a machine into problem details. Pages for people have their own."""
    if not request.path.startswith(MACHINES):
        return await handler(request)
    if "\x00" in request.path:
        return problem(404, *WORDS[404])  # no id of ours, and PostgreSQL refuses the letter
    try:
        return await handler(request)
    except web.HTTPException as error:
        return error if error.status < HTTPStatus.BAD_REQUEST else _refused(error)
    except SignalTreeError as error:
        return _mended(error)
    except Exception as error:
        if doubled(error):
            return _mended(Doubled())
        log.exception("%s %s", request.method, request.path)
        return problem(500, *WORDS[500])


def _refused(error: web.HTTPException) -> web.Response:
    """aiohttp's own text is `404: Not Found`; what a handler wrote itself is kept as the detail."""
    title, mend = WORDS.get(error.status, (HTTPStatus(error.status).phrase, ""))
    own = error.text or ""
    made = problem(error.status, title, mend if own.startswith(f"{error.status}: ") else own)
    made.headers.extend({k: v for k, v in error.headers.items() if k.lower() not in {"content-type", "content-length"}})
    return made


def _mended(error: SignalTreeError) -> web.Response:
    """A domain error: its sentence, and its list of `errors` where it has one."""
    status = next(status for kind, status in STATUS if isinstance(error, kind))
    listed = getattr(error, "errors", None)
    return problem(status, error.title, str(error), **({"errors": listed} if isinstance(listed, list) else {}))
