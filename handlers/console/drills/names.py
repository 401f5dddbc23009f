"""Who is named on a drill's pages: whoever leads it reads every name, others of the desk those of their own part, and
who may only look reads none. Whoever is not named is counted."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.guards import Caller
from drills.drills.afterwards.measured import Measured
from drills.drills.models import Drill
from drills.drills.participants import Cast
from drills.drills.wording import phrase
from handlers.console.drills.found import KNOW, inside, leads
from handlers.console.scope import Scope


async def readable(session: AsyncSession, mine: Scope, caller: Caller, drill: Drill) -> set[int] | None:
    """The areas whose people the caller may read of by name; None: all."""
    if not caller.may(*KNOW):
        return set()
    return None if await leads(session, mine, drill) else inside(mine)


def named(found: Measured, who: Cast, mine: Scope, here: set[int] | None) -> Measured:
    """The figures as they are; of the names only those of the participants `who` in the areas `here`."""
    if here is None:
        return found
    people = who.within(here).people
    theirs = {one.name for one in people} | {f"{one.name}（{mine.areas.nodes[one.area_id].name}）" for one in people}
    lines = [
        replace(
            line, silent=_named(line.silent, theirs), help=_named(line.help, theirs),
            cannot=_named(line.cannot, theirs),
        )
        for line in found.lines
    ]  # fmt: skip
    return replace(found, silent=_named(found.silent, theirs), lines=lines)


def _named(names: Sequence[str], theirs: set[str]) -> list[str]:
    own = [name for name in names if name in theirs]
    rest = len(names) - len(own)
    return [*own, phrase("unnamed", count=rest, besides=bool(own))] if rest else own
