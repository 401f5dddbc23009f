"""JSON in and out of the control calls: problem details for what cannot be read."""

from typing import Any

import orjson
from aiohttp import web


class Problem(Exception):
    """A control call that names what is wrong with it."""

    def __init__(self, detail: str, status: int = 400) -> None:
        super().__init__(detail)
        self.detail = detail
        self.status = status

    def response(self) -> web.Response:
        document = {"type": "about:blank", "title": "simulator", "status": self.status, "detail": self.detail}
        return web.Response(
            body=orjson.dumps(document), status=self.status, content_type="application/problem+json", charset="utf-8"
        )


def json_response(document: Any) -> web.Response:
    return web.Response(body=orjson.dumps(document), content_type="application/json")


async def read_object(request: web.Request) -> dict[str, Any]:
    """The body's JSON object. Only as application/json: a page of another site cannot send that here."""
    if request.content_type != "application/json":
        raise Problem("Content-Type: application/json is needed", 415)
    try:
        document = orjson.loads(await request.read())
    except orjson.JSONDecodeError as error:
        raise Problem(f"body: not JSON, {error}") from error
    if not isinstance(document, dict):
        raise Problem("body: not a JSON object")
    return document
