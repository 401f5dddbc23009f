"""A pack in words: plain JSON that the paper and the sheets are both made of, and whose digest is printed on them."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from broadcasts.alerts.models import Alert
from broadcasts.dispatch.differences import Difference
from broadcasts.dispatch.states import State
from broadcasts.dispatch.texts.alert_text import main_info
from broadcasts.evidence.decisions import decisions, remarks
from broadcasts.evidence.pack import Handed, Pack, Sent
from broadcasts.evidence.plain_handed import handed
from broadcasts.evidence.plain_lines import calls, clock, doors, drops, line, summed
from broadcasts.evidence.plain_moved import moved
from broadcasts.evidence.tables import Tables

Facts = dict[str, Any]


def facts(pack: Pack, word: Callable[[str, str], str], zone: ZoneInfo) -> Facts:
    """Everything that is printed. `word` names what code calls by a name (see templates/pages/words.html)."""
    tables = Tables(word, zone, pack.names)
    lines = [*pack.people, *pack.groups]
    said: Facts = {
        "title": _name(pack.alert),
        "county": pack.county,
        "part": pack.part,
        "drill": pack.drill,
        "made_at": tables.moment(pack.made_at),
        "made_by": tables.who(pack.made_by),
        "remarks": remarks(pack, tables),
        "summary": _summary(pack, tables),
        "versions": [_version(v, tables) for v in pack.versions],
        "sources": [_source(s, pack.versions, tables) for s in pack.sources],
        "decisions": decisions(pack, tables),
        "sendings": [_sending(sent, tables) for sent in pack.sendings],
        "rungs": _rungs(pack, tables),
        "people": [line(one, tables) for one in pack.people],
        "groups": [line(one, tables) for one in pack.groups],
        "handed": [handed(one, tables) for one in pack.handed],
        "dropped": summed(lines, tables),
        "drops": drops(lines, tables),
        "calls": calls(pack.people, tables),
        "doors": doors(pack.people, tables),
        "moved": [moved(one, tables) for one in pack.moved],
        "entries": [
            [str(e.id), tables.moment(e.at), tables.who(e.actor), tables.word("ACTS", e.action), e.digest]
            for e in pack.entries
        ],
        "settled": pack.settled,
        "seal": _seal(pack, tables),
    }
    return {**said, "digest": hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()}


def _name(alert: Alert) -> str:
    return f"{alert.grade.zh if alert.grade else ''}{alert.event}"


def _summary(pack: Pack, tables: Tables) -> list[list[str]]:
    """The head's figures, each with its denominator: of the newest sending that asked somebody, else of the newest."""
    asked = [p for p in pack.people if p.asked]
    answered = [p for p in asked if p.answer]
    made = sum(len(one.calls) for one in pack.people)
    rows = [
        ["要应答的人", f"{len(asked)}"],
        ["已应答", f"{len(answered)}/{len(asked)}"],
        ["打过的电话", f"{made} 次"],
        ["发过的群", f"{len(pack.groups)}"],
    ]
    for kind in sorted({one.kind for one in pack.handed}):
        mine = [one for one in pack.handed if one.kind == kind]
        rows.append(
            [
                f"交给{tables.word('CHANNELS', kind).partition('（')[0]}",
                f"{len(mine)} 份，{_done(mine)} 份有人或平台说办了",
            ]
        )
    if pack.followers:
        rows.append(["另外告知的居民（不列名）", f"{pack.followers}"])
    chosen = next((s.covered for s in reversed(pack.sendings) if s.covered and s.covered.asked), None)
    if chosen is not None:
        people, groups = chosen.people, chosen.groups
        rows += [
            ["受影响地方名册上的人：已交平台或已应答", f"{people.told}/{people.whole}"],
            ["受影响地方的群：已交平台或已转发", f"{groups.told}/{groups.whole}"],
            ["不知结果（不算告知）", f"{people.unknown} 人，{groups.unknown} 个群"],
            ["应答用时：中位 / 最慢", f"{tables.lasted(chosen.median)} / {tables.lasted(chosen.slowest)}"],
        ]
    return rows


def _done(those: Sequence[Handed]) -> int:
    """What somebody said was played, what the platform says is there, or a screen fetched."""
    played = {"played", "3", "fetched"}
    return sum(one.state == State.delivered or any(step.code in played for step in one.steps) for one in those)


