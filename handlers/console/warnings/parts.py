"""Which part of the call sheet is on the page: of few silent people all of them, of many one town and so many of it at
a time, or whoever is looked for; on paper everybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web
from yarl import URL

from bot.record.entries import content_digest
from broadcasts.answers.counted import Figures, Place, Silent
from handlers.console.scope import Scope

WHOLE = 100  # of the silent who stand on one page together
LINES = 40  # of one town on one page
LONGEST = 64  # characters of a word that is looked for
KEPT = ("town", "page", "who")  # what an address says of the part


@dataclass(frozen=True)
class Part:
    """Without a town everybody is shown, with a word those alone in whose name or village it stands. `page` counts from
    one."""

    figures: Figures
    town: Place | None = None
    page: int = 1
    word: str = ""
    paper: bool = False

    @property
    def narrow(self) -> bool:
        return self.town is not None or bool(self.word)

    @property
    def towns(self) -> list[Place]:
        """In the order of their codes: a list that is worked through stands still."""
        return sorted(self.figures.towns, key=lambda one: one.code)

    @property
    def pages(self) -> int:
        return max(1, -(-self.town.silent // LINES)) if self.town else 1

    @property
    def first(self) -> int:
        """How many of the town's silent stand on the pages before."""
        return (self.page - 1) * LINES

    def of_rows(self, rows: Sequence[Silent]) -> Sequence[Silent]:
        """Who stands on this page, of the town's silent."""
        if self.word:
            rows = [one for one in rows if self.word in one.name or self.word in one.village]
        return rows[self.first : self.first + LINES] if self.narrow else rows

    @property
    def next_town(self) -> Place | None:
        """Where somebody is silent, after this one; behind the last the first again."""
        here = self.town.code if self.town else ""
        open_ones = [one for one in self.towns if one.silent and one.code != here]
        return next((one for one in open_ones if one.code > here), open_ones[0] if open_ones else None)

    @property
    def query(self) -> str:
        """What leads back to this part."""
        if self.word:
            return "?" + urlencode({"who": self.word})
        return self.of(self.town, self.page) if self.town else ""

    @property
    def name(self) -> str:
        """For the record: whose numbers were looked at. A word is no code, and somebody's name."""
        if self.word:
            return f"?{content_digest(self.word.encode())[:12]}"
        return f"{self.town.code}/{self.page}" if self.town else ""

    def of(self, town: Place, page: int = 1) -> str:
        return "?" + urlencode({"town": town.code, **({"page": page} if page > 1 else {})})

    def holds(self, mine: Scope, area_id: int) -> bool:
        return self.town is None or self.town.id in {area_id, mine.areas.nodes[area_id].town_id}


def part(figures: Figures, query: Mapping[str, str]) -> Part:
    """What the address asks for; without a word the whole where that is a page, or the first town that is not through.
    Raises 404 for a town in which nobody was asked."""
    if "print" in query:
        return Part(figures, paper=True)
    if word := query.get("who", "").strip()[:LONGEST]:
        return Part(figures, word=word)
    towns, code = Part(figures).towns, query.get("town", "")
    found = next((one for one in towns if one.code == code), None)
    if code and found is None:
        raise web.HTTPNotFound
    if found is None and figures.silent > WHOLE:
        found = next(one for one in towns if one.silent)
    asked = query.get("page", "")
    page = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 5 else 1
    return Part(figures, found, min(max(1, page), Part(figures, found).pages))


def back(request: web.Request, alert: str) -> str:
    """The address of the sheet whose form was sent, at the part that it showed."""
    kept = {name: request.query[name] for name in KEPT if name in request.query}
    return str(URL(f"/console/alerts/{alert}/calls").with_query(kept))
