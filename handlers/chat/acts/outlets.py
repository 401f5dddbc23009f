"""已播 and 播不了, said in words: of everything that this keeper still has to play."""

from bot.directory.models import Person
from broadcasts.answers.models import How, Said
from broadcasts.dispatch.byhand.outlets import OutletTask, tasks_for
from broadcasts.outlets.told import say
from handlers.chat.turn import Turn
from handlers.chat.understand.intents import Intent, Understood


async def told(turn: Turn, person: Person, read: Understood) -> None:
    """Once said of all of it, a second word is about all of it as well: it is heard as the correction that it is."""
    tasks = await tasks_for(turn.session, person.id, turn.talk.road, turn.heard_at)
    open_ = [task for task in tasks if task.answer is None] or tasks
    if not open_:
        await turn.say("nothing_to_play")
        return
    said = Said.played if read.intent is Intent.played else Said.unplayed
    times = int(read.facts.get("times") or 1)
    for task in open_:
        await say(
            turn.session, task, said, times=times, person_id=person.id, how=How.words, by=turn.by,
            road=turn.talk.road, at=turn.heard_at,
        )  # fmt: skip
    await turn.say(
        "played", drill=all(task.drill for task in open_), names=[*dict.fromkeys(_name(task) for task in open_)],
        times=int(read.facts.get("times") or 0), cannot=said is Said.unplayed,
    )  # fmt: skip


def _name(task: OutletTask) -> str:
    """村头大喇叭 says already what it is; of two warnings it is named once."""
    return task.name if task.kind.zh in task.name else f"{task.kind.zh}{task.name}"
