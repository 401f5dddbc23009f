"""In which language a page is read: asked for on the page, else the reader's own. Its words stand in a catalogue beside
the templates; what a catalogue leaves out is said in Chinese, and so is the text of an authority, always."""

import csv
from collections.abc import Callable
from functools import cache
from importlib.resources import files

from aiohttp import web
from markupsafe import Markup

from bot.deps import DEPS
from broadcasts.dispatch.texts.render import CHINESE

COOKIE = "signaltree_language"
NAMES = {CHINESE: "中文", "ko": "한국어"}
DAYS = 365

Say = Callable[..., Markup]


@cache
def catalogue(language: str) -> dict[str, str]:
    """Our words by the Chinese ones, from templates/pages/h5/<language>.csv; empty for Chinese."""
    found = files("templates") / "pages" / "h5" / f"{language}.csv"
    if language not in NAMES or not found.is_file():
        return {}
    return {row["zh"]: row[language] for row in csv.DictReader(found.read_text(encoding="utf-8").splitlines())}


def says(language: str) -> Say:
    """What the templates call `_`: our own words in that language, with values in their places, which are escaped."""
    known = catalogue(language)

    def say(text: str, **values: object) -> Markup:
        return Markup(known.get(text, text)).format(**values)  # noqa: S704 - ours; values are escaped

    return say


def chosen(request: web.Request, own: str) -> str:
    """`?lang=` counts, then what was chosen before, then the reader's own; of those that the county has switched on."""
    spoken = request.app[DEPS].settings.spoken
    for one in (request.query.get("lang", ""), request.cookies.get(COOKIE, ""), own):
        if one in NAMES and one in spoken:
            return one
    return CHINESE


def keep(request: web.Request, response: web.Response) -> None:
    """Remember what was asked for on this page."""
    asked = request.query.get("lang", "")
    if asked in NAMES:
        response.set_cookie(COOKIE, asked, max_age=DAYS * 86400, httponly=True, samesite="Lax", path="/h5/")
