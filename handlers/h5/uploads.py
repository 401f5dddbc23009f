"""A form with files, read part by part into one nameless file in DATA_DIR, which is gone when the form is dealt with or
the process dies: so little of it lies in memory. What is too long is read past, and what was written beside it kept."""

import asyncio
import os
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO

from aiohttp import BodyPartReader, web

from bot.deps import DEPS
from bot.errors import SignalTreeError
from handlers.reports.pictures.keep import Sent
from handlers.wechat.contents import LIMITS, PICTURE

FIELD = 64 * 1024  # bytes of a field that is no file
WHOLE = 96 * 1024 * 1024  # bytes of one form; beyond it nobody listens any more
FILES = 32  # files of one form
PIECE = 64 * 1024
AT_ONCE, EACH = 16, 2  # forms that are read at one moment: of all, and of one reader
STALLED = 60.0  # seconds without a byte; a village's signal is weak, but not so weak


class Crowded(SignalTreeError):
    """现在传照片的人太多，这次没有收。请过一分钟回到上一页再发，写的字还在。"""


@dataclass
class Form:
    """`cut` says that the rest was not read."""

    fields: dict[str, str] = field(default_factory=dict)
    files: list[Sent] = field(default_factory=list)
    cut: bool = False


class Slots:
    """How many forms with files are being read, and whose."""

    def __init__(self) -> None:
        self._taken: Counter[str] = Counter()

    @contextmanager
    def one(self, whose: str) -> Iterator[None]:
        """Raises Crowded: whoever has to wait would hold a line all the same."""
        if self._taken.total() >= AT_ONCE or self._taken[whose] >= EACH:
            raise Crowded
        self._taken[whose] += 1
        try:
            yield
        finally:
            self._taken -= Counter([whose])


SLOTS = web.AppKey("upload slots", Slots)


@asynccontextmanager
async def posted(request: web.Request, whose: str) -> AsyncIterator[Form]:
    """Of either kind of form; its files can be read within the block. Raises Crowded, 400, and 408 where nothing more
    comes."""
    if not request.content_type.startswith("multipart/"):
        yield Form({name: value for name, value in (await request.post()).items() if isinstance(value, str)})
        return
    with request.app[SLOTS].one(whose), _nameless(request.app[DEPS].settings.data_dir) as file:
        yield await _read(request, file)


async def _read(request: web.Request, file: IO[bytes]) -> Form:
    made, left, at = Form(), WHOLE, 0
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            raise web.HTTPBadRequest
        is_file = part.filename is not None
        kept, size = await _part(part, file, at, LIMITS[PICTURE] if is_file else FIELD, left)
        left -= size
        if left < 0 or len(made.files) >= FILES:
            made.cut = True
            return made
        if is_file and size:
            made.files.append(Sent(part.filename or "", partial(os.pread, file.fileno(), size, at) if kept else None))
            at += size if kept else 0
        elif not is_file and kept:
            made.fields[part.name or ""] = os.pread(file.fileno(), size, at).decode("utf-8", "replace")
    return made


async def _part(part: BodyPartReader, file: IO[bytes], at: int, most: int, left: int) -> tuple[bool, int]:
    """Whether the part was kept, from `at` on, and its length; more than `left` is not read."""
    size = 0
    while size <= left and (piece := await _piece(part)):
        size += len(piece)
        if size <= most:
            os.pwrite(file.fileno(), piece, at + size - len(piece))
    return size <= most, size


async def _piece(part: BodyPartReader) -> bytes:
    try:
        async with asyncio.timeout(STALLED):
            return await part.read_chunk(PIECE)
    except TimeoutError:
        raise web.HTTPRequestTimeout from None


def _nameless(folder: Path) -> IO[bytes]:
    return tempfile.TemporaryFile(dir=folder, buffering=0)
