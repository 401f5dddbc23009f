"""The plan of a mass send: to whom, in how many calls, in how many seconds, and what the platform still allows. It is
rare, and never made by itself: a person asks for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.oa_mass.limits import A_DAY, A_MINUTE, LEAST
from bot.config import Settings
from bot.directory.tree import Tree
from bot.errors import Conflict
from broadcasts.alerts.listed import Standing, standing
from broadcasts.alerts.models import Alert, Kind
from broadcasts.audience.places import Hit
from broadcasts.dispatch.masses.idset import sliced
from broadcasts.dispatch.masses.states import Whom
from broadcasts.dispatch.masses.told import calls_since, full, told, took
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.sending.roads import MASS, open_roads
from broadcasts.hazards.grades import Grade
from broadcasts.subscriptions.listeners import everybody, listeners, of_people

UNSEEN = 1.0  # seconds that a call takes, where none has been made yet
ALONE = frozenset({Grade.red})  # what one officer may send without a second person


class NoMass(Conflict):
    """没有群发："""


@dataclass(frozen=True)
class MassPlan:
    """`ids` are the followers in rising order, `full` how many more have had the month's four, `told` how many more got
    a copy of their own. `left`: calls that today still allows, this one not counted."""

    whom: Whom
    ids: Sequence[int]
    full: int
    told: int
    calls: int
    seconds: float
    seen: bool
    left: int

    @property
    def lacks(self) -> str:
        """Why it cannot be sent; empty where it can."""
        if len(self.ids) < LEAST:
            few = f"{len(self.ids)} 人" if self.ids else "没有人"
            return f"能收到的只有 {few}，平台要求至少 {LEAST} 人。请改用模板消息或打电话。"
        if self.calls > self.left:
            return f"要 {self.calls} 次调用，今天只剩 {self.left} 次。请选“全部关注的人”（一次调用），或明天再发。"
        return ""


def may_alone(alert: Alert) -> bool:
    """Whether one person may send it: of red nobody waits for a second."""
    return alert.grade in ALONE


def refuse(settings: Settings, alert: Alert, broadcast: Broadcast, at: datetime) -> None:
    """Raises NoMass where no mass send may be made of it, whoever asks."""
    if MASS not in open_roads(settings).channels:
        raise NoMass("公众号的群发没有打开。请管理员填 SIGNALTREE_OA_MASS。")
    if alert.kind is Kind.drill or broadcast.drill:
        raise NoMass("演练不能群发给关注公众号的人。")
    if standing(alert, at) is not Standing.force and alert.msg_type != "Cancel":
        raise NoMass("这条已经不在生效。")


async def mass_plan(
    session: AsyncSession, settings: Settings, areas: Tree, alert: Alert, hit: Hit, whom: Whom, at: datetime
) -> MassPlan:
    """What it would come to now. Nothing is written."""
    ids, heard = await _audience(session, areas, alert, hit, whom)
    over = await full(session, ids, at, settings.zone)
    kept = [number for number in ids if number not in over] if over and whom is not Whom.all else ids
    calls = 1 if whom is Whom.all else len(sliced(kept))
    seconds = await took(session)
    midnight = at.astimezone(settings.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    left = A_DAY - await calls_since(session, midnight)
    return MassPlan(
        whom, kept, len(over), heard, calls, _seconds(calls, seconds or UNSEEN), seconds is not None, max(0, left)
    )


async def _audience(
    session: AsyncSession, areas: Tree, alert: Alert, hit: Hit, whom: Whom
) -> tuple[Sequence[int], int]:
    """The ids, and how many were left out since they have a copy of their own."""
    if whom is Whom.all:
        return await everybody(session), 0
    ids = await listeners(session, areas, hit.areas, alert.event_code, alert.grade)
    followers, people = await told(session, alert.id, alone=whom is Whom.missed)
    heard = followers | await of_people(session, people)
    kept = [number for number in ids if number not in heard] if heard else ids
    return kept, len(ids) - len(kept)


def _seconds(calls: int, each: float) -> float:
    """One after the other, so many a minute."""
    return max(calls * each, (calls - 1) // A_MINUTE * 60.0)
