"""办好了、办不了: whoever has to mend a hint says so by chat, with its number where there are several."""

from collections.abc import Sequence

from handlers.chat.turn import Turn
from handlers.chat.understand.vocabulary import vocabulary
from handlers.chat.understand.words import bare
from handlers.hints.deciding.assign import cannot
from handlers.hints.deciding.finish import done
from handlers.hints.models import Hint, State
from handlers.hints.queries import tasks_of
from handlers.hints.reporters.told import phrase


async def finished(turn: Turn, text: str) -> bool:
    """A sentence that begins with 办好了, of whoever has something to mend. False where it is something else."""
    if turn.person is None or not (_begins(text, "hint_done") or _begins(text, "hint_cannot")):
        return False
    mine = await tasks_of(turn.session, turn.person.id, turn.talk.road)
    if not mine:
        return False
    if len(mine) > 1:
        await turn.tell(phrase("which", language=turn.language, items=mine[:8]))
        return True
    return await _settle(turn, mine[0], text)


async def about(turn: Turn, found: Hint, text: str) -> bool:
    """A sentence that names a hint by its number, of whoever has to mend it. False where it is not theirs."""
    if turn.person is None or found.assignee_id != turn.person.id or found.state not in {State.assigned, State.done}:
        return False
    if found.state is State.assigned and (_says(text, "hint_done") or _says(text, "hint_cannot")):
        return await _settle(turn, found, text)
    return False


async def _settle(turn: Turn, found: Hint, text: str) -> bool:
    if _says(text, "hint_cannot"):
        if not await cannot(turn.session, found, word=text, by=turn.by, at=turn.at):
            return False
        await turn.tell(phrase("given_back", language=turn.language, h=found))
        return True
    if not await done(turn.session, found, text, by=turn.by, at=turn.heard_at, inbound_id=turn.inbound.id):
        return False
    await turn.tell(phrase("finished", language=turn.language, h=found))
    return True


def _begins(text: str, name: str) -> bool:
    return bare(text).startswith(_words(name))


def _says(text: str, name: str) -> bool:
    return any(word in bare(text) for word in _words(name))


def _words(name: str) -> tuple[str, ...]:
    known: Sequence[str] = vocabulary().part[name]
    return tuple(known)
