"""The words about duty, from templates/messages/duty.txt."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.config import Settings
from bot.directory.lines.now import lines
from bot.directory.tree import Tree
from bot.errors import SignalTreeError
from broadcasts.dispatch.texts.render import CHINESE, macro, wording

FILE = "duty.txt"


def phrase(name: str, /, *, language: str = CHINESE, **facts: Any) -> str:
    """One text; `name` is its macro."""
    return macro(FILE, name, language=language, **facts)


def refusal(error: SignalTreeError, language: str) -> str:
    """Why something was not done, which a person can mend."""
    return wording(FILE, "REFUSED", language).get(type(error).__name__, str(error))


async def ways_at(
    session: AsyncSession, settings: Settings, areas: Tree, area_id: int, at: datetime
) -> dict[str, str | bool]:
    """How it may be answered: a digit where we hear, else a page, else the telephone."""
    link = f"{settings.base_url}/h5/duty?by=wecom" if settings.base_url else ""
    return {"hears": settings.hears_wecom, "link": link, "phone": (await lines(session, areas, at)).of(area_id)}
