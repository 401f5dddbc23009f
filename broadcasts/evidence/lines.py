"""The time lines of a pack: for each person and each group its copies, its answers and its calls, and who knocked
at its door, in their order."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.channels.pstncc.limits import NAME as PSTNCC
from bot.channels.relay.limits import NAME as RELAY
from bot.directory.models import Area, Group, Person, PersonRole
from bot.directory.outlets.models import Outlet
from bot.directory.tree import Tree
from bot.vault import Vault
from broadcasts.answers.models import Answer
from broadcasts.audience.select import first_role
from broadcasts.coverage.count import village
from broadcasts.dispatch.models import Batch, Delivery
from broadcasts.dispatch.states import State
from broadcasts.evidence.pack import Call, Copy, Door, Line, Onward, Spoken, Word
from broadcasts.ladder.models import PhoneCall, RungCall
from broadcasts.ladder.voices.words import outcome
from broadcasts.subscriptions.places import spelled
from broadcasts.tasks.knocks.moved import Move, Told

AT_ONCE = 1000
SHOWN = 4  # digits of a phone that stay


async def people(
    session: AsyncSession,
    vault: Vault,
    areas: Tree,
    broadcasts: Sequence[str],
    spoken: Spoken | None = None,
    knocks: Sequence[Told] = (),
    *,
    inside: int | None = None,
) -> list[Line]:
    """Everybody who was a target, by town, village and name."""
    columns = (col(Person.id), col(Person.name), col(Person.area_id), col(Person.ab), col(Person.phone_sealed))
    found: dict[int, Line] = {}
    order: dict[int, tuple[str, str, int]] = {}
    async for number, name, area_id, ab, sealed in _rows(session, _targets(columns, Person, broadcasts, inside)):
        phone = masked(vault.open(sealed)) if sealed else ""
        place = spelled(areas, village(areas, area_id))
        found[number] = Line("person", name, place, f"{ab} 角" if ab else "", phone)
        order[number] = (areas.nodes[area_id].code, name, number)
    await _roles(session, found)
    await _copies(session, "person", broadcasts, found)
    await _answers(session, broadcasts, spoken, found)
    calls = sa.select(
        col(PhoneCall.person_id), col(PhoneCall.at), col(PhoneCall.reached), col(PhoneCall.note), col(PhoneCall.by)
    ).where(col(PhoneCall.broadcast_id).in_(broadcasts))
    async for number, at, reached, note, by in _rows(session, calls.order_by(col(PhoneCall.id))):
        if number in found:
            found[number].calls.append(Call(at, reached.value, note, by))
    await _rings(session, broadcasts, found)
    _doors(knocks, broadcasts, found)
    return [found[number] for number in sorted(found, key=order.__getitem__)]


async def groups(
    session: AsyncSession, areas: Tree, broadcasts: Sequence[str], *, inside: int | None = None
) -> list[Line]:
    """Every group that was a target, with who said 已转发 where a person forwards by hand."""
    columns = (col(Group.id), col(Group.name), col(Group.area_id), col(Group.kind))
    found: dict[int, Line] = {}
    order: dict[int, tuple[str, str, int]] = {}
    async for number, name, area_id, kind in _rows(session, _targets(columns, Group, broadcasts, inside)):
        found[number] = Line("group", name, spelled(areas, area_id), kind)
        order[number] = (areas.nodes[area_id].code, name, number)
    await _copies(session, "group", broadcasts, found)
    wanted = (
        sa.select(col(Answer.group_id), *_answer_columns()[1:], col(Person.name))
        .join(Person, col(Person.id) == col(Answer.person_id))
        .where(col(Answer.broadcast_id).in_(broadcasts), col(Answer.group_id).is_not(None))
    )
    async for number, at, said, how, _, counts, undone_at, name in _rows(session, wanted.order_by(col(Answer.id))):
        if number in found:
            found[number].words.append(Word(at, said.value, how.value, name, counts, undone_at))
    return [found[number] for number in sorted(found, key=order.__getitem__)]


async def _rings(session: AsyncSession, broadcasts: Sequence[str], found: dict[int, Line]) -> None:
    """What gateways and the platform's emergency call have told of the calls that rungs made."""
    r = RungCall
    columns = (col(r.person_id), col(r.told_at), col(r.channel), col(r.state), col(r.heard), col(r.whole), col(r.key))
    wanted = sa.select(*columns).where(col(r.broadcast_id).in_(broadcasts)).order_by(col(r.id))
    async for number, at, channel, state, heard, whole, key in _rows(session, wanted):
        if number in found:
            note = outcome(state.value, heard, whole, key, wakes=channel == PSTNCC)
            found[number].calls.append(Call(at, state.value, note, f"{channel}:"))


def _doors(knocks: Sequence[Told], broadcasts: Sequence[str], found: dict[int, Line]) -> None:
    for one, moves in knocks:
        k = one.knock
        facts = (k.state.value, k.reason, k.found_at, k.done_at, k.word, one.pictures)
        if k.person_id in found:
            onward = [_onward(move, away=move.before in broadcasts) for move in moves]
            found[k.person_id].doors.append(Door(k.sent_at, one.by, k.sent_by, *facts, onward))


