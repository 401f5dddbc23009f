"""QR codes of the account: what a phone finds when it scans a poster."""

import hashlib
import secrets
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scene:
    scene: str
    ticket: str
    code: str  # in the address that the QR code holds; a permanent one survives the simulator's restart
    until: float | None = None  # None: permanent


class Scenes:
    """By scene, in the order in which they were made; the same scene made again replaces the older one."""

    def __init__(self) -> None:
        self._known: dict[str, Scene] = {}

    def make(self, scene: str, until: float | None) -> Scene:
        known = self._known.get(scene)
        if known and until is None and known.until is None:
            return known  # a permanent code stays what it is
        code = secrets.token_urlsafe(15) if until else hashlib.sha256(scene.encode()).hexdigest()[:20]
        self._known[scene] = made = Scene(scene, secrets.token_urlsafe(60), code, until)
        return made

    def permanent(self) -> int:
        return sum(1 for scene in self._known.values() if scene.until is None)

    def valid(self, at: float) -> list[Scene]:
        return [scene for scene in self._known.values() if scene.until is None or scene.until > at]

    def find(self, scene: str, at: float) -> Scene | None:
        known = self._known.get(scene)
        return known if known and (known.until is None or known.until > at) else None

    def by_code(self, code: str, at: float) -> Scene | None:
        return next((scene for scene in self.valid(at) if scene.code == code), None)
