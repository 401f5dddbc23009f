"""The plan before the send: whom a warning of this kind would reach, by which roads, in how many calls and seconds; and
by name for whom none is open, with what is left for each. Nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.config import Settings
from bot.directory.tree import Tree
from broadcasts.alerts.models import Alert, Kind, Status
from broadcasts.audience.places import Hit
from broadcasts.audience.select import OUTLETS, RELAY
from broadcasts.clips.messages.foreseen import foreseen
from broadcasts.dispatch.draft import Draft, draft
from broadcasts.dispatch.planning.merge import merged
from broadcasts.dispatch.planning.missing import Missing, missing, otherwise
from broadcasts.dispatch.planning.plan import ROADS, Plan
from broadcasts.dispatch.planning.quotas import quotas
from broadcasts.dispatch.planning.roads import UNSEEN, Now, RoadPlan, road_plan
from broadcasts.dispatch.sending.roads import open_roads
from broadcasts.dispatch.sending.roads_down import roads_down
from broadcasts.dispatch.states import Purpose, Road
from broadcasts.hazards.catalogue import hazard
from broadcasts.hazards.grades import Grade
from broadcasts.watch.shut import shut

LASTS = timedelta(hours=3)
BY_US = frozenset({"road", "wait", "forward"})  # what is left for somebody, without anybody having to think of it


@dataclass(frozen=True)
class Forecast:
    purpose: Purpose
    people: int
    groups: int
    calls: int
    sums: Sequence[dict[str, object]]
    roads: Sequence[RoadPlan]
    heard: int  # people who get a recording behind the text
    recordings: int  # calls for that, counted in `calls`
    by_hand: int  # groups that somebody forwards to
    played: int  # loudspeakers and screens
    full: int  # customers' groups that have had their number
    missing: Sequence[Missing]
    otherwise: Sequence[Missing]
    open_: int  # calls at once, which all roads share

    @property
    def seconds(self) -> float:
        """The roads are driven side by side, by as many calls at once as there are."""
        shared = sum(road.calls * (road.took or UNSEEN) for road in self.roads) / self.open_
        return max([shared, *(road.seconds for road in self.roads)])

    @property
    def lost(self) -> int:
        """How many nothing of ours reaches, unless somebody telephones, goes there or mends their road."""
        return len(self.missing) + sum(one.way not in BY_US for one in self.otherwise)

    @property
    def short(self) -> list[RoadPlan]:
        """Roads on which the platform allows fewer calls today than this takes."""
        return [road for road in self.roads if road.short]


async def forecast(
    session: AsyncSession, settings: Settings, areas: Tree, code: str, grade: Grade, area_id: int, at: datetime
) -> Forecast:
    """What a weather station's warning of that kind for that area would come to at this moment."""
    alert, hit = _imagined(areas, code, grade, area_id, at), Hit(frozenset({area_id}))
    return await foretold(session, settings, areas, alert, await draft(session, settings, alert, hit, at=at), at)


async def foretold(
    session: AsyncSession, settings: Settings, areas: Tree, alert: Alert, made: Draft, at: datetime
) -> Forecast:
    """What sending `made`, which is of `alert`, would come to."""
    groups = sum(target.kind == "group" for target in made.plan.reached)
    people = sum(target.kind not in {"group", *OUTLETS} for target in made.plan.reached)
    uses = await quotas(session, settings, at)
    down = {outage.channel for outage in await roads_down(session) if outage.road == Road.live}
    now = Now(uses, frozenset(down) | await shut(session), alert.grade is Grade.red, at)
    recordings = await foreseen(session, alert, made.plan, areas)
    whole = merged([made.plan, recordings])
    names = [name for name in ROADS if _readers(whole, name)]
    roads = [
        replace(await road_plan(session, settings, whole, name, now), readers=_readers(made.plan, name))
        for name in names
    ]
    open_ = open_roads(settings).of(made.purpose)
    return Forecast(
        made.purpose,
        people,
        groups,
        whole.calls,
        whole.sums(),
        roads,
        sum(len(batch.targets) for batch in recordings.batches),
        recordings.calls,
        sum(batch.channel == RELAY for batch in made.plan.relays),
        sum(batch.channel in OUTLETS for batch in made.plan.relays),
        len(made.full),
        await missing(session, made.plan),
        await otherwise(session, made.plan, roads, open_),
        settings.send_open,
    )


def _imagined(areas: Tree, code: str, grade: Grade, area_id: int, at: datetime) -> Alert:
    """A warning that nobody issued; it is never stored."""
    danger, place = hazard(code), areas.nodes[area_id].name
    said = f"{place}{danger.name}{grade.zh}预警（预演，没有发出）"
    info = {"language": "zh-CN", "event": danger.name, "headline": said, "description": said, "areas": []}
    return Alert(
        uid="", thread="", kind=Kind.signal, status=Status.stored, msg_type="Alert", identifier="", sender="",
        sender_name=f"{place}气象台", sent=at, expires=at + LASTS, event=danger.name, event_code=code, grade=grade,
        headline=said, content={"infos": [info]}, received_at=at,
    )  # fmt: skip


def _readers(plan: Plan, channel: str) -> int:
    return sum(len(batch.targets) for batch in plan.batches if batch.channel == channel)
