"""The errand as a card, for whoever sees cards: one button for each word from the door, and one for 我去不了. What was
pressed stands in the buttons' place; what was said otherwise, or ended without a word, is said there too."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from broadcasts.answers.models import How
from broadcasts.dispatch.texts.cards import close_errand
from broadcasts.dispatch.texts.forms import Carded, card
from broadcasts.dispatch.texts.pressed import key
from broadcasts.dispatch.texts.render import wording
from broadcasts.tasks.knocks.models import Knock, State
from broadcasts.tasks.knocks.words import table

AT_DOOR = "door_"  # before a button's key: 需要支援 at a door is not 需要支援 of one's own
OUTCOMES: Mapping[str, State | None] = {  # None: whoever was sent cannot go
    **{f"{AT_DOOR}{state.value}": state for state in (State.knows, State.nobody, State.help)},
    f"{AT_DOOR}cannot": None,
}
TOLD, OFF = "closed_told", "closed_off"  # words of forms.txt


def errand(
    language: str, instead: Sequence[str], *, who: str, where: str, head: str, until: str, link: str, phone: str
) -> str | None:
    """The frozen card; None where it has no room. `until` as it is said in that language."""
    words, source = table("CARD", language), wording("forms.txt", "WORDS", language)["source"]
    buttons = table("BUTTONS", language)
    rows = ((words["until"], words["before"].format(until=until)), (words["phone"], phone))
    title, said = words["title"].format(where=where, who=who), words["said"].format(who=who)
    styled = [(key(f"{AT_DOOR}{one}", language), text, style) for style, (one, text) in enumerate(buttons.items(), 1)]
    return card(Carded(title, said, head, words["care"], rows), {"source": source, "buttons": styled}, link, instead)


async def close_card(session: AsyncSession, knock: Knock, name: str, *, at: datetime, how: How | None = None) -> None:
    """The buttons go. Where a press said it the card shows that by itself."""
    if knock.told_id and how is not How.card:
        await close_errand(session, knock.told_id, name, at=at)
