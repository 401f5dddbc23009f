"""Where recordings lie, beside what people have sent, so that a backup holds them; and the signed address under which a
gateway fetches one for a while."""

import hashlib
import hmac
from datetime import datetime, timedelta
from pathlib import Path

from bot.config import Settings
from bot.vault import Vault
from broadcasts.clips.models import Clip
from broadcasts.clips.sounds import ENDINGS

KEY = b"clips"
LASTS = timedelta(hours=2)  # longer than any call waits


def path_of(settings: Settings, uid: str) -> Path:
    """`uid` comes from a row of Clip, never from a request."""
    return settings.data_dir / "media" / f"clip-{uid}"


def voice_path(settings: Settings, uid: str) -> Path:
    """The same as AMR, where it was made or brought so."""
    return settings.data_dir / "media" / f"clip-{uid}.amr"


def address(settings: Settings, clip: Clip, at: datetime) -> str:
    """Empty where the county has no public address. Whoever has it can listen until it ends, and change nothing."""
    if not settings.base_url:
        return ""
    until = int((at + LASTS).timestamp())
    mark = _mark(Vault(settings.secret_key), clip.uid, until)
    return f"{settings.base_url}/clips/{clip.uid}.{ENDINGS[clip.mime]}?until={until}&mark={mark}"


def may_listen(vault: Vault, uid: str, until: str, mark: str, at: datetime) -> bool:
    """Whether we gave out this address, and its time is not over."""
    if not until.isdecimal() or len(until) > 12 or int(until) <= at.timestamp():
        return False
    return hmac.compare_digest(mark.encode(), _mark(vault, uid, int(until)).encode())


def _mark(vault: Vault, uid: str, until: int) -> str:
    return hmac.new(vault.derive(KEY), f"{uid}.{until}".encode(), hashlib.sha256).hexdigest()
