"""演练: which drills are planned for whoever asks; of a 双盲 nobody hears before it has begun."""

from bot.directory.models import Person
from broadcasts.dispatch.texts.spoken import spoken
from drills.drills.models import Drill
from drills.drills.queries import areas_of, for_person
from drills.drills.states import ON
from drills.drills.wording import phrase, places
from handlers.chat.turn import Turn


async def coming(turn: Turn, person: Person) -> None:
    found = await for_person(turn.session, person.id, turn.at)
    items = [await _item(turn, drill) for drill in found]
    await turn.tell(phrase("coming", language=turn.language, items=items), drill=bool(items))


async def _item(turn: Turn, drill: Drill) -> tuple[str, str, str, bool]:
    where = places(await turn.areas(), await areas_of(turn.session, drill.id))
    return drill.name, spoken(drill.starts_at, turn.at, turn.settings.zone, turn.language), where, drill.state in ON
