"""What every reader makes of the bytes it is given: one inner model, close to CAP 1.2, that no source dictates."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from broadcasts.hazards.grades import Grade


class Form(StrEnum):
    """In which form a message reached us; kept with its bytes in AlertSource."""

    cap = "cap"  # OASIS CAP 1.2, or 1.1 converted
    national = "national"  # the national platform's own XML
    own = "own"  # our own JSON
    feed = "feed"  # an item of a public JSON feed
    paste = "paste"  # typed in or pasted by an officer: 人工录入
    notice = "notice"  # written here: what the county says itself


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the input: where (an element's path or a JSON pointer), on which line, and what to mend."""

    path: str
    line: int | None
    message: str


@dataclass(frozen=True, slots=True)
class Reference:
    """An earlier message. The national platform names the identifier alone."""

    identifier: str
    sender: str | None = None
    sent: datetime | None = None


@dataclass(frozen=True, slots=True)
class Circle:
    lat: float
    lon: float
    km: float


@dataclass(frozen=True, slots=True)
class MessageArea:
    """Where. `codes` are division codes as given (6 to 14 digits); `polygons` are closed rings of (lat, lon)."""

    desc: str
    codes: tuple[str, ...] = ()
    other_codes: tuple[tuple[str, str], ...] = ()  # (valueName, value) that is no division code
    polygons: tuple[tuple[tuple[float, float], ...], ...] = ()
    circles: tuple[Circle, ...] = ()
    altitude: float | None = None
    ceiling: float | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """An attachment as described; its URI is never fetched."""

    desc: str
    mime_type: str = ""
    size: str = ""
    uri: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Info:
    """One language of a message. Times are aware; `colour` is what the form says of it, see readers.colour."""

    language: str
    event: str
    event_code: str | None = None  # national five characters, 11B03
    colour: Grade | None = None
    categories: tuple[str, ...] = ()
    urgency: str = "Unknown"
    severity: str = "Unknown"
    certainty: str = "Unknown"
    response_types: tuple[str, ...] = ()
    audience: str = ""
    effective: datetime | None = None
    onset: datetime | None = None
    expires: datetime | None = None  # verbatim, also where it is not after `sent`
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    web: str = ""
    contact: str = ""
    parameters: tuple[tuple[str, str], ...] = ()
    event_codes: tuple[tuple[str, str], ...] = ()
    resources: tuple[Resource, ...] = ()
    areas: tuple[MessageArea, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """One warning message. `status` and the like are CAP's words. `national` says that `identifier` is the national
    platform's, unique by itself whoever hands it on."""

    form: Form
    identifier: str
    sender: str
    sent: datetime
    infos: tuple[Info, ...]
    status: str = "Actual"
    msg_type: str = "Alert"
    scope: str = "Public"
    source: str = ""
    note: str = ""
    restriction: str = ""
    addresses: str = ""
    codes: tuple[str, ...] = ()
    incidents: str = ""
    references: tuple[Reference, ...] = ()
    national: bool = False
    doubts: tuple[Fault, ...] = field(default=(), compare=False)  # oddities in what was taken all the same
    raw: bytes = field(default=b"", repr=False, compare=False)  # the bytes of this message alone

    @property
    def main(self) -> Info:
        """The Chinese block, else the first."""
        return next((info for info in self.infos if info.language.lower().startswith("zh")), self.infos[0])


class Unreadable(Exception):
    """这份预警读不懂，没有发出，原文已保存在“未能读取”。"""

    def __init__(self, *errors: Fault) -> None:
        super().__init__("; ".join(f"{e.path}: {e.message}" for e in errors))
        self.errors = errors
