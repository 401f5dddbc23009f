"""One word that somebody said: who it was, what it means, one call into a vertical, one answer."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.deps import Deps
from bot.record.entries import record
from broadcasts.answers.models import How
from handlers.chat.acts import reporting
from handlers.chat.acts.errands import errand
from handlers.chat.acts.hints import things
from handlers.chat.acts.hints.telling import hint
from handlers.chat.acts.pictures import pictured
from handlers.chat.acts.pleas import cry
from handlers.chat.acts.residents import located
from handlers.chat.answers.answering import answers
from handlers.chat.bodies import Said, said
from handlers.chat.conversations.desk import give_back, taken
from handlers.chat.conversations.reply import open_window
from handlers.chat.conversations.speaker import speaker
from handlers.chat.floods import Flow, counted
from handlers.chat.turn import Turn
from handlers.chat.understand.intents import Intent
from handlers.chat.understand.read import understand
from handlers.chat.wording import table
from handlers.wechat.models import Inbound
from handlers.wechat.speech.wanted import will_listen

READABLE = frozenset({"text", "voice"})
MUTE = frozenset({"video", "shortvideo", "file"})  # that nobody reads at a glance
ATTACHED = MUTE | {"image"}


async def heard(session: AsyncSession, deps: Deps, inbound: Inbound, *, at: datetime) -> None:
    """Work on one word, in the transaction that has claimed it."""
    turn = await opened(session, deps, inbound, at)
    open_window(turn.talk, turn.heard_at, spoken=True)
    words = said(inbound.kind, inbound.body)
    await flowing(turn)
    inbound.intent = await meant(turn, words)
    noted(turn, said(inbound.kind, inbound.body).shown)


async def flowing(turn: Turn) -> None:
    """One more word, or one more touch of the menu: a flood gets one answer."""
    flow = counted(turn.talk, turn.heard_at)
    if flow is Flow.begins:
        await turn.say("flood")
    turn.flooded = flow is not Flow.calm
    turn.quiet = turn.quiet or turn.flooded


async def typed_in(session: AsyncSession, deps: Deps, inbound: Inbound, words: str, *, by: str, at: datetime) -> None:
    """An officer has listened to a recording: its words are that person's, spoken when the recording came."""
    turn = await opened(session, deps, inbound, at)
    turn.by, turn.typed = by, True
    inbound.intent = await meant(turn, Said("voice", words, How.voice))
    if turn.sealed:
        turn.talk.last_words = ""
        record(session, "anonymous", "word.sealed", f"inbound:{inbound.id}", at)
        return
    turn.talk.last_words = Said("voice", words).shown
    record(session, by, "word.typed-in", turn.talk.uid, at, inbound=inbound.id, intent=inbound.intent)


def noted(turn: Turn, shown: str) -> None:
    """What lists show of the conversation, and that something was heard: of a sealed word, nothing of either."""
    talk = turn.talk
    if turn.sealed:
        record(turn.session, "anonymous", "word.sealed", f"inbound:{turn.inbound.id}", turn.at)
        return
    talk.last_at, talk.last_words = turn.heard_at, shown
    if not turn.seen or talk.taken_by:
        talk.unread += 1
    turn.session.add(talk)
    intent = turn.inbound.intent
    record(turn.session, turn.speaker.actor, "word.heard", talk.uid, turn.at, inbound=turn.inbound.id, intent=intent)


async def opened(session: AsyncSession, deps: Deps, inbound: Inbound, at: datetime) -> Turn:
    """The speaker's turn begins. While an officer has taken the conversation over, we are quiet."""
    who = await speaker(session, inbound.road, inbound.platform, inbound.sender, inbound.received_at)
    if who.conversation.taken_by and not taken(who.conversation, at):
        await give_back(session, who.conversation, by="system", at=at)
    quiet = bool(who.conversation.taken_by)
    return Turn(session, deps.settings, deps.vault, inbound, who, at, by=who.actor, quiet=quiet)


async def meant(turn: Turn, words: Said) -> str:
    """The intent's name, after what follows from it was done. A cry for help comes before everything."""
    if words.kind == "location":
        mine = await things.located(turn, words) or await reporting.located(turn, words)
        return "location" if mine else await located(turn, words)
    if words.kind in ATTACHED and (kept := await pictured(turn, words.kind)):
        return kept
    if words.kind not in READABLE or not words.text.strip():
        return await _kept(turn, words)
    read = understand(words.text)
    if read.plea:
        await cry(turn, words.text)
    answered = await answers(turn, read, words)
    besides = answered or read.plea or bool(turn.talk.taken_by)
    if read.plea and not (answered or turn.talk.taken_by) and await reporting.figure(turn, read, words.text):
        return "plea"
    if besides and read.intent is Intent.hint:
        await hint(turn, read, words.text)
    elif besides and not turn.counted and reporting.also(read, words.text):
        # what has happened is not lost behind another answer
        rings = not read.plea and not turn.talk.taken_by
        await reporting.report(turn, words.text, rings=rings, told=not read.plea or reporting.happened(words.text))
    if not (answered or read.plea or turn.talk.taken_by):
        await errand(turn, read, words.text)
    return "plea" if read.plea and not answered else read.intent.value


async def _kept(turn: Turn, words: Said) -> str:
    """What cannot be read is kept for a person."""
    turn.seen = False
    if words.kind == "voice":
        listens = await will_listen(turn.session, turn.settings, turn.inbound.id)
        await turn.say("listening" if listens else "recording")
    else:
        named = table("THINGS", turn.language)
        await turn.say("kept", what=named.get(words.kind, named["other"]), words=words.kind in MUTE)
    return words.kind if words.kind in {"voice", *ATTACHED} else Intent.unknown.value
