"""Whether somebody sees cards: a trial with one button, and what follows from its being pressed."""

from bot.channels.wecom_app.limits import NAME
from bot.directory.models import Person
from broadcasts.audience.select import Target
from broadcasts.dispatch.states import Mode
from broadcasts.dispatch.texts.cards import change
from broadcasts.dispatch.texts.pressed import button
from broadcasts.dispatch.texts.render import wording
from broadcasts.dispatch.texts.trial import try_card
from handlers.chat.turn import Turn


async def offered(turn: Turn) -> None:
    """They would answer by buttons: a card is tried, where cards are."""
    if turn.person is None or turn.channel != NAME:
        await turn.say("no_buttons")
        return
    turn.answered = True
    who, road = reader(turn, turn.person), turn.talk.road
    await try_card(turn.session, turn.settings, who, subject=subject(turn), at=turn.at, road=road)


async def proved(turn: Turn) -> None:
    """The trial's button was pressed: from now on warnings come as cards."""
    if turn.person is not None and (code := str(turn.inbound.body.get("ResponseCode") or "")):
        language = button(str(turn.inbound.body.get("EventKey") or "")).language
        word, who = wording("forms.txt", "TRIAL", language)["pressed"], reader(turn, turn.person)
        await change(turn.session, code, [who], word, subject=subject(turn), at=turn.at, road=turn.talk.road)
    await turn.say("buttons_on")


def subject(turn: Turn) -> str:
    return f"card:inbound:{turn.inbound.id}"


def reader(turn: Turn, person: Person) -> Target:
    """Whoever speaks, where they speak."""
    there = {turn.channel: turn.talk.address}
    return Target("person", person.id, person.area_id, None, "", person.language, Mode.quiet, there)
