"""Files beside the database, taken out of a backup piece by piece."""

from base64 import b64decode
from pathlib import Path

from bot.commands.backup import frames
from bot.commands.backup.dump import MEDIA


class Media:
    """Each is written beside its place and moved there whole."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path: Path | None = None
        self._pieces: list[bytes] = []

    def begin(self, name: str) -> None:
        self.close()
        path = (self._folder / name).resolve()
        if path.parent != (self._folder / MEDIA).resolve():
            raise frames.BadBackup("文件名不对")
        self._path = path

    def more(self, piece: str) -> None:
        self._pieces.append(b64decode(piece))

    def close(self) -> None:
        if self._path is not None:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            own = self._path.with_name(f".{self._path.name}")
            own.write_bytes(b"".join(self._pieces))
            own.chmod(0o600)
            own.replace(self._path)
        self._path, self._pieces = None, []
