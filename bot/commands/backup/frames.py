"""The outer form of a backup: a readable first line, then sealed frames. A frame that was changed, lost, moved or cut
off is found; nothing is given out before its frame has proved whole."""

import hashlib
import secrets
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from bot.errors import SignalTreeError

MAGIC = b"SIGNALTREE-BACKUP 1\n"
FRAME = 1024 * 1024  # bytes of compressed content in one frame
LONGEST_HEAD = 4096
COST = {"n": 2**16, "r": 8, "p": 1}  # of scrypt: 64 MiB and about a quarter of a second


class BadBackup(SignalTreeError):
    """这个备份文件读不出来，什么也没有恢复。"""


class WrongPassphrase(SignalTreeError):
    """口令不对，或备份文件被改动过，什么也没有恢复。"""


@dataclass(frozen=True)
class Head:
    """What may be read without the passphrase. `salt` is empty where the machine's own key seals it."""

    made_at: datetime
    revision: str
    salt: str

    @property
    def line(self) -> bytes:
        return orjson.dumps({"made_at": self.made_at, "revision": self.revision, "salt": self.salt}) + b"\n"


def new_salt() -> str:
    return secrets.token_hex(16)


def key_of(passphrase: str, salt: str) -> bytes:
    return Scrypt(salt=bytes.fromhex(salt), length=32, **COST).derive(passphrase.encode())


def write(file: BinaryIO, head: Head, key: bytes, lines: Iterable[bytes]) -> None:
    """Compress and seal `lines` frame by frame."""
    file.write(MAGIC + head.line)
    sealing, packing, ready = _Sealing(key, head), zlib.compressobj(6), bytearray()
    for line in lines:
        ready += packing.compress(line + b"\n")
        while len(ready) >= FRAME:
            file.write(sealing.frame(bytes(ready[:FRAME]), last=False))
            del ready[:FRAME]
    ready += packing.flush()
    file.write(sealing.frame(bytes(ready), last=True))


def head_of(file: BinaryIO) -> Head:
    """Raises BadBackup."""
    if file.read(len(MAGIC)) != MAGIC:
        raise BadBackup("不是消息树的备份文件")
    try:
        said = orjson.loads(file.readline(LONGEST_HEAD))
        return Head(datetime.fromisoformat(said["made_at"]), str(said["revision"]), str(said["salt"]))
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        raise BadBackup("文件头坏了") from error


def read(file: BinaryIO, head: Head, key: bytes) -> Iterator[bytes]:
    """The lines again. Raises BadBackup and WrongPassphrase."""
    sealing, unpacking, rest = _Sealing(key, head), zlib.decompressobj(), b""
    while True:
        piece, last = sealing.opened(file)
        *lines, rest = (rest + unpacking.decompress(piece)).split(b"\n")
        yield from lines
        if last:
            break
    if file.read(1) or rest:
        raise BadBackup("文件末尾有多余的内容")


class _Sealing:
    """Frames are numbered by their nonce, and bound to the head and to being the last one or not."""

    def __init__(self, key: bytes, head: Head) -> None:
        self._cipher, self._bound, self._number = AESGCM(key), hashlib.sha256(head.line).digest(), 0

    def frame(self, piece: bytes, *, last: bool) -> bytes:
        sealed = self._cipher.encrypt(self._nonce(), piece, self._bound + (b"last" if last else b"more"))
        return struct.pack(">I?", len(sealed), last) + sealed

    def opened(self, file: BinaryIO) -> tuple[bytes, bool]:
        begin = file.read(5)
        if len(begin) != 5:
            raise BadBackup("文件不完整")
        length, last = struct.unpack(">I?", begin)
        sealed = file.read(length) if length <= FRAME + 16 else b""
        if len(sealed) != length:
            raise BadBackup("文件不完整")
        try:
            return self._cipher.decrypt(self._nonce(), sealed, self._bound + (b"last" if last else b"more")), last
        except InvalidTag as error:
            raise (WrongPassphrase() if self._number == 1 else BadBackup("内容被改动过")) from error

    def _nonce(self) -> bytes:
        self._number += 1
        return self._number.to_bytes(12, "big")
