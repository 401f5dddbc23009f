"""Where fetched pictures and recordings lie: DATA_DIR/media, one file each, for our own eyes."""

import contextlib
import os
from pathlib import Path

from bot.config import Settings


def path_of(settings: Settings, uid: str) -> Path:
    """`uid` comes from a row of Media, never from a request."""
    return settings.data_dir / "media" / uid


def write(path: Path, body: bytes) -> None:
    """Whole or not at all, mode 0600, on the disk when it returns."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def erase(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
