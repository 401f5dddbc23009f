"""Reports by chat: a sentence, a picture or a place is stored at once, and the receipt says what was understood."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from broadcasts.subscriptions.follow import places
from broadcasts.subscriptions.places import around, spelled
from handlers.chat.bodies import Said
from handlers.chat.conversations.dialogues import REPORT, asked, begin, end
from handlers.chat.conversations.reply import say
from handlers.chat.turn import Turn
from handlers.chat.understand.intents import Intent, Understood
from handlers.chat.understand.read import befell
from handlers.chat.understand.read import happened as happened
from handlers.chat.understand.vocabulary import vocabulary
from handlers.chat.understand.words import bare
from handlers.reports.add import add_picture, add_place, add_words
from handlers.reports.figures.asks import in_language
from handlers.reports.figures.missing import missing, understood
from handlers.reports.file import Filed, file
from handlers.reports.limits.limits import limits
from handlers.reports.models import Report, ReportVersion, State
from handlers.reports.reading.korean import HANGUL, chinese
from handlers.reports.reading.read import NOTHING_NEW
from handlers.reports.reporter import Reporter, home_of
from handlers.reports.told import form_link, phrase

SENTENCE = 8  # syllables of Korean from which on it is one
IMAGE = "image"
TOGETHER = timedelta(minutes=30)  # a picture or a place belongs to what was reported just before
SKIPS = ("不清楚", "不知道", "不晓得", "不详", "跳过", "没数", "还不清楚")
NONE = frozenset({"没有", "没", "无", "0", "零", "没得", "没有的"})
TAKEN = frozenset({Intent.unknown, Intent.report, Intent.subscribe, Intent.help, Intent.cannot})
BARE = re.compile(r"[0-9一二两三四五六七八九十百]+")
FIGURE = re.compile(f"[重轻]?受?(?:死亡|[死伤亡])了?{BARE.pattern}个?[人名位]")
HERE = select(Report).where(col(Report.conversation_id) == sa.bindparam("talk")).order_by(col(Report.id).desc())
OPEN = HERE.where(col(Report.state).in_((State.filed, State.returned))).limit(1).execution_options(autoflush=False)
BEFORE = HERE.where(col(Report.id) < sa.bindparam("before")).limit(1).execution_options(autoflush=False)


def tells(read: Understood, text: str) -> bool:
    """Whether a word is a report, also where it begins by saying so, or where a digit stands before what has happened:
    1 收到，桥断了."""
    return read.intent is Intent.report or _begins(text) or (read.intent is Intent.digit and befell(text))


def korean(text: str) -> bool:
    """Whether it is a whole sentence in Korean that asks nothing: our words for it are fewer than for Chinese, and what
    we cannot read may be what has happened."""
    words = bare(text)
    return len(HANGUL.findall(words)) >= SENTENCE and not words.endswith(vocabulary().part["report_question"])


def also(read: Understood, text: str) -> bool:
    """Whether a cry for help, for support, or an answer by a digit tells besides what has happened."""
    more = read.plea or read.intent in {Intent.help, Intent.cannot}
    return tells(read, text) or (more and happened(text))


async def report(turn: Turn, text: str, *, rings: bool = True, told: bool = True) -> None:
    """One sentence. What was returned, or has no words yet, gets them; else it is a report of its own. 上报 alone is
    none yet, and is asked about. `told`: whether the receipt is said."""
    if bare(text) in vocabulary().whole["report_alone"]:
        begin(turn.talk, REPORT, turn.heard_at, field="words")
        await _say(turn, phrase("ask", language=turn.language))
        return
    open_ = await _open(turn)
    if open_ is not None and (open_.state is State.returned or not open_.words) and not _begins(text):
        areas = await turn.areas()
        if await add_words(
            turn.session, turn.settings, areas, open_, text, by=turn.by, at=turn.at, inbound_id=turn.inbound.id
        ):
            await _receipt(turn, open_)
            return
    filed = await _file(turn, text, rings=rings)
    if told:
        await _receipt(turn, filed.report, filed)


async def answered(turn: Turn, read: Understood, text: str) -> bool:
    """The answer to our question about a report. False where none is open, or where it is something else."""
    open_ = asked(turn.talk, turn.heard_at)
    if open_ is None or open_.name != REPORT or read.intent is Intent.cancel or "number" in read.facts:
        return False  # a hint that is named by its number is something else
    if _awaited(turn) and read.intent in TAKEN and bare(text) and not _begins(text):
        await report(turn, text)
        return True
    found = await _asked_about(turn)
    name = str(turn.talk.facts.get("field", ""))
    if found is None or _begins(text):
        end(turn.talk)
        return False
    meant = chinese(text).strip()
    if any(word in meant for word in SKIPS):
        turn.talk.facts = {**turn.talk.facts, "skipped": [*turn.talk.facts.get("skipped", []), name]}
    elif BARE.fullmatch(meant) and meant not in NONE:
        await _say(turn, phrase("unit", language=turn.language))
        return True
    elif not await _fills(turn, found, name, text):
        return False
    await _receipt(turn, found)
    return True


async def figure(turn: Turn, read: Understood, text: str) -> bool:
    """Whether a number of people, which is a cry as well, answers our question about a report: 伤2人."""
    return FIGURE.fullmatch(bare(text)) is not None and await answered(turn, read, text)


async def pictured(turn: Turn, kind: str = IMAGE) -> bool:
    """A picture, or a video, belongs to what was just reported; a worker's is a report by itself."""
    found = await _open(turn)
    if found is None and turn.person is None and not _awaited(turn):
        return False
    if found is None:
        filed = await _file(turn, "")
        await _receipt(turn, filed.report, filed)
        return True
    areas = await turn.areas()
    await add_picture(turn.session, turn.settings, areas, found, turn.inbound.id, by=turn.by, at=turn.at)
    await _say(turn, phrase("picture" if kind == IMAGE else "video", language=turn.language, r=found))
    return True


