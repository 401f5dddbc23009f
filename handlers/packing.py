"""Pages, stylesheets and answers of the machine API leave compressed where the other side takes it: a page on a weak
signal comes sooner. What is small, streams, or is packed already leaves as it is. What the console's forms carry is
masked anew on every page (bot/access/sessions.py), so that the length of a page gives nothing away."""

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

LEAST = 1024  # bytes: below it the headers weigh as much
KINDS = frozenset(
    {"text/html", "text/css", "text/javascript", "image/svg+xml", "application/json", "application/problem+json"}
)


@web.middleware
async def packing(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The outermost: it sees what leaves. A live wire and a file are no `web.Response` with bytes in it."""
    response = await handler(request)
    if isinstance(response, web.Response) and _gains(response):
        response.headers.add(hdrs.VARY, hdrs.ACCEPT_ENCODING)
        if takes_gzip(request.headers.get(hdrs.ACCEPT_ENCODING, "")):
            response.enable_compression(web.ContentCoding.gzip)
    return response


def _gains(response: web.Response) -> bool:
    body = response.body
    large = isinstance(body, bytes | bytearray) and len(body) >= LEAST
    return large and response.content_type in KINDS and hdrs.CONTENT_ENCODING not in response.headers


def takes_gzip(accepted: str) -> bool:
    """`gzip;q=0` says no."""
    for one in accepted.lower().split(","):
        coding, *more = (part.strip() for part in one.split(";"))
        if coding == "gzip":
            return not any(part.replace(" ", "").rstrip("0").rstrip(".") in {"q=", "q=0"} for part in more)
    return False
