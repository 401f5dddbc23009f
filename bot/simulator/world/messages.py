"""What a chat shows of one accepted message."""

from dataclasses import dataclass

PREVIEW_CHARS = 20


@dataclass(slots=True)
class Shown:
    """One message as the phone shows it. A red broadcast leaves 100,000 of these: lines are shared, not copied."""

    type: str
    lines: tuple[str, ...]
    title: str = ""
    link: str = ""
    button: str = ""  # what stands on the link
    mentions: tuple[str, ...] = ()
    cut: bool = False  # the platform shortened it in silence
    at: float = 0.0  # seconds since 1970, set when it is accepted

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def preview(self) -> str:
        """What the notification on a locked phone has room for."""
        return " ".join(f"{self.title} {self.text}".split())[:PREVIEW_CHARS]


class Lines:
    """Keeps one copy of a line that many messages hold. It forgets everything now and then, and stays small itself."""

    KEPT = 4096

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def share(self, text: str) -> tuple[str, ...]:
        if len(self._known) > self.KEPT:
            self._known.clear()
        return tuple([self._known.setdefault(line, line) for line in text.split("\n")])