async def last(turn: Turn) -> datetime | None:
    """When the speaker had a report before her eyes that a picture may belong to: filed, added to or sent back."""
    found = await _open(turn)
    if found is None:
        return None
    changed = sa.select(sa.func.max(col(ReportVersion.at))).where(col(ReportVersion.report_id) == found.id)
    return await turn.session.scalar(changed) or found.first_at


async def located(turn: Turn, words: Said) -> bool:
    """A place on the map of a worker, or of a resident who has just reported."""
    found = await _open(turn)
    if words.place is None or (found is None and turn.person is None and not _awaited(turn)):
        return False
    if found is None:
        areas = await turn.areas()
        here = around(areas, *words.place)
        known: dict[str, Any] = {"place": words.text[:120], "lon": words.place[0], "lat": words.place[1]}
        filed = await _file(turn, "", known=known | ({"area_id": here.id} if here else {}))
        await _receipt(turn, filed.report, filed)
        return True
    await add_place(
        turn.session, turn.settings, await turn.areas(), found, words.text, *words.place, inbound_id=turn.inbound.id,
        by=turn.by, at=turn.at,
    )  # fmt: skip
    await _say(turn, phrase("located", language=turn.language, r=found))
    return True


async def reporter(turn: Turn) -> Reporter:
    rows = await places(turn.session, turn.follower) if turn.follower and turn.person is None else []
    home = home_of(turn.person, [row.area_id for row in rows], await turn.areas())
    return Reporter(turn.by, "chat", turn.person, turn.follower, turn.talk.id, home, turn.talk.road)


async def _file(turn: Turn, text: str, *, rings: bool = True, known: Mapping[str, Any] | None = None) -> Filed:
    if _awaited(turn):
        end(turn.talk)
    return await file(
        turn.session, turn.settings, await turn.areas(), await reporter(turn), text, at=turn.at,
        heard_at=turn.heard_at, inbound_id=turn.inbound.id, rings=rings, known=known,
    )  # fmt: skip


