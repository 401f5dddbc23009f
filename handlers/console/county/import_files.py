"""Files between two screens: in DATA_DIR/uploads under a random name, sealed since they name phones and robots, for an
hour at most."""

import contextlib
import os
import re
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.vault import Vault

ONE_TO_ONE = "latin-1"  # the vault seals texts: each byte is one letter there
LIVES = timedelta(hours=1)
NAME = re.compile(r"[0-9]{10,12}-[A-Za-z0-9_-]{43}")


def keep(vault: Vault, data_dir: Path, data: bytes, at: datetime) -> str:
    """Write the bytes and return the name by which `kept` finds them. The name tells when it was made."""
    folder = data_dir / "uploads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{int(at.timestamp())}-{secrets.token_urlsafe(32)}"
    with os.fdopen(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(vault.seal(data.decode(ONE_TO_ONE)))
    return name


def kept(vault: Vault, data_dir: Path, name: str, at: datetime) -> bytes | None:
    """The bytes of a file that is not over; None for anything else that a name may say."""
    if not NAME.fullmatch(name) or _over(name, at):
        return None
    try:
        return vault.open((data_dir / "uploads" / name).read_bytes()).encode(ONE_TO_ONE)
    except FileNotFoundError:
        return None


def drop(data_dir: Path, name: str) -> None:
    if NAME.fullmatch(name):
        (data_dir / "uploads" / name).unlink(missing_ok=True)


def sweep(data_dir: Path, at: datetime) -> None:
    """Delete what is over."""
    with contextlib.suppress(FileNotFoundError):
        for file in (data_dir / "uploads").iterdir():
            if NAME.fullmatch(file.name) and _over(file.name, at):
                file.unlink(missing_ok=True)


def _over(name: str, at: datetime) -> bool:
    made = datetime.fromtimestamp(int(name.partition("-")[0]), UTC)
    return at - made > LIVES
