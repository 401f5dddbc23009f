"""The pictures of a hint's form, drawn anew one by one: what is too large is named, and what was typed is kept."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

from handlers.chat.wording import table
from handlers.h5.uploads import posted
from handlers.reports.pictures.keep import Sent as File
from handlers.wechat.contents import PICTURE, Content, Unfit, content

MOST = 6  # pictures of one form
NAME = 40  # letters of a file's name that are shown


@dataclass
class Sent:
    """`wrong` are sentences, each naming a file and its mend; `cut` says that the rest was not read."""

    fields: dict[str, str] = field(default_factory=dict)
    drawn: list[Content] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    cut: bool = False


async def sent(request: web.Request, whose: str) -> Sent:
    """What a browser sent. Raises what `posted` raises."""
    async with posted(request, whose) as form:
        made = Sent({name: value.replace("\x00", "") for name, value in form.fields.items()}, cut=form.cut)
        for file in form.files:
            await _picture(made, file)
    if made.cut:
        made.wrong.append("这次发的加起来太大，没有读完。请少选几张。")
    return made


async def _picture(made: Sent, file: File) -> None:
    name = _shown(file.name)
    if len(made.drawn) >= MOST:
        made.wrong.append(f"“{name}”没有收：一次最多 {MOST} 张。请分几次发。")
        return
    try:
        if file.read is None:
            raise Unfit("too_large")
        made.drawn.append(await asyncio.to_thread(_drawn, file.read))
    except Unfit as error:
        made.wrong.append(f"“{name}”没有收：{table('UNFIT').get(error.reason, '打不开')}。请换一张，其他照片请重新选。")


def _drawn(read: Callable[[], bytes]) -> Content:
    return content(PICTURE, read())


def _shown(name: str) -> str:
    plain = "".join(c for c in name if c.isprintable())
    return plain if len(plain) <= NAME else f"{plain[: NAME - 9]}…{plain[-8:]}"
