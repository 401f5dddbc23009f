"""What is said of one door, however it was said: the row changes, and whoever said it hears what was understood."""

from bot.directory.tree import Tree
from broadcasts.answers.models import How
from broadcasts.subscriptions.places import spelled
from broadcasts.tasks.knocks.models import State
from broadcasts.tasks.knocks.queries import Seen, of_uid
from broadcasts.tasks.knocks.report import Found, refuse, report, ring
from broadcasts.tasks.knocks.states import FOUND, OPEN
from broadcasts.tasks.knocks.words import phrase, table
from handlers.chat.turn import Turn


async def found(turn: Turn, one: Seen, said: Found) -> tuple[bool, str]:
    """Whether it counts, and what is answered. Who needs support is heard, however late."""
    facts = where(await turn.areas(), one)
    counts = await report(turn.session, one.knock, said, by=turn.by, at=turn.heard_at)
    if not counts and said.state is State.help and one.knock.state not in OPEN:
        await ring(turn.session, one.knock, "help", by=turn.by, at=turn.heard_at)
        counts = True
    if counts:
        played = one.knock.drill
        return True, phrase("receipt", language=turn.language, said=said.state.value, played=played, **facts)
    return False, over(await of_uid(turn.session, one.knock.uid) or one, await turn.areas(), turn.language)


async def refused(turn: Turn, one: Seen, how: How) -> tuple[bool, str]:
    """去不了 is about whoever was sent, and not about the door."""
    if await refuse(turn.session, one.knock, by=turn.by, at=turn.heard_at, how=how):
        return True, phrase("refused", language=turn.language, **where(await turn.areas(), one))
    return False, over(await of_uid(turn.session, one.knock.uid) or one, await turn.areas(), turn.language)


def over(one: Seen, areas: Tree, language: str) -> str:
    """Why nothing more is to be said of this door."""
    knock = one.knock
    if knock.state in FOUND:
        return phrase("said_already", language=language, said=knock.state.value, **where(areas, one))
    why = table("WHY", language)
    return phrase("over", language=language, why=why.get(knock.reason, why["changed"]), **where(areas, one))


def where(areas: Tree, one: Seen) -> dict[str, str]:
    return {"who": one.name, "where": spelled(areas, one.area_id)}
