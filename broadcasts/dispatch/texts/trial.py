"""A card with one button, for whoever would answer by buttons: that it was pressed proves that cards are seen there."""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.wecom_app.limits import NAME
from bot.config import Settings
from broadcasts.audience.select import Target
from broadcasts.dispatch.models import Broadcast
from broadcasts.dispatch.planning.plan import plan
from broadcasts.dispatch.planning.write import Sending, write
from broadcasts.dispatch.sending.roads import open_roads
from broadcasts.dispatch.states import Mode, Purpose, Road
from broadcasts.dispatch.tell import RANK
from broadcasts.dispatch.texts.forms import CARD, TEXT, Shaped, Write
from broadcasts.dispatch.texts.pages import page_code
from broadcasts.dispatch.texts.pressed import key
from broadcasts.dispatch.texts.render import wording

SEEN = "seen"  # the button's key
WORTH = timedelta(hours=1)


@dataclass(frozen=True)
class TrialForms:
    """A card on WeCom; words where there are none."""

    def of(self, channel: str, target: Target) -> str:
        return CARD if channel == NAME else TEXT

    def shape(self, form: str, channel: str, role: str, language: str, limit: int, write: Write) -> Shaped:
        parts = write(channel, role, language, limit)
        return Shaped(CARD, [_card(parts, language)]) if form == CARD else Shaped(TEXT, parts)


async def try_card(
    session: AsyncSession, settings: Settings, reader: Target, *, subject: str, at: datetime, road: Road
) -> Broadcast:
    """Send it to one reader."""
    roads, spoken = open_roads(settings), replace(reader, language=settings.speaks(reader.language))
    words = wording("forms.txt", "TRIAL", spoken.language)
    made = plan([spoken], lambda *_: [words["instead"]], lambda _: "", roads.of(Purpose.reply), TrialForms())
    due, code = dict.fromkeys(Mode, at), await page_code(session)
    sending = Sending(Purpose.reply, RANK, due, at + WORTH, subject=subject[:64], road=road, code=code)
    return await write(session, made, sending, by="system", at=at)


def _card(instead: list[str], language: str) -> str:
    words = wording("forms.txt", "TRIAL", language)
    face = {
        "card_type": "button_interaction",
        "source": {"desc": wording("forms.txt", "WORDS", language)["source"], "desc_color": 1},
        "main_title": {"title": words["title"], "desc": words["said"]},
        "button_list": [{"text": words["button"], "style": 1, "key": key(SEEN, language)}],
    }
    return json.dumps({"card": face, "instead": instead}, ensure_ascii=False)
