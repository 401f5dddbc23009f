"""Between the network and an endpoint: counting, latency, faults, and the JSON that goes back with HTTP 200."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable

import orjson
from aiohttp import web

from bot.simulator.endpoints.call import Blob, Call, Endpoint
from bot.simulator.faults import Fault, Kind
from bot.simulator.platform import Platform
from bot.simulator.tables import codes
from bot.simulator.tables.codes import Refused

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

GATEWAY_PAGE = "<html><head><title>Bad Gateway</title></head><body>Bad Gateway</body></html>"
HINTS = itertools.count(1)


def handler(platform: Platform, endpoint: Endpoint) -> Handler:
    """The endpoint as an aiohttp handler. The road without faults is kept short: it is the hot one."""

    async def handle(request: web.Request) -> web.StreamResponse:
        call = Call(request.raw_path.partition("?")[2], await request.read(), request)
        platform.counts.calls[endpoint.name] += 1
        delay, fault = platform.faults.draw(platform.latency), None
        if platform.faults:
            more, fault = platform.faults.strike(endpoint.name, lambda: endpoint.targets(call))
            delay += more
        if delay:
            await asyncio.sleep(delay)
        if fault:
            return await fail(platform, endpoint, fault, call, request)
        return answer(platform, endpoint, call, request)

    return handle


def answer(platform: Platform, endpoint: Endpoint, call: Call, request: web.Request) -> web.Response:
    try:
        if request.method != endpoint.method:
            raise Refused(codes.NEEDS_GET if endpoint.method == "GET" else codes.NEEDS_POST)
        document = endpoint.answer(platform, call)
    except Refused as refused:
        return refuse(platform, endpoint, refused, request)
    platform.counts.codes[endpoint.name][codes.OK] += 1
    if isinstance(document, Blob):
        named = {"Content-disposition": f'attachment; filename="{document.name}"'}
        return web.Response(body=document.body, content_type=document.mime, headers=named)
    return web.Response(body=orjson.dumps(document), content_type="application/json")


def refuse(platform: Platform, endpoint: Endpoint, refused: Refused, request: web.Request) -> web.Response:
    """An errmsg as the platform words it: the words, a hint for its support, the caller's address, a page to read."""
    platform.counts.codes[endpoint.name][refused.code] += 1
    if refused.meanings is not codes.WORDS:
        words = f"{refused.words} rid: {next(HINTS):08x}-sim, from ip: {request.remote}"
    else:
        page = f"https://open.work.weixin.qq.com/devtool/query?e={refused.code}"
        words = f"{refused.words}, hint: [{next(HINTS)}], from ip: {request.remote}, more info at {page}"
    document = {endpoint.code: refused.code, "errmsg": words, **refused.extra}
    return web.Response(body=orjson.dumps(document), content_type="application/json")


async def fail(
    platform: Platform, endpoint: Endpoint, fault: Fault, call: Call, request: web.Request
) -> web.StreamResponse:
    """Let the call go wrong as the fault says."""
    platform.counts.faults[fault.kind.value] += 1
    match fault.kind:
        case Kind.errcode:
            return refuse(platform, endpoint, Refused(fault.code), request)
        case Kind.http:
            return web.Response(status=fault.status, text=GATEWAY_PAGE, content_type="text/html")
        case Kind.not_json:
            return web.Response(text=GATEWAY_PAGE, content_type="text/html")
        case Kind.timeout:
            await platform.faults.hold(fault.seconds)
        case Kind.drop_reply:
            answer(platform, endpoint, call, request)
    return hang_up(request)


def hang_up(request: web.Request) -> web.Response:
    """Close the connection; what is returned goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
