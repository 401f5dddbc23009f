"""What is asked for in words goes to whoever can do it; what nobody understood goes to an officer."""

from handlers.chat.acts import residents
from handlers.chat.acts.binding import bind
from handlers.chat.acts.drills import coming
from handlers.chat.acts.endings import settled
from handlers.chat.acts.hints import tasks as hint_tasks
from handlers.chat.acts.hints import telling as hints
from handlers.chat.acts.information import advice, in_force, on_duty
from handlers.chat.acts.outlets import told
from handlers.chat.acts.owed.swaps import swap
from handlers.chat.acts.reporting import answered, korean, report, tells
from handlers.chat.acts.shelters import where_to
from handlers.chat.answers.buttons import offered
from handlers.chat.conversations.dialogues import ERASE, MENU, PLACE, asked, begin, end
from handlers.chat.turn import Turn
from handlers.chat.understand.intents import DIGITS, Intent, Understood
from handlers.chat.wording import table

FOR_STAFF = (Intent.warnings, Intent.advice, Intent.phone, Intent.buttons, Intent.hint, Intent.shelters)
FOR_RESIDENTS = (
    *(Intent.warnings, Intent.advice, Intent.places, Intent.subscribe, Intent.phone, Intent.unsubscribe),
    *(Intent.hint, Intent.shelters),
)
FOR_STRANGERS = frozenset(
    {Intent.bind, Intent.phone, Intent.shelters, Intent.thanks, Intent.cancel, Intent.hint, Intent.anonymous}
)
ENDINGS = frozenset({Intent.still_valid, Intent.over})
AGREED = frozenset({Intent.yes, Intent.received})
BEYOND_US = frozenset({Intent.help, Intent.cannot})  # understood, and for a person to act on


async def errand(turn: Turn, read: Understood, text: str = "") -> None:
    """Do what is asked, and say so."""
    nobody = turn.person is None and turn.follower is None
    if nobody and read.intent not in FOR_STRANGERS and not tells(read, text):
        turn.seen = False
        await turn.say("stranger", phone=await turn.phone())
        return
    if await answered(turn, read, text) or await hints.answered(turn, read, text):
        return
    if await hint_tasks.finished(turn, text) or await hints.mended(turn, read, text):
        return
    if tells(read, text):
        await report(turn, text)
        return
    if read.intent in ENDINGS and await settled(turn, read.intent, text):
        return
    match read.intent:
        case Intent.menu:
            await menu(turn)
        case Intent.cancel:
            end(turn.talk)
            await turn.say("left")
        case Intent.warnings:
            await in_force(turn)
        case Intent.advice:
            await advice(turn)
        case Intent.shelters:
            await where_to(turn)
        case Intent.phone:
            await on_duty(turn, read.facts.get("place", ""))
        case Intent.swap if turn.person is not None:
            await swap(turn, read.facts.get("words", ""))
        case Intent.played | Intent.unplayed if turn.person is not None:
            await told(turn, turn.person, read)
        case Intent.drills if turn.person is not None:
            await coming(turn, turn.person)
        case Intent.buttons:
            await offered(turn)
        case Intent.hint:
            await hints.hint(turn, read, text)
        case Intent.anonymous:
            await hints.anonymous(turn)
        case Intent.bind:
            await bind(turn, read.facts.get("words", ""))
        case Intent.thanks:
            turn.answered = True  # politeness needs no answer
        case _:
            await _of_residents(turn, read, text)


async def menu(turn: Turn) -> None:
    """Its numbers mean something for a while."""
    options = FOR_STAFF if turn.person is not None else FOR_RESIDENTS
    begin(turn.talk, MENU, turn.heard_at, options=[intent.value for intent in options])
    await turn.say("menu", items=[table("MENU", turn.language)[intent.value] for intent in options])


def _idle(read: Understood) -> bool:
    """A resident's 1, where nothing waits for it: politeness, or a choice that came too late."""
    return not read.facts["rest"] and DIGITS.get(read.n) not in BEYOND_US


async def _of_residents(turn: Turn, read: Understood, text: str) -> None:
    open_ = asked(turn.talk, turn.heard_at)
    dialogue = open_.name if open_ else ""
    match read.intent:
        case _ if dialogue == ERASE and read.intent in AGREED:
            await residents.erase_me(turn, agreed=True)
        case Intent.subscribe:
            await residents.subscribe(turn, read)
        case Intent.unsubscribe:
            await residents.unsubscribe(turn, read)
        case Intent.resume:
            await residents.resume(turn)
        case Intent.places:
            await residents.my_places(turn)
        case Intent.data:
            await residents.my_data(turn)
        case Intent.erase:
            await residents.ask_erase(turn)
        case Intent.unknown if dialogue == PLACE and text:
            await residents.look_for(turn, text, str(turn.talk.facts.get("label", "")))
        case Intent.received if turn.person is None:
            turn.answered = True  # a resident is never asked, and may be polite
        case Intent.digit if turn.person is None and _idle(read):
            await menu(turn)
        case Intent.unknown if turn.person is not None and korean(text):
            await report(turn, text)
        case _:
            turn.seen = False
            name = "report" if read.intent in BEYOND_US else "not_understood"
            await turn.say(name, phone=await turn.phone())
