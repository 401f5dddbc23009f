"""The ledgers' rows: names are sealed before the database has them, each look is on the record, nothing is deleted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.ids import uuid7
from bot.record.entries import record
from bot.vault import Vault
from handlers.reports.ledgers.forms import BadRow, written
from handlers.reports.models import LedgerRow, Report

COUNTED = (  # (outcome, the report's figure)
    ("dead", "因灾死亡人口"),
    ("missing", "因灾失踪人口"),
    ("fallen", "倒塌住房户数"),
    ("heavy", "严重损坏住房户数"),
    ("slight", "一般损坏住房户数"),
)
SAID = {"dead": "死亡", "missing": "失踪", "fallen": "倒塌", "heavy": "严重损坏", "slight": "一般损坏"}


@dataclass(frozen=True)
class Opened:
    """A row with what was sealed."""

    row: LedgerRow
    fields: Mapping[str, str]


async def add(
    session: AsyncSession, vault: Vault, report: Report, ledger: str, form: Mapping[str, str], *, by: str, at: datetime
) -> LedgerRow:
    """Raises BadRow with the mend."""
    made = written(ledger, form)
    row = LedgerRow(
        uid=uuid7(at), ledger=ledger, thread=report.thread, area_id=report.area_id, outcome=made.outcome,
        sealed=vault.seal(orjson.dumps(made.fields).decode()), by=by, at=at,
    )  # fmt: skip
    session.add(row)
    await session.flush()
    record(session, by, "ledger.added", row.uid, at, ledger=ledger, thread=report.thread, outcome=made.outcome)
    return row


async def strike(session: AsyncSession, report: Report, uid: str, why: str, *, by: str, at: datetime) -> None:
    """It counts no longer, and stays with the reason. Raises BadRow."""
    word = " ".join(why.split())[:255]
    if not word:
        raise BadRow("划掉一行要写原因，会留在台账里。")
    struck = await session.execute(
        sa.update(LedgerRow)
        .where(col(LedgerRow.uid) == uid, col(LedgerRow.thread) == report.thread, col(LedgerRow.struck_at).is_(None))
        .values(struck_at=at, struck_by=by, why=word)
        .returning(col(LedgerRow.uid))
    )
    if struck.first() is None:
        raise BadRow("没有这一行，或者已经划掉了。")
    record(session, by, "ledger.struck", uid, at, thread=report.thread)


async def looked(
    session: AsyncSession, vault: Vault, thread: str, ledger: str, *, by: str, at: datetime, as_: str = "looked"
) -> list[Opened]:
    """All rows with their names, oldest first; that somebody looked is on the record, with how many."""
    rows = await _rows(session, thread, ledger)
    record(session, by, f"ledger.{as_}", thread, at, ledger=ledger, rows=len(rows))
    return [Opened(row, orjson.loads(vault.open(row.sealed))) for row in rows]


async def counts(session: AsyncSession, thread: str) -> dict[str, int]:
    """How many of each outcome stand in the ledgers; no name is opened for it."""
    wanted = (
        sa.select(col(LedgerRow.outcome), sa.func.count())
        .where(col(LedgerRow.thread) == thread, col(LedgerRow.struck_at).is_(None))
        .group_by(col(LedgerRow.outcome))
    )
    return {outcome: int(count) for outcome, count in await session.execute(wanted)}


def differences(report: Report, counted: Mapping[str, int]) -> list[str]:
    """Where a ledger that was begun, or a figure that names people, does not agree with the other: a kind question."""
    said = []
    for outcome, name in COUNTED:
        one, rows = report.values.get(name), counted.get(outcome, 0)
        figure = one["value"] if one is not None else None
        begun = any(counted.get(other, 0) for other in SAID)
        lives = outcome in {"dead", "missing"}
        if figure is None and rows:
            said.append(f"台账里{SAID[outcome]} {rows}，上报里没有写“{name}”。请核对。")
        elif figure is not None and figure != rows and (begun or lives):
            said.append(f"台账里{SAID[outcome]} {rows}，上报的“{name}”是 {figure:g}。哪个对？")
    return said


async def _rows(session: AsyncSession, thread: str, ledger: str) -> Sequence[LedgerRow]:
    wanted = select(LedgerRow).where(col(LedgerRow.thread) == thread, col(LedgerRow.ledger) == ledger)
    return (await session.execute(wanted.order_by(col(LedgerRow.id)))).scalars().all()
