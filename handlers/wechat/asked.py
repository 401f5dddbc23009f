"""That a platform came and verified a callback address: the set-up guide waits for it."""

import logging
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from bot.deps import Deps
from broadcasts.dispatch.states import Road
from handlers.wechat.models import CallbackAsked, Platform

log = logging.getLogger(__name__)


async def note_asked(deps: Deps, road: str, platform: str, at: datetime) -> None:
    """The platform has its answer already: what cannot be written down is logged."""
    try:
        async with deps.begin() as session:
            await session.merge(CallbackAsked(road=Road(road), platform=Platform(platform), at=at))
    except SQLAlchemyError:
        log.exception("that %s verified its callback was not noted", platform)
