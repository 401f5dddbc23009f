"""The n-th of what we had offered: a line of the menu, one of several villages of one name, 删除 or not."""

from handlers.chat.acts.errands import errand
from handlers.chat.acts.residents import erase_me, settle
from handlers.chat.conversations.dialogues import ERASE, MENU, PLACE, asked, end
from handlers.chat.turn import Turn
from handlers.chat.understand.intents import Intent, Understood


async def chosen(turn: Turn, n: int) -> bool:
    """False where nothing is offered under that number: then it is a word like any other."""
    open_, facts = asked(turn.talk, turn.heard_at), dict(turn.talk.facts)
    if open_ is None:
        return False
    options = list(facts.get("options", []))
    if open_.name == ERASE:
        await erase_me(turn, agreed=n == 1)
        return True
    if not 1 <= n <= len(options):
        return False
    end(turn.talk)
    if open_.name == MENU:
        await errand(turn, Understood(Intent(options[n - 1])))
    elif open_.name == PLACE:
        await settle(turn, int(options[n - 1]), str(facts.get("label", "")))
    return True
