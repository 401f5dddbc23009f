"""The board of one sending: who needs help, who is silent by name, who cannot go, and how many have answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.access.guards import posted, require_role
from bot.access.models import Role
from bot.config import Settings
from bot.deps import DEPS
from broadcasts.answers.counted import Figures, Silent, figures, silent
from broadcasts.answers.help import take
from broadcasts.answers.named import Cannot, Help, cannot, helps
from broadcasts.dispatch.models import Broadcast
from broadcasts.ladder.calls import has_come
from broadcasts.release.models import Hold
from broadcasts.release.verdict import Reason
from broadcasts.tasks.knocks.near import Candidate, Door, neighbours
from broadcasts.tasks.knocks.queries import Seen, of_broadcasts
from handlers.console.people.callers import speaks
from handlers.console.scope import Scope, scope

SHOWN = 60  # of the silent; the rest stand on the call sheet
DESK = (Role.officer, Role.leader)

routes = web.RouteTableDef()


@dataclass(frozen=True)
class Board:
    """As far as the caller's part of the county goes. `call_now`: it is time to telephone; `next_at`: the next rung."""

    broadcast: Broadcast
    figures: Figures
    silent: Sequence[Silent]
    helps: Sequence[Help]
    cannot: Sequence[Cannot]
    call_now: bool
    next_at: datetime | None
    doors: Sequence[Seen] = ()  # who was sent to whom
    could: Mapping[int, Candidate] = field(default_factory=dict)  # who would go to whom first, where it is time

    @property
    def on_way(self) -> list[Seen]:
        return [one for one in self.doors if one.open]

    @property
    def knocked(self) -> list[Seen]:
        """What was found at doors, the last first."""
        return [one for one in reversed(self.doors) if not one.open and one.knock.state != "off"]

    @property
    def waiting(self) -> list[Help]:
        return [one for one in self.helps if one.open]

    @property
    def taken(self) -> list[Help]:
        return [one for one in self.helps if not one.open]

    @property
    def by_town(self) -> list[tuple[str, list[Silent]]]:
        """The first of the silent, town by town."""
        return [(town, list(group)) for town, group in groupby(self.silent[:SHOWN], key=lambda s: s.town)]

    @property
    def more(self) -> int:
        return max(0, len(self.silent) - SHOWN)


async def board(
    session: AsyncSession, mine: Scope, broadcast: Broadcast, settings: Settings | None = None
) -> Board | None:
    """None where nobody in the caller's part was asked. With `settings` it proposes who could knock."""
    counted = await figures(session, broadcast.id, inside=mine.area_id)
    if not counted.asked:
        return None
    call_now, next_at = await has_come(session, broadcast.id)
    quiet = await silent(session, broadcast.id, inside=mine.area_id) if counted.silent else []
    doors = await of_broadcasts(session, [broadcast.id], inside=mine.area_id)
    proposes = settings if call_now else None
    return Board(
        broadcast,
        counted,
        quiet,
        await helps(session, broadcast.id, inside=mine.area_id),
        await cannot(session, broadcast.id, inside=mine.area_id),
        call_now,
        next_at,
        doors,
        await _firsts(session, proposes, mine, broadcast, quiet, doors) if proposes else {},
    )


async def _firsts(
    session: AsyncSession, settings: Settings, mine: Scope, broadcast: Broadcast, quiet: Sequence[Silent],
    doors: Sequence[Seen],
) -> dict[int, Candidate]:  # fmt: skip
    """To whom nobody is on the way: who is proposed first."""
    on_way = {one.knock.person_id for one in doors if one.open}
    wanted = [Door(one.person_id, one.area_id) for one in quiet[:SHOWN] if one.person_id not in on_way]
    near = await neighbours(session, settings, mine.areas, broadcast, wanted)
    return {door.person_id: found[0] for door in wanted if (found := near.of(door, 1))}


@routes.post("/console/help/{uid}")
async def take_on(request: web.Request) -> web.Response:
    """接手: nothing rings for it any more, and it is on record who did. Whoever comes second changes nothing."""
    deps, caller = request.app[DEPS], await require_role(request, *DESK)
    await posted(request, caller)
    async with deps.begin() as session:
        mine, uid = await scope(session, caller), request.match_info["uid"]
        wanted = select(Hold).where(col(Hold.uid) == uid, col(Hold.reason) == Reason.help)
        waiting = (await session.execute(wanted)).scalar_one_or_none()
        if waiting is None or not (await speaks(session, waiting)).within(mine):
            raise web.HTTPNotFound
        await take(session, uid, by=caller.actor, at=deps.clock.now())
    raise web.HTTPSeeOther(f"/console/held/{uid}")
