"""Which door is meant, of those somebody was sent to and those that were over a moment ago."""

from collections.abc import Sequence
from datetime import timedelta

from broadcasts.tasks.knocks.queries import Seen, closed_of
from broadcasts.tasks.knocks.report import BACK
from broadcasts.tasks.knocks.words import phrase
from handlers.chat.turn import Turn

LATELY = timedelta(days=1)  # so long a door that is over is known by its name


async def meant(turn: Turn, found: Sequence[Seen]) -> Seen | None:
    """The door whose name is said, were it over; without a name the only one, unless the speaker was called back from
    another a moment ago: that one may be meant."""
    named = [one for one in [*found, *await lately(turn, found)] if one.name in turn.words]
    if len(named) > 1:
        named = [one for one in named if one.village in turn.words] or named
    doors = {one.knock.person_id for one in found}
    chosen = named or [*found, *(one for one in await called_off(turn) if one.knock.person_id not in doors)]
    return chosen[0] if len(chosen) == 1 else None


async def played(turn: Turn, found: Sequence[Seen]) -> bool:
    """Whether it is a drill's door that is meant; where that is not plain, whether all are."""
    mixed = len({one.knock.drill for one in found}) > 1
    one = await meant(turn, found) if mixed else None
    return one.knock.drill if one else all(seen.knock.drill for seen in found)


async def which(turn: Turn, found: Sequence[Seen]) -> str:
    doors = {one.knock.person_id: one for one in [*await called_off(turn), *found]}
    names = [f"{seen.village} {seen.name}" for seen in doors.values()]
    return phrase("which", language=turn.language, names=names, first=found[0].name)


async def lately(turn: Turn, found: Sequence[Seen]) -> list[Seen]:
    """Doors of the speaker that are over, the last word of each; without those to which she is on the way again."""
    if turn.person is None:
        return []
    doors = {one.knock.person_id for one in found}
    over = await closed_of(turn.session, turn.person.id, turn.talk.road, since=turn.heard_at - LATELY)
    return [*{one.knock.person_id: one for one in over if one.knock.person_id not in doors}.values()]


async def called_off(turn: Turn) -> list[Seen]:
    """From which she was called back a moment ago, and may not have read it."""
    return [one for one in await lately(turn, []) if one.called_back(turn.heard_at - BACK)]
