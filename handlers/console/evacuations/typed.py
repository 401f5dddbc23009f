"""What an officer types of one village: what was said on the telephone and by whom, how many are to be moved, and that
it need not be moved any more."""

from dataclasses import dataclass
from datetime import datetime

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.access.guards import Form
from bot.errors import Conflict
from bot.ids import uuid7
from broadcasts.answers.models import How
from broadcasts.tasks.evacuation.close import call_off
from broadcasts.tasks.evacuation.expected import expect
from broadcasts.tasks.evacuation.queries import Seen
from broadcasts.tasks.evacuation.say import Spoke, plausible, say
from broadcasts.tasks.evacuation.states import Why
from broadcasts.tasks.evacuation.words import table
from handlers.chat.understand.village_written import village_written


class Unclear(Conflict):
    """没有记下：没看准这句话。请写成“转了12户35人”“都转完了”“还有3个老人不肯走”或“不用转，因为……”。"""


class Unsure(Conflict):
    """还没有停。再按一次“确定不用转了”，转移就到此为止，已经通知到的人会收到一条；电话里说的话请按“记下”："""


class Late(Conflict):
    """记下了，但没有计入，转移已经到此为止："""


@dataclass(frozen=True)
class Typed:
    """Of the village `task`, so that nothing has to be typed again. `stops`: with the next press it is over."""

    task: str
    word: str
    who: str
    expected: str
    back: str
    stops: bool


def typed(form: Form) -> Typed:
    task, word, who, expected, back = (
        str(form.get(name, "")).strip() for name in ("task", "word", "who", "expected", "back")
    )
    return Typed(task, word, who, expected, back, form.get("do") == "stop")


async def act_on(session: AsyncSession, one: Seen, form: Form, *, by: str, at: datetime) -> str:
    """What the officer has to know though it was done. Raises Unclear, Unsure or NoExpected."""
    match form.get("do"):
        case "heard":
            return await _heard(session, one, typed(form), by=by, at=at)
        case "expected":
            await expect(session, one.task, typed(form).expected, by=by, at=at)
        case "stop" if form.get("sure"):
            await call_off(session, one.task, Why.stopped, by=by, at=at)
        case "stop":
            raise Unsure(one.village)
        case _:
            raise web.HTTPBadRequest
    return ""


async def _heard(session: AsyncSession, one: Seen, said: Typed, *, by: str, at: datetime) -> str:
    """By this officer's ear, in the words of whoever was on the telephone. Whoever types it has asked how many."""
    read = village_written(said.word)
    heard = plausible(read.heard, None) if read else None
    if read is None or heard is None or heard.doubts or read.why:
        raise Unclear
    speaker = one.second if one.second and one.second.uid == said.who else one.first
    spoke = Spoke(by, How.call, f"call:{uuid7(at)}", said.word, speaker.id)
    if await say(session, one.task, heard, spoke, at):
        return ""
    return str(Late(f"{one.village}（{table('WHY').get(one.task.reason, '')}）"))
