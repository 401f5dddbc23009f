"""Who a row speaks of: the county's own id, else the phone, else area and name."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable

from bot.directory.imports.people.lines import PersonLine
from bot.directory.imports.people.states import PHONE_KEY, PLACE_KEY, KnownPerson

LONGEST = 96


class Match:
    """Known people by all that they are known by."""

    def __init__(self, known: Iterable[KnownPerson]) -> None:
        self._by_key: dict[str, KnownPerson] = {}
        self._by_phone: defaultdict[str, list[KnownPerson]] = defaultdict(list)
        self._by_place: defaultdict[tuple[str, str], list[KnownPerson]] = defaultdict(list)
        for person in known:
            self._by_key[person.state.key] = person
            self._by_place[person.state.area, person.state.name].append(person)
            if person.state.digest:
                self._by_phone[person.state.digest].append(person)

    def find(self, line: PersonLine) -> KnownPerson | None:
        """The one person meant. Someone who came without an id before is found again when the id is there, and the
        other way round, so that nobody is in the directory twice and told twice."""
        if line.id:
            return self._by_key.get(line.id) or self._unnamed(line)
        by_phone = self._by_key.get(f"{PHONE_KEY}{line.digest}") if line.digest else None
        found = by_phone or self._only(self._phones(line)) or self._only(self._neighbours(line))
        return found or (None if line.digest else self._by_key.get(place_key(line.area or "", line.name or "")))

    def key(self, line: PersonLine, found: KnownPerson | None) -> str:
        """By what the person is known from now on."""
        if line.id:
            return line.id
        if found and (found.has_own_key or not line.digest):
            return found.state.key
        return f"{PHONE_KEY}{line.digest}" if line.digest else place_key(line.area or "", line.name or "")

    def _unnamed(self, line: PersonLine) -> KnownPerson | None:
        candidates = self._phones(line) if line.digest else []
        return self._only([p for p in candidates or self._neighbours(line) if not p.has_own_key])

    def _phones(self, line: PersonLine) -> list[KnownPerson]:
        """Whoever has this phone and this name: a couple may share a phone."""
        return [p for p in self._by_phone.get(line.digest or "", []) if p.state.name == line.name]

    def _neighbours(self, line: PersonLine) -> list[KnownPerson]:
        """Whoever has this name here, and no other phone than the row's."""
        here = self._by_place.get((line.area or "", line.name or ""), [])
        return [p for p in here if not (line.digest and p.state.digest and p.state.digest != line.digest)]

    @staticmethod
    def _only(candidates: list[KnownPerson]) -> KnownPerson | None:
        return candidates[0] if len(candidates) == 1 else None


def place_key(area: str, name: str) -> str:
    """The key of whoever, or whatever group, has neither id nor phone."""
    key = f"{PLACE_KEY}{area}/{name}"
    return key if len(key) <= LONGEST else f"{PLACE_KEY}{hashlib.sha256(key.encode()).hexdigest()}"
