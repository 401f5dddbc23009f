"""The plan of a mass send: to whom, in how many calls, in how many seconds, and what the platform still allows. It is
rare, and never made by itself: a person asks for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.oa_mass.limits import A_MINUTE, A_MONTH, DAY, FOR_RED, LEAST
from bot.config import Settings
from bot.directory.tree import Tree
from bot.errors import Conflict
from broadcasts.alerts.listed import Standing, standing
from broadcasts.alerts.models import Alert, Kind
from broadcasts.audience.places import Hit
from broadcasts.dispatch.alert import rank
from broadcasts.dispatch.masses.following.before import beyond, gravest, heard_before, heard_of, replaced, widens
from broadcasts.dispatch.masses.following.rules import ALONE
from broadcasts.dispatch.masses.idset import sliced
from broadcasts.dispatch.masses.states import Whom
from broadcasts.dispatch.masses.tagged import Tagged
from broadcasts.dispatch.masses.told import calls_since, month_used, told, took
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.sending.roads import MASS, open_roads
from broadcasts.subscriptions.listeners import everybody, listeners, of_people

UNSEEN = 1.0  # seconds that a call takes, where none has been made yet
AT_ONCE = frozenset({Whom.all, Whom.tag})  # one call, and the platform alone leaves out who has had four
NEW = frozenset({Whom.missed, Whom.places})  # neither goes on with an earlier one, nor mends it


class NoMass(Conflict):
    """没有群发："""


@dataclass(frozen=True)
class MassPlan:
    """`ids` are the followers in rising order, `full` how many more have had the month's `most`, `told` how many more
    got a copy of their own, `last` for how many of them it is the month's last. `left`: calls that today still allows,
    this one not counted. Of a `tag` the platform counts more than are known here; `beyond`: so many had an earlier one
    by a tag, and are not among these."""

    whom: Whom
    ids: Sequence[int]
    full: int
    told: int
    calls: int
    seconds: float
    seen: bool
    left: int
    last: int = 0
    tag: Tagged | None = None
    beyond: int = 0
    most: int = A_MONTH

    @property
    def size(self) -> int:
        return self.tag.size if self.tag else len(self.ids)

    @property
    def lacks(self) -> str:
        """Why it cannot be sent; empty where it can."""
        if self.tag is not None and not self.tag.size:
            return f"“{self.tag.name}”这个标签下没有人。请在公众号后台给关注的人打上标签，或换一种。"
        if self.tag is None and len(self.ids) < LEAST:
            few = f"能收到的只有 {len(self.ids)} 人" if self.ids else "没有人能收到"
            return f"{few}，平台要求至少 {LEAST} 人。请改用模板消息或打电话。"
        if self.calls > self.left:
            return f"要 {self.calls} 次调用，今天只剩 {self.left} 次。请选“全部关注的人”（一次调用），或明天再发。"
        return ""


async def may_alone(session: AsyncSession, alert: Alert) -> bool:
    """Whether one person may send it: of red, or of what takes the place of red, nobody waits for a second."""
    return gravest(alert, await replaced(session, alert)) in ALONE


def refuse(settings: Settings, alert: Alert, broadcast: Broadcast, at: datetime, *, mends: bool = False) -> None:
    """Raises NoMass where no mass send may be made of it, whoever asks. What `mends` an earlier one may come late."""
    if MASS not in open_roads(settings).channels:
        raise NoMass("公众号的群发没有打开。请管理员填 SIGNALTREE_OA_MASS。")
    if alert.kind is Kind.drill or broadcast.drill:
        raise NoMass("演练不能群发给关注公众号的人。")
    if standing(alert, at) is not Standing.force and alert.msg_type != "Cancel" and not mends:
        raise NoMass("这条已经不在生效。")


async def mass_plan(
    session: AsyncSession, settings: Settings, areas: Tree, alert: Alert, hit: Hit, whom: Whom, at: datetime,
    tag: Tagged | None = None,
) -> MassPlan:  # fmt: skip
    """What it would come to now. Nothing is written."""
    ids, heard = await audience(session, areas, alert, hit, whom, tag)
    red = rank(alert) == 0
    spares = whom in NEW and not await may_alone(session, alert)
    most = A_MONTH - FOR_RED if spares else A_MONTH
    over, last = await month_used(session, ids, at, settings.zone, most)
    kept = [number for number in ids if number not in over] if over and whom not in AT_ONCE else ids
    calls = 1 if whom in AT_ONCE else len(sliced(kept))
    seconds = await took(session)
    midnight = at.astimezone(settings.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    left = DAY.allowed(red=red) - await calls_since(session, midnight)
    return MassPlan(
        whom, kept, len(over), heard, calls, _seconds(calls, seconds or UNSEEN), seconds is not None, max(0, left),
        last, tag, await beyond(session, alert) if whom is Whom.follow else 0, most,
    )  # fmt: skip


async def audience(
    session: AsyncSession, areas: Tree, alert: Alert, hit: Hit, whom: Whom, tag: Tagged | None = None
) -> tuple[Sequence[int], int]:
    """The ids, and how many were left out since they have a copy of their own."""
    if whom is Whom.all:
        return await everybody(session), 0
    if whom is Whom.tag:
        return tag.ids if tag else (), 0
    if whom is Whom.recall:
        return sorted(await heard_of(session, alert)), 0
    ids = await _concerned(session, areas, alert, hit, whom)
    followers, people = await told(session, alert.id, alone=whom is not Whom.places)
    heard = followers | await of_people(session, people)
    kept = [number for number in ids if number not in heard] if heard else ids
    return kept, len(ids) - len(kept)


async def _concerned(session: AsyncSession, areas: Tree, alert: Alert, hit: Hit, whom: Whom) -> Sequence[int]:
    if whom is not Whom.follow:
        return await listeners(session, areas, hit.areas, alert.event_code, alert.grade)
    before = await heard_before(session, alert)
    if widens(alert):
        before.update(await listeners(session, areas, hit.areas, alert.event_code, alert.grade))
    return sorted(before)


def _seconds(calls: int, each: float) -> float:
    """One after the other, so many a minute."""
    return max(calls * each, (calls - 1) // A_MINUTE * 60.0)
