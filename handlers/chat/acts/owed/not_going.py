"""不去了 of somebody who was told that she need not go, or move anybody, says that she has read it, and nothing of her
own. After a while it may be about something else that waits for her: she hears how to say so, and an officer looks."""

import re
from datetime import datetime

from broadcasts.subscriptions.places import spelled
from broadcasts.tasks.evacuation import queries as villages
from broadcasts.tasks.evacuation.words import phrase as of_a_village
from broadcasts.tasks.evacuation.words import table
from broadcasts.tasks.knocks.report import BACK
from broadcasts.tasks.knocks.words import phrase
from handlers.chat.acts.owed.door_meant import LATELY, lately
from handlers.chat.acts.owed.door_outcome import over
from handlers.chat.turn import Turn
from handlers.chat.understand.words import bare

NOT_GOING = re.compile(
    "(?:好的?|嗯|收到|知道了?|那|我|就)*不去了?(?:谢谢|啊|哈|哦)*"
    "|(?:네|예|알겠습니다|그럼)*(?:안가겠습니다|가지않겠습니다|안갑니다|안가요)"
)


async def read(turn: Turn, *, open_: bool) -> bool:
    """`open_`: something else waits for the speaker's word, or takes it. False where nobody called her back lately."""
    if turn.person is None or not NOT_GOING.fullmatch(bare(turn.words)):
        return False
    found = [*await _doors(turn), *await _villages(turn, turn.person.id)]
    if not found:
        return False
    at, text, drill = max(found)
    if open_ and turn.heard_at - at > BACK:
        text = f"{text}\n{phrase('else_cannot', language=turn.language)}"
        turn.seen = False
    await turn.tell(text, always=not turn.flooded, drill=drill)
    return True


async def _doors(turn: Turn) -> list[tuple[datetime, str, bool]]:
    """Since when, what is said to it, and whether it was played."""
    gone = [one for one in await lately(turn, []) if one.called_back(turn.heard_at - LATELY)]
    areas = await turn.areas()
    return [(one.knock.done_at or one.knock.sent_at, over(one, areas, turn.language), one.knock.drill) for one in gone]


async def _villages(turn: Turn, me: int) -> list[tuple[datetime, str, bool]]:
    gone = await villages.called_off(turn.session, me, turn.talk.road, since=turn.heard_at - LATELY)
    areas, why = await turn.areas(), table("WHY", turn.language)
    return [
        (
            one.task.closed_at or one.order.at,
            of_a_village(
                "over",
                language=turn.language,
                where=spelled(areas, one.task.area_id),
                why=why.get(one.task.reason, why["ended"]),
            ),
            one.task.drill,
        )
        for one in gone
    ]
