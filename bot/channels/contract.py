"""What a road to people is: a folder with limits.py, body.py and send.py that keeps this contract."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from bot.coordination.contract import Limit, Quota


class Parcel(NamedTuple):
    """One request: one part of a text for one robot, or for members. A repeat of it is the same to the byte.
    Of `form` card, textcard, template and what follows a card, `text` is a JSON object; `key` names the request."""

    text: str
    tail: str = ""  # a group's own line
    loud: bool = False  # 叫醒: a group's members are all named, so that their phones ring
    robot_key: str = ""
    members: Sequence[str] = ()
    form: str = "text"
    key: str = ""  # the same for a repeat, by which the platform knows it


NEVER_LEFT = ("never left",)  # as a CancelledError's args


@dataclass(frozen=True, slots=True)
class Receipt:
    """The platform took it. `invalid` are members that it refused, in lower case; `message_id` is its name for the
    message, `response_code` lets a card be changed once."""

    invalid: frozenset[str] = frozenset()
    message_id: str = ""
    response_code: str = ""


class SendError(Exception):
    """The one error of a channel. `permanent`: never again. `lost`: it may have arrived, nobody knows.
    `wait`: seconds before the next try makes sense. `alarm`: a person must mend something. Not `left`: surely nothing
    reached the platform, which has counted nothing. Its text holds no key, token or address."""

    def __init__(
        self, reason: str, *, permanent: bool = False, lost: bool = False, wait: float = 0.0, alarm: bool = False,
        left: bool = True,
    ) -> None:  # fmt: skip
        super().__init__(reason)
        self.reason, self.permanent, self.lost, self.wait, self.alarm = reason, permanent, lost, wait, alarm
        self.left = left


@contextmanager
def answered_before() -> Iterator[None]:
    """Around what follows a call that the platform has answered: whatever becomes of it, something has left."""
    try:
        yield
    except SendError as error:
        error.left = True
        raise


class Channel(Protocol):
    """Sends parcels. `repeatable` says that the platform drops a byte-identical repeat by itself; where it does not,
    `probe` is a parcel that reaches nobody, whose answer tells of the road alone. `limits` are what one robot or member
    may get per window, `quotas` what all of them share; where several processes send, they keep them together."""

    name: str
    repeatable: bool
    probe: Parcel | None
    limits: tuple[Limit, ...]
    quotas: tuple[Quota, ...]

    async def send(self, parcel: Parcel) -> Receipt:
        """Make one request. Raises SendError alone; where it is cut off before a byte left, the CancelledError bears
        NEVER_LEFT."""
        ...
