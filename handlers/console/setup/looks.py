"""The looks that a page may have taken at the touch of a button: the application names them (bot/app.py)."""

from collections.abc import Sequence

from aiohttp import web

from broadcasts.watch.contract import Look

WATCHED: web.AppKey[Sequence[Look]] = web.AppKey("watched", Sequence[Look])
