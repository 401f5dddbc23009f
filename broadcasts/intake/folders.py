"""Folders as feeds: only below those that the settings name, however a path is written."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from broadcasts.intake.fetch import MOST_BYTES, Document, FetchError
from broadcasts.intake.models import Feed

FOLDER = "file:"
MOST_FILES = 500  # of a folder at one poll
KINDS = {".xml", ".json"}
OUTSIDE = "只能读这些文件夹里面的：{}。请把文件放到那里；要用别的文件夹，请管理员写进设置 FEED_FOLDERS 再重启"
REFUSED = "{} 指到允许的文件夹之外，或大于 {} 字节，没有读"


def refusal(url: str, roots: Sequence[Path]) -> str:
    """Why a folder may not be a feed, with the mend; empty where it may. `..` and links are followed first."""
    return "" if _inside(_path(url), roots) else OUTSIDE.format("、".join(map(str, roots)))


async def folder(feed: Feed, known: set[str], roots: Sequence[Path]) -> tuple[list[Document], list[str]]:
    """The files of a folder that are not known yet, oldest first, and what is wrong with those left out. Raises
    FetchError."""
    if why := refusal(feed.url, roots):
        raise FetchError(why)
    return await asyncio.to_thread(_folder, _path(feed.url), known, roots)


def _path(url: str) -> Path:
    return Path(url.removeprefix(FOLDER).removeprefix("//"))


def _inside(path: Path, roots: Sequence[Path]) -> bool:
    try:
        real = path.resolve()
    except (OSError, RuntimeError, ValueError):
        return False
    return any(real.is_relative_to(root.resolve()) for root in roots)


def _folder(path: Path, known: set[str], roots: Sequence[Path]) -> tuple[list[Document], list[str]]:
    documents: list[Document] = []
    refused: list[str] = []
    try:
        files = sorted(path.iterdir(), key=lambda p: (p.stat().st_mtime, p.name))
        for file in (f for f in files if f.is_file() and f.suffix.lower() in KINDS):
            link = f"{file.name}:{file.stat().st_mtime_ns}:{file.stat().st_size}"
            if link in known or len(documents) == MOST_FILES:
                continue
            if not _inside(file, roots) or file.stat().st_size > MOST_BYTES:
                refused.append(REFUSED.format(file.name, MOST_BYTES))
            else:
                documents.append(Document(link, file.read_bytes(), ""))
    except OSError as error:
        raise FetchError(f"读不了文件夹 {path}：{error.strerror}") from error
    return documents, refused
