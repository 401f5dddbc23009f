"""Proving that the record is as it was written: entry by entry, seal by seal, and what the entries speak of."""

from collections.abc import Sequence
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.record.anchors import check_anchors
from bot.record.findings import Findings, Recomputed
from bot.record.models import Entry, Seal
from bot.record.seals import PURPOSE, mac
from bot.record.values import digest
from bot.vault import Vault

PAGE = 200  # seals at a time
RESTORED = "record.restored"  # entries below such a one may come from a database whose numbers have gaps
BROKEN = "record.broken"  # written by the sealing process itself


async def verify(
    session: AsyncSession, vault: Vault, recomputed: Sequence[Recomputed] = (), *, since: int = 0
) -> Findings:
    """Look at every seal after `since` with its entries, at the tail without a seal, and at the anchors."""
    found = Findings(last_seal=since)
    chained = await _mac_of(session, since)
    dense = session.get_bind().dialect.name == "sqlite"  # elsewhere a rolled-back transaction leaves a gap
    restored = await _restored(session) if dense else 0
    ended = 0
    while seals := await _page(session, found.last_seal):
        entries = await _entries(session, seals[0].id, seals[-1].id)
        for seal in seals:
            mine = entries.get(seal.id, [])
            _judge(found, vault, chained, seal, mine)
            if dense and since < seal.id - 1 and ended and seal.first > max(ended + 1, restored):
                found.problems.append(f"第 {ended + 1} 至 {seal.first - 1} 条记录不见了")
            chained, ended = seal.mac, max(ended, seal.last)
            found.last_seal, found.seals, found.entries = seal.id, found.seals + 1, found.entries + len(mine)
        await _recompute(session, found, recomputed, [e for mine in entries.values() for e in mine])
    await _tail(session, found)
    await check_anchors(session, found)
    return found


def _judge(found: Findings, vault: Vault, chained: str, seal: Seal, entries: list[Entry]) -> None:
    """One seal against its entries and the seal before."""
    if seal.id != found.last_seal + 1:
        found.problems.append(f"第 {found.last_seal + 1} 至 {seal.id - 1} 号封条不见了")
    changed = [e for e in entries if _digest(e) != e.digest]
    found.problems += [f"第 {e.id} 条记录被改动（{e.action}，{e.subject}）" for e in changed]
    found.problems += [f"第 {e.id} 条记录说，封条曾被改动（{e.subject}）" for e in entries if e.action == BROKEN]
    if len(entries) != seal.count:
        found.problems.append(f"第 {seal.id} 号封条应有 {seal.count} 条记录，现有 {len(entries)} 条")
    elif not changed and seal.mac != _mac(vault, chained, seal, entries):
        what = f"它封的记录（第 {seal.first} 至 {seal.last} 条）、它自己或它前面的封条被改动"
        found.problems.append(f"第 {seal.id} 号封条对不上：{what}")


def _mac(vault: Vault, chained: str, seal: Seal, entries: list[Entry]) -> str:
    return mac(vault.derive(PURPOSE), chained, seal, [(e.id or 0, e.digest) for e in entries])


def _digest(e: Entry) -> str:
    return digest(e.at, e.actor, e.action, e.subject, e.detail)


async def _recompute(
    session: AsyncSession, found: Findings, recomputed: Sequence[Recomputed], entries: Sequence[Entry]
) -> None:
    """What the entries speak of, by those who own it."""
    for part in recomputed:
        mine = [e for e in entries if e.action in part.actions and "sha256" in e.detail]
        digests = await part.digests(session, mine) if mine else {}
        for e in mine:
            if e.id is None or e.id not in digests:
                continue
            found.recomputed += 1
            if digests[e.id] != e.detail["sha256"]:
                became = "不见了" if digests[e.id] is None else "被改动"
                found.problems.append(f"第 {e.id} 条记录所说的内容{became}（{e.action}，{e.subject}）")


async def _tail(session: AsyncSession, found: Findings) -> None:
    """What has no seal yet is no fault; what names a seal that is not there is one."""
    rows = await session.execute(sa.select(Entry).where(col(Entry.seal_id).is_(None)).order_by(col(Entry.id)))
    for e in rows.scalars():
        found.unsealed += 1
        found.unsealed_since = found.unsealed_since or e.at
        if _digest(e) != e.digest:
            found.problems.append(f"第 {e.id} 条记录被改动（{e.action}，{e.subject}）")
    known = sa.select(col(Seal.id)).where(col(Seal.id) == col(Entry.seal_id)).exists()
    lost = sa.select(sa.func.min(col(Entry.id)), sa.func.max(col(Entry.id))).where(
        col(Entry.seal_id).is_not(None), ~known
    )
    first, last = (await session.execute(lost)).one()
    if first is not None:
        found.problems.append(f"第 {first} 至 {last} 条记录的封条不见了")


async def _mac_of(session: AsyncSession, number: int) -> str:
    seal = await session.get(Seal, number) if number else None
    return seal.mac if seal else ""


async def _restored(session: AsyncSession) -> int:
    statement = sa.select(sa.func.max(col(Entry.id))).where(col(Entry.action) == RESTORED)
    return (await session.execute(statement)).scalar_one() or 0


async def _page(session: AsyncSession, after: int) -> list[Seal]:
    statement = sa.select(Seal).where(col(Seal.id) > after).order_by(col(Seal.id)).limit(PAGE)
    return list((await session.execute(statement)).scalars())


async def _entries(session: AsyncSession, first: int, last: int) -> dict[int, list[Entry]]:
    statement = (
        sa.select(Entry)
        .where(col(Entry.seal_id).between(first, last))
        .order_by(col(Entry.seal_id), col(Entry.id))
        .execution_options(populate_existing=True)
    )
    rows = (await session.execute(statement)).scalars().all()
    session.expunge_all()
    return {number or 0: list(mine) for number, mine in groupby(rows, key=lambda e: e.seal_id)}
