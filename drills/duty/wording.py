"""The words about duty, from templates/messages/duty.txt."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.config import Settings
from bot.directory.lines.now import lines
from bot.directory.tree import Tree
from broadcasts.dispatch.texts.render import words

FILE = "duty.txt"


def phrase(name: str, /, **facts: Any) -> str:
    """One text; `name` is its macro."""
    macro = getattr(words().get_template(FILE).module, name)
    return str(macro(**facts)).strip()


async def ways_at(
    session: AsyncSession, settings: Settings, areas: Tree, area_id: int, at: datetime
) -> dict[str, str | bool]:
    """How it may be answered: a digit where we hear, else a page, else the telephone."""
    link = f"{settings.base_url}/h5/duty?by=wecom" if settings.base_url else ""
    return {"hears": settings.hears_wecom, "link": link, "phone": (await lines(session, areas, at)).of(area_id)}
