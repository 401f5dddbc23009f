"""/openapi.json for machines, /docs for people who write them."""

from functools import cache

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined

from handlers.api.describe import Answer, described
from handlers.api.openapi import document, operations
from handlers.api.problems import answer

routes = web.RouteTableDef()
POLICY = {"Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'"}


@routes.get("/openapi.json")
@described("接口说明，OpenAPI 3.1", {200: Answer("全部接口", dict[str, object])})
async def openapi(request: web.Request) -> web.Response:
    return answer(document(request.app))


@routes.get("/docs")
async def docs(request: web.Request) -> web.Response:
    listed = sorted(operations(request.app), key=lambda o: (o[1], o[0]))
    page = _pages().get_template("api.html").render(operations=listed)
    return web.Response(text=page, content_type="text/html", headers=POLICY)


@cache
def _pages() -> Environment:
    return Environment(
        loader=PackageLoader("templates", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
