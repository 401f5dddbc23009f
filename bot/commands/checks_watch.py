"""What `doctor` asks of the Watch: the same looks, taken now, and nothing of them kept or told."""

from collections.abc import AsyncIterator, Sequence

from bot.commands.checks import Check, State
from bot.deps import Deps
from broadcasts.dispatch.texts.render import wording
from broadcasts.watch.contract import Level, Look
from broadcasts.watch.run import seen
from broadcasts.watch.wording import words

STATES = {Level.bad: State.bad, Level.mind: State.mind, Level.note: State.mind}


async def watched(deps: Deps, looks: Sequence[Look]) -> AsyncIterator[Check]:
    """One line for each thing that is wrong, one for each look where all is well; none for a road that is not there."""
    asked = [look for look in looks if look.doctor]
    names = wording("watch_names.txt", "LOOKS")
    for name, found in (await seen(deps, asked, deps.clock.now())).items():
        if found is None:
            continue
        for one in found.seen:
            said = words(one.kind, one.facts)
            yield Check(STATES[one.level], names[name], said.said, said.mend)
        if not found.seen:
            yield Check(State.good, names[name], "好的")
