"""隐患、随手拍 by chat: a sentence is stored at once, the receipt says the number, and one question at most follows."""

import re
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from broadcasts.dispatch.texts.spoken import spoken
from broadcasts.subscriptions.follow import places
from broadcasts.subscriptions.places import named, spelled
from handlers.chat.acts.hints.tasks import about as about_task
from handlers.chat.acts.reporting import happened
from handlers.chat.conversations.dialogues import HINT, asked, begin, end
from handlers.chat.conversations.reply import written_from
from handlers.chat.turn import Turn
from handlers.chat.understand.intents import Intent, Understood
from handlers.chat.understand.vocabulary import vocabulary
from handlers.chat.understand.words import bare
from handlers.hints.add import add_words, forget_asking, hide, make_anonymous
from handlers.hints.file import Filed, file
from handlers.hints.models import Hint, HintVersion, State
from handlers.hints.queries import of_number, owned
from handlers.hints.reporters.told import form_link, phrase
from handlers.reports.reporter import Reporter, home_of
from handlers.wechat.models import Platform

LATELY = timedelta(hours=24)  # so long 匿名, or a sentence, by itself still means the hint that was told, or came back
SUPPLEMENT = 40  # letters that an answer about an anonymous hint has; a longer sentence is somebody's own matter
UNKNOWN = re.compile(r"(?<!不)(?<!不要)(?<!不用)(?<!不必)匿名|익명(?!\s*아)")
MARKS = " ,，。.:：、;；!！\n"
TAKEN = frozenset({Intent.unknown, Intent.report, Intent.subscribe, Intent.help, Intent.cannot, Intent.hint})


async def hint(turn: Turn, read: Understood, text: str) -> None:
    """What was said of a hint: told, asked after, or mended where a number is named."""
    if number := read.facts.get("number", ""):
        await _about(turn, number, text, cries=read.plea)
        return
    words, unknown = verbatim(text), UNKNOWN.search(text) is not None
    if words:
        await told(turn, words, anonymous=unknown, plea=read.plea)
        return
    await _ask(turn, anonymous=unknown)


async def anonymous(turn: Turn) -> None:
    """匿名: the hint that was told a moment ago, or the one that comes now."""
    open_ = asked(turn.talk, turn.heard_at)
    rows = await owned(turn.session, turn.vault, await reporter(turn), since=turn.heard_at - LATELY, most=1)
    begun = open_ is not None and open_.name == HINT and turn.talk.facts.get("field") == "words"
    if rows and not begun:
        await make_anonymous(turn.session, turn.vault, rows[0], at=turn.at)
        end(turn.talk)
        turn.sealed = True
        await turn.tell(phrase("sealed", language=turn.language, h=rows[0]))
        seal(turn, rows[0])
        return
    await _ask(turn, anonymous=True)


async def answered(turn: Turn, read: Understood, text: str) -> bool:
    """The answer to what we asked of a hint: its words, or its village. False where nothing is asked, or where it is
    something else."""
    open_ = asked(turn.talk, turn.heard_at)
    if open_ is None or open_.name != HINT or read.intent not in TAKEN or "number" in read.facts or not text.strip():
        return False
    facts = dict(turn.talk.facts)
    if read.intent is Intent.hint and not verbatim(text):
        return False
    if facts.get("field") == "words":
        unknown = bool(facts.get("anonymous")) or UNKNOWN.search(text) is not None
        await told(turn, verbatim(text), anonymous=unknown, asking=facts.get("asking"))
        return True
    rows = await owned(turn.session, turn.vault, await reporter(turn), since=turn.heard_at - LATELY, most=1)
    end(turn.talk)
    if not rows or read.intent is Intent.hint:
        return False
    if facts.get("field") == "place" and not named(await turn.areas(), bare(text)) and len(text.strip()) > 12:
        return False  # a whole sentence that names no place is something else
    return await added(turn, rows[0], text)


async def mended(turn: Turn, read: Understood, text: str) -> bool:
    """A sentence that is nothing else, of who was asked for a word about a hint within the last day. False where nobody
    was; what has happened to houses, roads or water is a report, whatever was asked; and a cry is never hidden."""
    words = bare(text)
    if read.plea or read.intent not in {Intent.unknown, Intent.report} or not words or happened(text):
        return False
    back = await _came_back(turn)
    if back is None or (back.anonymous and len(words) > SUPPLEMENT):
        return False
    return await added(turn, back, text)


async def _came_back(turn: Turn) -> Hint | None:
    """What came back lately; of an older one its number says that it is meant."""
    rows = await owned(turn.session, turn.vault, await reporter(turn))
    back = next((one for one in rows if one.state is State.returned), None)
    if back is None:
        return None
    last = sa.select(sa.func.max(col(HintVersion.at))).where(
        col(HintVersion.hint_id) == back.id, col(HintVersion.state) == State.returned
    )
    at = await turn.session.scalar(last)
    return back if at is not None and turn.heard_at - at <= LATELY else None