def _awaited(turn: Turn) -> bool:
    """Whether 上报 was said alone a moment ago: whatever is told now is a report of its own."""
    open_ = asked(turn.talk, turn.heard_at)
    return open_ is not None and open_.name == REPORT and "report" not in turn.talk.facts


async def _open(turn: Turn) -> Report | None:
    """What was reported here a moment ago, or came back to be mended."""
    if turn.speaker.new or _awaited(turn):
        return None
    found = (await turn.session.execute(OPEN, {"talk": turn.talk.id})).scalar_one_or_none()
    if found is None:
        return None
    if found.state is State.returned:
        return None if await _over(turn, found) else found
    return found if found.first_at > turn.heard_at - TOGETHER else None


async def _over(turn: Turn, returned: Report) -> bool:
    """Whether what came back has waited for its mend too long: whatever is said now is another matter."""
    ends = (returned.decided_at or returned.first_at) + (await limits(turn.session)).mending
    return turn.heard_at > ends


async def _given_up(turn: Turn, found: Report) -> str:
    """The number of what came back here last and was never mended, where the new report is another than that."""
    if turn.speaker.new:
        return ""
    before = {"talk": turn.talk.id, "before": found.id}
    last = (await turn.session.execute(BEFORE, before)).scalar_one_or_none()
    return last.number if last is not None and last.state is State.returned and last.thread != found.thread else ""


def _begins(text: str) -> bool:
    """Whether it says by itself that it is a report."""
    starts = bare(text).startswith(vocabulary().part["report_start"])
    return starts or NOTHING_NEW.fullmatch(chinese(text)) is not None


async def _asked_about(turn: Turn) -> Report | None:
    wanted = select(Report).where(
        col(Report.uid) == str(turn.talk.facts.get("report", "")),
        col(Report.state).in_((State.filed, State.returned)),
    )
    return (await turn.session.execute(wanted)).scalar_one_or_none()


async def _fills(turn: Turn, found: Report, name: str, text: str) -> bool:
    """The answer to what was asked, else to something else that is missing: 伤2人 where we had asked for the place."""
    for wanted in dict.fromkeys([name, *missing(found)]):
        if await _added(turn, found, wanted, text):
            return True
    return False


async def _added(turn: Turn, found: Report, name: str, text: str) -> bool:
    areas = await turn.areas()
    return await add_words(
        turn.session, turn.settings, areas, found, text, by=turn.by, at=turn.at, inbound_id=turn.inbound.id, field=name
    )


async def _receipt(turn: Turn, found: Report, filed: Filed | None = None) -> None:
    """The number, what was understood, what is doubtful, and one way to go on: the form, or the next question."""
    areas = await turn.areas()
    unknown = list(turn.talk.facts.get("skipped", [])) if turn.talk.facts.get("report") == found.uid else []
    lacks = [name for name in missing(found) if name not in unknown]
    link = form_link(turn.settings, found, turn.talk.platform)
    question = lacks[0] if lacks and not link else ""
    if question and not turn.quiet:
        begin(turn.talk, REPORT, turn.heard_at, report=found.uid, field=question, skipped=unknown)
    elif turn.talk.dialogue == REPORT:
        end(turn.talk)
    text = phrase(
        "filed", language=turn.language, r=found, place=spelled(areas, found.area_id),
        understood=understood(found, turn.language), asks=[in_language(one, turn.language) for one in found.asks[:3]],
        missing=lacks, link=link, question=question, phone=await turn.phone(), same=bool(filed and not filed.new),
        apart=filed.reading.number if filed and filed.reading and filed.reading.apart else "",
        given_up=await _given_up(turn, found) if filed and filed.new and not filed.follows else "",
        follows=filed.follows.number if filed and filed.follows else "",
    )  # fmt: skip
    await _say(turn, text)


async def _say(turn: Turn, text: str) -> None:
    turn.answered = True
    if not turn.quiet:
        await say(turn.session, turn.settings, turn.talk, text, inbound=turn.inbound.id, at=turn.at)