def _version(alert: Alert, tables: Tables) -> Facts:
    """One text as it came, byte for byte what the alert holds."""
    info = main_info(alert)
    parts = (alert.headline, str(info.get("description") or ""), str(info.get("instruction") or ""))
    return {
        "head": f"{tables.word('TYPES', alert.msg_type)}　{_name(alert)}",
        "facts": [
            ["发布单位", alert.sender_name],
            ["性质", tables.word("KINDS", alert.kind.value)],
            ["发布时间", tables.moment(alert.sent)],
            ["有效到", tables.moment(alert.expires) or "原文没有写"],
            ["编号", alert.identifier],
            ["收到", tables.moment(alert.received_at)],
            *([["录入", "人工录入，还没有第二个人核对"]] if alert.typed_in else []),
            *([["备注", tables.word("NOTES", alert.note)]] if alert.note else []),
        ],
        "text": "\n".join(part for part in parts if part),
    }


def _source(source: Any, versions: Sequence[Alert], tables: Tables) -> list[str]:
    of = next((v for v in versions if v.id == source.alert_id), None)
    return [
        tables.word("TYPES", of.msg_type) if of else "",
        tables.word("FORMS", source.form),
        source.origin,
        tables.moment(source.received_at),
        str(len(source.raw)),
        source.sha256,
    ]


def _sending(sent: Sent, tables: Tables) -> Facts:
    b = sent.broadcast
    return {
        "head": f"{tables.word('PURPOSES', b.purpose.value)}　{tables.moment(b.started_at)}",
        "facts": [
            ["编号", b.id],
            ["发完", tables.moment(b.finished_at) or "还没有发完"],
            ["份数", f"{b.targets}"],
            ["人", f"{b.people}"],
            ["方式", tables.word("MODES", b.mode.value)],
            ["路", tables.word("ROADS", b.road.value)],
        ],
        "rules": [
            [
                r.role or "都算",
                r.tag or "都算",
                r.hours or "全天",
                tables.word("MODES", r.mode.value),
                "、".join(tables.word("CHANNELS", c) for c in r.channels.split(",") if c) or "所有开通的通路",
                r.basis,
            ]
            for r in sent.rules
        ],
        "texts": [
            {
                "head": f"{tables.word('CHANNELS', t.channel)}　{t.label}　{t.form}",
                "sha256": t.sha256,
                "text": "\n".join(t.parts),
            }
            for t in sent.texts
        ],
        "coverage": [
            [
                place.name,
                f"{place.people.told}/{place.people.whole}",
                f"{place.people.unknown}",
                f"{place.groups.told}/{place.groups.whole}",
                f"{place.answered}/{place.asked}",
                tables.lasted(place.median),
                tables.lasted(place.slowest),
            ]
            for place in (sent.covered.towns if sent.covered else [])
        ],
        "counted_at": tables.moment(sent.covered.counted_at) if sent.covered else "",
        "differences": [_difference(one, tables) for one in sent.differences],
    }


def _difference(one: Difference, tables: Tables) -> list[str]:
    road = tables.word("CHANNELS", one.channel) + (f" → {tables.word('CHANNELS', one.to)}" if one.to else "")
    more = f" 等 {one.copies} 个" if one.copies > len(one.names) else ""
    why = tables.word("REASONS", one.reason) if one.reason else ""
    return [tables.word("DIFFERENCES", one.kind), why, road, f"{one.copies}", "、".join(one.names) + more]


def _rungs(pack: Pack, tables: Tables) -> list[list[str]]:
    return [
        [
            tables.word("PURPOSES", sent.broadcast.purpose.value),
            f"第 {rung.number} 次" if rung.number < 100 else "",
            tables.word("CHANNELS" if rung.channel else "WHOM", rung.channel or rung.whom.value),
            clock(rung.due_at, tables.zone),
            clock(rung.done_at, tables.zone),
            tables.word("RUNGS", rung.state.value),
            f"{rung.silent}",
        ]
        for sent in pack.sendings
        for rung in sent.rungs
    ]


def _seal(pack: Pack, tables: Tables) -> Facts:
    sealed = pack.sealed
    if sealed is None:
        return {}
    return {
        "number": sealed.number,
        "at": tables.moment(sealed.at),
        "code": sealed.code,
        "mac": sealed.mac,
        "last": sealed.last,
        "unsealed": sealed.unsealed,
    }
