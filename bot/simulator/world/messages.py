"""What a chat shows of one accepted message, and what the phone's owner has said in it."""

from dataclasses import dataclass, field

PREVIEW_CHARS = 20


@dataclass(frozen=True, slots=True)
class Button:
    key: str
    text: str
    url: str = ""  # opens a page instead of calling back


@dataclass(slots=True, eq=False)
class Card:
    """What can be tapped. One card is shared by all who got it; what became of it is kept per reader."""

    kind: str  # the card_type, or msgmenu
    buttons: tuple[Button, ...] = ()
    task_id: str = ""
    replaced: dict[str, str] = field(default_factory=dict)  # reader: the words that stand where the buttons were
    renewed: dict[str, "Shown"] = field(default_factory=dict)  # reader: the card that took its place
    readers: frozenset[str] = frozenset()  # who got it, in lower case


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
    id: int = 0  # counts up through the simulator's life, set when it is accepted
    card: Card | None = None
    media: str = ""  # the media_id of a picture or a recording
    recalled: bool = False

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def face(self, reader: str) -> "Shown":
        """The card that stands there now for that reader."""
        return self.card.renewed.get(reader.lower(), self) if self.card else self

    def buttons(self, reader: str) -> tuple[Button, ...]:
        """What that reader can still tap."""
        card = self.face(reader).card
        return () if card is None or reader.lower() in card.replaced else card.buttons

    def pressed(self, reader: str) -> str:
        """The words that stand where the buttons were."""
        card = self.face(reader).card
        return card.replaced.get(reader.lower(), "") if card else ""

    @property
    def preview(self) -> str:
        """What the notification on a locked phone has room for."""
        return " ".join(f"{self.title} {self.text}".split())[:PREVIEW_CHARS]


@dataclass(slots=True)
class Said:
    """What the phone's owner did: typed, tapped, scanned, sent a picture."""

    id: int
    at: float
    kind: str
    text: str
    media: str = ""
    state: str = "sending"  # delivered, given_up, lost, unheard (no callback is set up)


class Lines:
    """Keeps one copy of a line that many messages hold. It forgets everything now and then, and stays small itself."""

    KEPT = 4096

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def share(self, text: str) -> tuple[str, ...]:
        if len(self._known) > self.KEPT:
            self._known.clear()
        return tuple([self._known.setdefault(line, line) for line in text.split("\n")])
