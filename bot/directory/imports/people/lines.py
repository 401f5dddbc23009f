"""One row of people, read: None leaves a value as it is."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.directory.imports import cells
from bot.directory.imports.places import Places
from bot.directory.imports.plans import Cells, Refusals
from bot.directory.imports.sheets import Row

Digest = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class PersonLine:
    """`area` is a code that exists. `digest` is the phone's, empty where it is taken away."""

    row: int
    id: str
    name: str | None
    area: str | None
    roles: frozenset[str] | None
    ab: str | None
    userid: str | None
    openid: str | None
    phone: str | None
    digest: str | None
    language: str | None


def read_line(row: Row, places: Places, digest: Digest, refusals: Refusals) -> PersonLine:
    """What the row says. What is wrong with it goes to `refusals`."""
    found = Cells(row, refusals)
    roles = found.take("roles", cells.roles)
    phone = found.take("phone", cells.phone, "")
    return PersonLine(
        row=row.number,
        id=found.take("id", cells.key, "") or "",
        name=found.take("name", cells.name),
        area=found.take("area", places.find),
        roles=None if roles is None else frozenset(roles),
        ab=found.take("ab", cells.ab, ""),
        userid=found.take("userid", cells.userid, ""),
        openid=found.take("openid", cells.openid, ""),
        phone=phone,
        digest=digest(cells.phone_digits(phone)) if phone else phone,
        language=found.take("language", cells.language),
    )