def _onward(move: Move, *, away: bool) -> Onward:
    other = move.newer if away else move.older
    return Onward(move.at, f"{other.grade.zh if other.grade else ''}{other.event}", other.sent, away)


def masked(phone: str) -> str:
    """What a paper shows of a telephone number."""
    return "*" * max(0, len(phone) - SHOWN) + phone[-SHOWN:] if len(phone) > SHOWN else "*" * len(phone)


def _answer_columns() -> list[Any]:
    return [
        col(Answer.person_id), col(Answer.at), col(Answer.said), col(Answer.how), col(Answer.by), col(Answer.counts),
        col(Answer.undone_at),
    ]  # fmt: skip


def _targets(
    columns: Sequence[Any], table: type[Person] | type[Group], broadcasts: Sequence[str], inside: int | None
) -> sa.Select[Any]:
    kind = "person" if table is Person else "group"
    told = sa.select(col(Delivery.target_id)).where(
        col(Delivery.broadcast_id).in_(broadcasts), col(Delivery.target_kind) == kind
    )
    wanted = sa.select(*columns).join(Area, col(Area.id) == col(table.area_id)).where(col(table.id).in_(told))
    return wanted if inside is None else wanted.where(col(Area.path).contains(f"/{int(inside)}/"))


async def _roles(session: AsyncSession, found: dict[int, Line]) -> None:
    roles: dict[int, set[str]] = {}
    async for number, role in _rows(session, sa.select(col(PersonRole.person_id), col(PersonRole.role))):
        if number in found:
            roles.setdefault(number, set()).add(role)
    for number, names in roles.items():
        line = found[number]
        line.role = f"{first_role(names)} {line.role}".strip()


async def _answers(
    session: AsyncSession, broadcasts: Sequence[str], spoken: Spoken | None, found: dict[int, Line]
) -> None:
    wanted = (
        sa.select(*_answer_columns(), col(Answer.source), sa.func.coalesce(col(Group.name), col(Outlet.name), ""))
        .join(Group, col(Group.id) == col(Answer.group_id), isouter=True)
        .join(Outlet, col(Outlet.id) == col(Answer.outlet_id), isouter=True)
        .where(col(Answer.broadcast_id).in_(broadcasts))
        .order_by(col(Answer.id))
    )
    rows = [row async for row in _rows(session, wanted)]
    words = await spoken.words(session, {row[7] for row in rows}) if spoken else {}
    for number, at, said, how, by, counts, undone_at, source, group in rows:
        if number in found:
            heard = by if not by.startswith("person:") else ""
            found[number].words.append(
                Word(at, said.value, how.value, heard, counts, undone_at, words.get(source, ""), group)
            )


async def _copies(session: AsyncSession, kind: str, broadcasts: Sequence[str], found: dict[int, Line]) -> None:
    own = col(Delivery.state).is_not(None)
    wanted = (
        sa.select(
            col(Delivery.target_id),
            col(Delivery.asked),
            sa.func.coalesce(col(Batch.attempted_at), col(Batch.due_at)),
            col(Batch.settled_at),
            col(Delivery.channel),
            col(Delivery.purpose),
            col(Delivery.ordinal),
            sa.func.coalesce(col(Delivery.state), col(Batch.state), State.failed.value),
            sa.func.coalesce(sa.case((own, col(Delivery.reason)), else_=col(Batch.reason)), ""),
            sa.func.coalesce(col(Batch.attempts), 0),
            sa.case((col(Delivery.channel) == RELAY, col(Delivery.address)), else_=""),
        )
        .join(Batch, col(Batch.id) == col(Delivery.batch_id), isouter=True)
        .where(col(Delivery.broadcast_id).in_(broadcasts), col(Delivery.target_kind) == kind)
        .order_by(col(Delivery.id))
    )
    names = await _forwarders(session, broadcasts) if kind == "group" else {}
    async for row in _rows(session, wanted):
        number, asked, at, settled_at, channel, purpose, ordinal, state, reason, attempts, hands = row
        line = found.get(number)
        if line is not None:
            line.asked = line.asked or asked
            by = "、".join(names[one] for one in hands.split("|") if one in names)
            kept = (channel, purpose.value, ordinal, State(state).value, reason, attempts, by)
            line.copies.append(Copy(at, settled_at, *kept))


async def _forwarders(session: AsyncSession, broadcasts: Sequence[str]) -> dict[str, str]:
    """Names of those who forward by hand, by their ids as a copy's address writes them."""
    wanted = sa.select(col(Delivery.address)).where(
        col(Delivery.broadcast_id).in_(broadcasts), col(Delivery.channel) == RELAY
    )
    ids = {int(one) for hands in (await session.execute(wanted)).scalars() for one in hands.split("|") if one}
    people = await session.execute(sa.select(col(Person.id), col(Person.name)).where(col(Person.id).in_(ids)))
    return {str(number): name for number, name in people}


async def _rows(session: AsyncSession, wanted: sa.Select[*tuple[Any, ...]]) -> AsyncIterator[Any]:
    """Row by row, some hundreds of them in memory at a time."""
    async for row in await session.stream(wanted.execution_options(yield_per=AT_ONCE)):
        yield row
