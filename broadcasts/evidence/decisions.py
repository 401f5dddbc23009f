"""Who decided what and when, in words: what waited for a person, who wrote and approved, who set a sending going."""

from collections.abc import Iterable
from datetime import datetime

from broadcasts.dispatch.texts.render import wording
from broadcasts.evidence.pack import Pack
from broadcasts.evidence.tables import Tables

COMPARED = ("alert.checked", "alert.proved")
MACHINES = frozenset({"feed", "token", "cli", "system"})
Row = tuple[datetime, list[str]]


def decisions(pack: Pack, tables: Tables) -> list[list[str]]:
    """In their order: the moment, what was done, why, by whom, and the word that was left."""
    rows = sorted([*_held(pack, tables), *_written(pack, tables), *_sent(pack, tables)], key=lambda row: row[0])
    return [[tables.moment(at), *cells] for at, cells in rows]


def remarks(pack: Pack, tables: Tables) -> list[str]:
    """The first lines of the pack: the green channel before all else."""
    alone = [one for one in pack.approvals if one.alone]
    return [
        *(f"绿色通道：{tables.who(one.author)} 一个人发出，发出前没有第二个人审批。" for one in alone),
        *pack.remarks,
    ]


def _held(pack: Pack, tables: Tables) -> Iterable[Row]:
    why = wording("reasons.txt", "WHY")
    for one in pack.holds:
        reason = why.get(one.reason, one.reason)
        yield one.opened_at, ["等人决定", reason, "", one.said]
        if one.closed_at:
            yield one.closed_at, [tables.word("DECISIONS", one.decision), reason, tables.who(one.closed_by), one.word]


def _written(pack: Pack, tables: Tables) -> Iterable[Row]:
    for one in pack.approvals:
        for draft in one.versions:
            yield draft.at, [f"起草，第 {draft.number} 版", "", tables.who(draft.by), ""]
        if one.approved_at:
            yield one.approved_at, ["审批同意", "", tables.who(one.approver), ""]


def _sent(pack: Pack, tables: Tables) -> Iterable[Row]:
    issued = {e.at: e.actor for e in pack.entries if e.action == "broadcast.issued"}
    for sent in pack.sendings:
        by = issued.get(sent.broadcast.started_at, "")
        how = "按放行规则自动发出" if by.partition(":")[0] in MACHINES else "发出"
        yield (
            sent.broadcast.started_at,
            [how, tables.word("PURPOSES", sent.broadcast.purpose.value), tables.who(by), ""],
        )
    for entry in pack.entries:
        if entry.action in COMPARED:
            yield entry.at, [tables.word("ACTS", entry.action), "", tables.who(entry.actor), ""]
