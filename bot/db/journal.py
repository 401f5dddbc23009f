"""A journal beside the database: what was accepted while another writer had the lock. On the disk before anybody is
answered, and empty again as soon as the database has it."""

import fcntl
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Generic, NamedTuple, Self, TypeVar

log = logging.getLogger(__name__)
Row = TypeVar("Row")


class Journal(Generic[Row]):
    """One process has it at a time. `said` gives a row as a line of bytes, `read` takes it back and raises ValueError
    where it is none."""

    def __init__(self, path: Path, file: int, said: Callable[[Row], bytes], read: Callable[[bytes], Row]) -> None:
        self._path, self._file, self._said, self._read = path, file, said, read

    @classmethod
    def open(cls, path: Path, said: Callable[[Row], bytes], read: Callable[[bytes], Row]) -> Self | None:
        """None where another process has it."""
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return None
        _settle(path.parent)
        return cls(path, file, said, read)

    def append(self, rows: Sequence[Row]) -> None:
        """On the disk when it returns. Each group begins a line: what a full disk cut off before spoils none of it."""
        left = memoryview(b"\n" + b"".join(self._said(row) + b"\n" for row in rows))
        while left:
            left = left[os.write(self._file, left) :]
        os.fdatasync(self._file)

    def rows(self) -> Iterator[Row]:
        """What an earlier process left. A line without an end was never answered for; one that ends and cannot be read
        (another version wrote it) is laid aside."""
        *lines, _ = os.pread(self._file, os.fstat(self._file).st_size, 0).split(b"\n")
        for line in lines:
            try:
                if line:
                    yield self._read(line)
            except ValueError:
                self.lay_aside([line + b"\n"])

    def lay_aside(self, lines: Sequence[bytes]) -> None:
        """Lines that the database does not get: for a person, beside the journal."""
        with self._path.with_name(f"{self._path.name}.refused").open("ab") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        log.error("%d lines of %s could not be brought in, and lie in %s.refused", len(lines), self._path, self._path)

    def refuse(self, row: Row) -> None:
        self.lay_aside([self._said(row) + b"\n"])

    def note(self, reason: str) -> None:
        """Why the database takes nothing, for whoever asks `stuck`. Its moment is that of the first reason."""
        try:
            with self._note.open("x", encoding="utf-8") as file:
                file.write(reason)
        except OSError as error:  # it is there already, or the disk is full
            log.debug("%s: %s", self._note, error)

    def well(self) -> None:
        """The database takes them again."""
        self._note.unlink(missing_ok=True)

    @property
    def _note(self) -> Path:
        return _noted(self._path)

    def clear(self) -> None:
        """The database has it all."""
        os.ftruncate(self._file, 0)

    def close(self) -> None:
        os.close(self._file)


class Stuck(NamedTuple):
    """So many lines wait, because the database takes nothing since then; `reason` as `ailment` says it."""

    lines: int
    reason: str
    since: datetime


def stuck(path: Path) -> Stuck | None:
    """Of a journal that another process may have."""
    try:
        reason, moment = _noted(path).read_text(encoding="utf-8"), _noted(path).stat().st_mtime
        with path.open("rb") as file:
            lines = sum(line != b"\n" for line in file)
    except FileNotFoundError:
        return None
    return Stuck(lines, reason, datetime.fromtimestamp(moment, UTC)) if lines else None


def _noted(path: Path) -> Path:
    return path.with_name(f"{path.name}.stuck")


def _settle(folder: Path) -> None:
    """A new file's name is on the disk when its folder is."""
    file = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(file)
    finally:
        os.close(file)
