"""The charts of a page, drawn in a process of their own and kept: the same figures are not drawn twice."""

import asyncio
import hashlib
import logging
from collections import OrderedDict
from typing import Any

import orjson
from aiohttp import web
from markupsafe import Markup

from bot.press import PressFailed, drawn

log = logging.getLogger(__name__)
KEPT = 48  # pages' worth of charts


class Charts:
    def __init__(self) -> None:
        self._known: OrderedDict[str, list[Markup]] = OrderedDict()
        self._drawing = asyncio.Lock()

    async def of(self, specs: list[dict[str, Any]]) -> list[Markup]:
        """One SVG for each; nothing where the press failed: every chart has its table beside it."""
        name = hashlib.sha256(orjson.dumps(specs)).hexdigest()
        async with self._drawing:
            if name not in self._known:
                try:
                    made = await drawn(specs)
                except (PressFailed, OSError) as error:
                    log.warning("charts were not drawn: %s", type(error).__name__)
                    return [Markup("")] * len(specs)
                self._known[name] = [Markup(one) for one in made]  # noqa: S704 - escaped by the XML writer
            self._known.move_to_end(name)
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
            return self._known[name]


CHARTS = web.AppKey("charts", Charts)
