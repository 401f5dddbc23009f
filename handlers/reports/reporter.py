"""Who reports, by whichever door: staff, a resident, an officer at the desk, another platform."""

from dataclasses import dataclass

from bot.directory.models import Person
from bot.directory.tree import Tree
from broadcasts.dispatch.states import Road
from broadcasts.subscriptions.models import Follower


@dataclass(frozen=True)
class Reporter:
    """`home` is where they are taken to speak from, where their words name no place; `number` the seal of the
    telephone from which a text message came."""

    by: str
    source: str
    person: Person | None = None
    follower: Follower | None = None
    conversation_id: int | None = None
    home: int | None = None
    road: Road = Road.live
    number: str = ""


def home_of(person: Person | None, places: list[int], areas: Tree) -> int | None:
    """A worker's village, a resident's first place; else nothing is known."""
    if person is not None:
        return person.area_id
    return next((area for area in places if area in areas.nodes), None)
