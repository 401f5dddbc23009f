"""A form with files, read part by part: a file that is too long is let pass by, so that what was written beside it is
not lost with it."""

from dataclasses import dataclass, field

from aiohttp import BodyPartReader, web

from handlers.reports.pictures.keep import Sent
from handlers.wechat.contents import LIMITS, PICTURE

FIELD = 64 * 1024  # bytes of a field that is no file
WHOLE = 160 * 1024 * 1024  # beyond it nobody listens any more
PIECE = 64 * 1024


@dataclass
class Form:
    fields: dict[str, str] = field(default_factory=dict)
    files: list[Sent] = field(default_factory=list)


async def posted(request: web.Request) -> Form:
    """Of either kind of form. Raises 413."""
    if not request.content_type.startswith("multipart/"):
        return Form({name: value for name, value in (await request.post()).items() if isinstance(value, str)})
    made, left = Form(), WHOLE
    reader = await request.multipart()
    while (part := await reader.next()) is not None:
        if not isinstance(part, BodyPartReader):
            raise web.HTTPBadRequest
        is_file = part.filename is not None
        raw, size = await _read(part, LIMITS[PICTURE] if is_file else FIELD, left)
        left -= size
        if is_file and size:
            made.files.append(Sent(part.filename or "", raw))
        elif not is_file and raw is not None:
            made.fields[part.name or ""] = raw.decode("utf-8", "replace")
    return made


async def _read(part: BodyPartReader, most: int, left: int) -> tuple[bytes | None, int]:
    """The part and its length; None for the part where it is longer than `most`."""
    pieces, size = [], 0
    while piece := await part.read_chunk(PIECE):
        size += len(piece)
        if size > left:
            raise web.HTTPRequestEntityTooLarge(max_size=WHOLE, actual_size=WHOLE + 1)
        if size <= most:
            pieces.append(piece)
        else:
            pieces.clear()
    return (b"".join(pieces) if size <= most else None), size
