"""A form with pictures, read part by part: what is too large is read past and named, and what was typed is kept."""

import asyncio
from dataclasses import dataclass, field

from aiohttp import BodyPartReader, web

from handlers.chat.wording import table
from handlers.wechat.contents import LIMITS, PICTURE, Content, Unfit, content

MOST = 6  # pictures of one form
WORDS = 16 * 1024  # bytes of one typed field
WHOLE = 96 * 1024 * 1024  # bytes that are read past before the line is closed
CHUNK = 64 * 1024
NAME = 40  # letters of a file's name that are shown


@dataclass
class Sent:
    """`wrong` are sentences, each naming a file and its mend; `cut` says that the rest was not read."""

    fields: dict[str, str] = field(default_factory=dict)
    drawn: list[Content] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    cut: bool = False


async def sent(request: web.Request) -> Sent:
    """What a browser sent, pictures drawn anew one by one, so that at most one lies in memory as it came."""
    made = Sent()
    if not request.content_type.startswith("multipart/"):
        made.fields = {name: str(value) for name, value in (await request.post()).items()}
        return made
    read = 0
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            raise web.HTTPBadRequest
        picture = part.filename is not None
        raw, size = await _read(part, LIMITS[PICTURE] if picture else WORDS, WHOLE - read)
        read += size
        if picture:
            await _picture(made, _shown(part.filename or ""), raw, size)
        elif part.name and raw is not None:
            made.fields[part.name] = raw.decode("utf-8", "replace").replace("\x00", "")
        if read >= WHOLE:
            made.cut = True
            made.wrong.append("这次发的加起来太大，没有读完。请少选几张。")
            break
    return made


async def _read(part: BodyPartReader, most: int, whole: int) -> tuple[bytes | None, int]:
    """The bytes, None where there are more than `most`; and how many came, at most about `whole`."""
    kept, size = bytearray(), 0
    while size < whole and (chunk := await part.read_chunk(CHUNK)):
        size += len(chunk)
        if size <= most:
            kept += chunk
        else:
            kept.clear()
    return (bytes(kept) if size <= most else None), size


async def _picture(made: Sent, name: str, raw: bytes | None, size: int) -> None:
    if not size:
        return  # no file was chosen
    if len(made.drawn) >= MOST:
        made.wrong.append(f"“{name}”没有收：一次最多 {MOST} 张。请分几次发。")
        return
    try:
        if raw is None:
            raise Unfit("too_large")
        made.drawn.append(await asyncio.to_thread(content, PICTURE, raw))
    except Unfit as error:
        made.wrong.append(f"“{name}”没有收：{table('UNFIT').get(error.reason, '打不开')}。请换一张，其他照片请重新选。")


def _shown(name: str) -> str:
    plain = "".join(c for c in name if c.isprintable())
    return plain if len(plain) <= NAME else f"{plain[: NAME - 9]}…{plain[-8:]}"
