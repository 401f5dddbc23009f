"""What the stand-in for Tencent is told before it starts: its corp, people and groups, and how slow its network is."""

from dataclasses import dataclass
from enum import StrEnum


class Window(StrEnum):
    """How a rate is counted. The platform's page does not say which one it uses, so a client must hold under both."""

    fixed = "fixed"  # from the top of each minute or hour
    sliding = "sliding"  # over any stretch of that length
    both = "both"


@dataclass(frozen=True, slots=True)
class SimMember:
    userid: str
    name: str
    place: str = ""
    licensed: bool = True  # False: comes back as unlicenseduser
    gone: bool = False  # True: comes back as invaliduser, in an open world too


@dataclass(frozen=True, slots=True)
class SimGroup:
    key: str  # the robot's key, as in its webhook's address
    name: str
    place: str = ""
    gone: bool = False  # True: the robot was removed, 93000


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds from call to answer; a `tail_share` of all calls takes `tail_seconds` instead."""

    seconds: float = 0.0
    tail_seconds: float = 0.0
    tail_share: float = 0.0


@dataclass(frozen=True, slots=True)
class SimulatorConfig:
    corp_id: str = "ww00simulator00000"
    secret: str = "simulator-app-secret"  # noqa: S105 (opens nothing but this stand-in)
    agent_id: int = 1000002
    token_seconds: int = 7200
    members: tuple[SimMember, ...] = ()
    groups: tuple[SimGroup, ...] = ()
    open_world: bool = False  # whoever is addressed and was not declared comes into being
    window: Window = Window.both
    account_cap: int = 100_000  # times 200 is what the app may send in a day, in person-times
    latency_ms: float = 0.0
    latency_tail_ms: float = 0.0
    latency_tail_share: float = 0.0
    label: str = ""  # shown on every page, to tell two simulators apart
    seed: int = 0  # of the chance behind `share` and the latency's tail

    @property
    def latency(self) -> Latency:
        return Latency(self.latency_ms / 1000, self.latency_tail_ms / 1000, self.latency_tail_share)
