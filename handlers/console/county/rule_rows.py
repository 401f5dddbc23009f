"""Rules as every room of them keeps them: rows with a basis and days, added and ended by the leaders, never deleted."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any, Protocol, TypeVar

from aiohttp import web

from bot.access.guards import Caller, posted
from bot.access.models import Role
from bot.deps import DEPS
from bot.record.entries import record
from handlers.console.county.rule_forms import Based
from handlers.console.page import county_name

MAY = (Role.officer, Role.leader, Role.admin)
MEND = (Role.leader, Role.admin)  # officers look
SURE = "确实要停用，请填本县名字的第一个字“{}”。"


class DatedRow(Protocol):
    """A row that counts on some days, both included."""

    id: int
    valid_from: date | None
    valid_to: date | None

    @property
    def __tablename__(self) -> object: ...


Row = TypeVar("Row", bound=DatedRow)


def based(form: Based) -> dict[str, Any]:
    """What every row has of its form."""
    return {
        "grade": form.grade.data,
        "basis": (form.basis.data or "").strip(),
        "valid_from": form.valid_from.data,
        "valid_to": form.valid_to.data,
    }


def over(row: DatedRow, today: date) -> bool:
    return row.valid_to is not None and row.valid_to < today


def listed(rows: Iterable[Row], words: Callable[[Row], str], today: date) -> list[tuple[Row, str, bool]]:
    """Each row in words, and whether it is over."""
    return [(row, words(row), over(row, today)) for row in rows]


def today(request: web.Request) -> date:
    deps = request.app[DEPS]
    return deps.clock.now().astimezone(deps.settings.zone).date()


async def add(request: web.Request, caller: Caller, row: DatedRow, **facts: Any) -> None:
    """Keep a new row; the record holds `facts` about it."""
    deps, table = request.app[DEPS], str(row.__tablename__)
    async with deps.begin() as session:
        session.add(row)
        await session.flush()
        record(session, caller.actor, f"{table}.added", f"{table}:{row.id}", deps.clock.now(), **facts)


async def end(
    request: web.Request, caller: Caller, model: type[Row], asks: Callable[[Row], str] = lambda row: ""
) -> str:
    """Yesterday is the last day of the row: it counts no more from now on, and stays to be seen. Where `asks` has a
    doubt, the county's first character must be given with it: nobody silences a county by one press. What is then
    still to be asked; empty when it is done."""
    deps, form, day = request.app[DEPS], await posted(request, caller), today(request)
    async with deps.begin() as session:
        row = await session.get(model, int(request.match_info["id"]))
        if row is None:
            raise web.HTTPNotFound
        first = (await county_name(session))[:1]
        if (doubt := asks(row)) and str(form.get("first", "")).strip() != first:
            return doubt + SURE.format(first)
        if not over(row, day):
            row.valid_to = day - timedelta(days=1)
            table = str(row.__tablename__)
            record(session, caller.actor, f"{table}.ended", f"{table}:{row.id}", deps.clock.now())
    return ""