async def told(
    turn: Turn, words: str, *, anonymous: bool, plea: bool = False, known: dict[str, Any] | None = None,
    asking: int | None = None,
) -> None:  # fmt: skip
    """A hint of its own. Who also cries for help is called back, and so cannot stay unknown by the same words. `asking`
    is the word by which they asked to stay unknown before."""
    end(turn.talk)
    filed = await file(
        turn.session, turn.settings, turn.vault, await turn.areas(), await reporter(turn), words,
        anonymous=anonymous and not plea, at=turn.at, heard_at=turn.heard_at, inbound_id=turn.inbound.id, known=known,
    )  # fmt: skip
    if anonymous and not plea:
        await make_anonymous(turn.session, turn.vault, filed.hint, at=turn.at)  # told by name a moment ago
        await forget_asking(turn.session, filed.hint, asking)
    turn.sealed = turn.sealed or filed.hint.anonymous
    await _receipt(turn, filed, plea=plea and anonymous)
    seal(turn, filed.hint)  # after the answer, which is sent to where the word came from


async def added(turn: Turn, found: Hint, words: str) -> bool:
    """One more sentence of whoever told it. False where it is too late for that."""
    if not await add_words(turn.session, await turn.areas(), found, words, at=turn.at, inbound_id=turn.inbound.id):
        return False
    turn.sealed = turn.sealed or found.anonymous
    await _receipt(turn, Filed(found))
    seal(turn, found)  # after the answer, as above
    return True


async def reporter(turn: Turn) -> Reporter:
    rows = await places(turn.session, turn.follower) if turn.follower and turn.person is None else []
    home = home_of(turn.person, [row.area_id for row in rows], await turn.areas())
    follower = turn.follower if turn.person is None else None
    number = await written_from(turn.session, turn.talk)
    return Reporter(turn.by, "chat", turn.person, follower, turn.talk.id, home, turn.talk.road, number)


def seal(turn: Turn, found: Hint) -> None:
    """Nothing of this turn shows who told an anonymous hint."""
    if found.anonymous:
        turn.sealed = True
        hide(found, turn.inbound)


def verbatim(text: str) -> str:
    """What was said, without the word by which it begins."""
    plain = text.strip()
    if bare(plain) in vocabulary().whole[Intent.hint]:
        return ""
    lead = next((word for word in vocabulary().lead[Intent.hint] if plain.startswith(word)), "")
    return plain.removeprefix(lead).strip(MARKS) if lead else plain


async def _ask(turn: Turn, *, anonymous: bool) -> None:
    """What it is. Of who wants to stay unknown no list shows the asking; the word itself goes when the hint is told."""
    begin(turn.talk, HINT, turn.heard_at, field="words", anonymous=anonymous, asking=turn.inbound.id)
    turn.sealed = turn.sealed or anonymous
    await turn.tell(phrase("ask", language=turn.language, anonymous=anonymous))


async def _about(turn: Turn, number: str, text: str, *, cries: bool = False) -> None:
    """By its number: whoever mends it, or whoever told it; nobody else learns anything."""
    found = await of_number(turn.session, number, turn.talk.road)
    if found is not None and await about_task(turn, found, text):
        return
    own = await owned(turn.session, turn.vault, await reporter(turn), most=500)
    if found is None or found.id not in {one.id for one in own}:
        await turn.tell(phrase("unknown_number", language=turn.language, number=number))
        return
    more = re.sub(re.escape(number), "", text, flags=re.I).strip(MARKS)
    if cries and found.anonymous:
        return  # whoever answers the cry must see who it was: nothing of the hint is said
    if found.state is State.returned and more and await added(turn, found, more):
        return
    turn.sealed = turn.sealed or found.anonymous
    until = spoken(found.due_at, turn.at, turn.settings.zone, turn.language) if found.due_at else ""
    await turn.tell(phrase("status", language=turn.language, h=found, until=until))
    seal(turn, found)


async def _receipt(turn: Turn, filed: Filed, *, plea: bool = False) -> None:
    """The number, where it is noted, and one question at most."""
    found, areas = filed.hint, await turn.areas()
    if found.anonymous and turn.talk.platform is Platform.sms:
        await turn.tell(phrase("noted", language=turn.language))
        return
    field = "more" if not found.words else "place" if not filed.placed else ""
    if field and not turn.quiet:
        begin(turn.talk, HINT, turn.heard_at, field=field)
    text = phrase(
        "filed", language=turn.language, h=found, place=spelled(areas, found.area_id), placed=filed.placed,
        words=found.words, link=form_link(turn.settings, found, turn.talk.platform), same=not filed.new, plea=plea,
    )  # fmt: skip
    await turn.tell(text)
