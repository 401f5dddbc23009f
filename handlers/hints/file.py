"""Storing a hint at once, whatever is missing: its words, its place, and what they seem to speak of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.config import Settings
from bot.db.turns import turn
from bot.directory.tree import Tree
from bot.ids import uuid7
from bot.record.entries import record
from bot.vault import Vault
from handlers.hints.models import ANONYMOUS, REPORTER, Hint, HintVersion, HintWord, Part, State
from handlers.hints.numbering import number
from handlers.hints.reading.domains import proposed
from handlers.hints.recompute import hint_digest
from handlers.hints.reporters.who import columns, own
from handlers.reports.file import NoArea
from handlers.reports.reading.places import place
from handlers.reports.reporter import Reporter

LONGEST = 2000  # letters of one hint
AGAIN = timedelta(minutes=10)  # the same words by the same person within this are the same hint


@dataclass(frozen=True)
class Filed:
    """`new` is False where the very same was filed a moment ago, `placed` where nothing says in which village it is."""

    hint: Hint
    new: bool = True
    placed: bool = True


async def file(
    session: AsyncSession,
    settings: Settings,
    vault: Vault,
    areas: Tree,
    who: Reporter,
    text: str,
    *,
    anonymous: bool = False,
    at: datetime,
    heard_at: datetime,
    inbound_id: int | None = None,
    key: str | None = None,
    known: Mapping[str, Any] | None = None,
) -> Filed:
    """A sentence, a picture or a place becomes a hint. `known` are columns that are known better than read."""
    if not areas.roots:
        raise NoArea
    await turn(session, f"hint:{key or who.by}")
    if same := await _same(session, vault, who, text, key, heard_at):
        return Filed(same, new=False)
    where, given = place(text, areas, who.home), {k: v for k, v in (known or {}).items() if v is not None}
    area = where.area.id if where.area else who.home
    domain, word = proposed(text)
    values: dict[str, Any] = {
        "area_id": area or areas.roots[0].id,
        "group": where.group[:24],
        "proposed": domain.value if domain else "",
        "proposed_by": word,
        **columns(vault, who, anonymous=anonymous),
        **given,
    }
    hint = Hint(
        uid=uuid7(at),
        number=await number(session, areas.roots[0].name, heard_at, settings.zone),
        state=State.filed,
        road=who.road,
        source=who.source,
        words=text.strip()[:LONGEST],
        filed_at=heard_at,
        key=key,
        **values,
    )
    session.add(hint)
    await session.flush()
    by = who.by if who.source in {"api", "console"} else ANONYMOUS if anonymous else REPORTER
    await kept(session, hint, "filed", by, at, inbound_id=inbound_id)
    return Filed(hint, placed=area is not None or "area_id" in given)


async def kept(
    session: AsyncSession,
    hint: Hint,
    action: str,
    by: str,
    at: datetime,
    *,
    inbound_id: int | None = None,
    part: Part = Part.found,
    comment: str = "",
) -> None:
    """A version of how it stands now, what of the conversation it is made of, and an entry in the record."""
    if inbound_id is not None and await session.get(HintWord, (hint.id, inbound_id)) is None:
        session.add(HintWord(hint_id=hint.id, inbound_id=inbound_id, part=part))
    session.add(hint)
    values = _values(hint)
    session.add(
        HintVersion(
            hint_id=hint.id, number=hint.version, action=action, state=hint.state, by=by, at=at, words=hint.words,
            comment=comment, values=values,
        )
    )  # fmt: skip
    digest = hint_digest(hint.words, comment, values)
    record(session, by, f"hint.{hint.state.value}", hint.uid, at, version=hint.version, step=action, sha256=digest)
    await session.flush()


def _values(hint: Hint) -> dict[str, Any]:
    """What was decided of it: the five items with domain and severity. Who mends it stands there by number."""
    names = ("domain", "severity", "area_id", "assignee_id", "measures", "funds", "plan", "basis", "result", "reward")
    due = {"due_at": hint.due_at.isoformat()} if hint.due_at else {}
    return {name: getattr(hint, name) for name in names if getattr(hint, name)} | due


async def _same(
    session: AsyncSession, vault: Vault, who: Reporter, text: str, key: str | None, at: datetime
) -> Hint | None:
    """The same press, or the same words of the same person a moment ago."""
    if key is not None:
        known = (await session.execute(select(Hint).where(col(Hint.key) == key))).scalar_one_or_none()
        if known is not None:
            return known
    if who.source == "api" or not text.strip():  # two pictures are two things
        return None
    theirs = col(Hint.by) == who.by if who.source == "console" else own(vault, who)
    wanted = select(Hint).where(
        theirs, col(Hint.words) == text.strip()[:LONGEST], col(Hint.filed_at) > at - AGAIN,
        col(Hint.road) == who.road, col(Hint.state) == State.filed,
    )  # fmt: skip
    return (await session.execute(wanted.order_by(col(Hint.id).desc()).limit(1))).scalar_one_or_none()
