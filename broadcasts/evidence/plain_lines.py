"""The time lines of a pack in words: what was sent, said, telephoned and knocked, one short sentence each; drops,
calls and doors."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from broadcasts.answers.models import Said
from broadcasts.evidence.pack import Call, Copy, Door, Line, Onward, Word
from broadcasts.evidence.tables import Tables

MISSING = frozenset({"failed", "unknown", "skipped"})
KINDS = {"person": "人", "group": "群"}


def clock(at: datetime | None, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%m-%d %H:%M:%S") if at else ""


def line(one: Line, tables: Tables) -> dict[str, Any]:
    """One row of the people's or the groups' table. `time` are its events, the earliest first."""
    events = [(c.at, copy(c, tables)) for c in one.copies]
    own = [w for w in one.words if w.said != Said.knocked]  # that is told of the door
    events += [(w.at, said(w, tables)) for w in own] + [(c.at, call(c, tables)) for c in one.calls]
    events += [event for d in one.doors for event in door(d, tables)]
    events.sort(key=lambda event: (event[0] is not None, event[0]))
    word = one.answer
    return {
        "name": one.name,
        "role": one.role,
        "place": one.place,
        "phone": one.phone,
        "asked": one.asked,
        "answer": tables.word("SAID", word.said) if word else "",
        "time": [f"{clock(at, tables.zone)}　{text}".strip() for at, text in events],
    }


def copy(c: Copy, tables: Tables) -> str:
    again = f" 第 {c.ordinal} 次" if c.ordinal > 1 else ""
    reason = f"（{tables.word('REASONS', c.reason)}）" if c.reason else ""
    tries = f"，试过 {c.attempts} 次" if c.attempts > 1 else ""
    shown = "已给转发人看" if c.channel == "relay" and c.state == "sent" else tables.word("STATES", c.state)
    settled = f" {c.settled_at.astimezone(tables.zone):%H:%M:%S}" if c.settled_at and c.at else ""
    way = f"{tables.word('PURPOSES', c.purpose)}{again} {tables.word('CHANNELS', c.channel)}"
    hands = f"，转发人 {c.by}" if c.by else ""
    return f"{way}：{shown}{settled}{reason}{tries}{hands}"


def said(w: Word, tables: Tables) -> str:
    by = f"，{tables.who(w.by)}" if w.by else ""
    group = f"（{w.group}）" if w.group else ""
    late = "" if w.counts else "，来得晚，不计"
    undone = f"，{w.undone_at.astimezone(tables.zone):%H:%M:%S} 收回" if w.undone_at else ""
    words = f"“{w.words}”" if w.words else ""
    return f"应答：{tables.word('SAID', w.said)}{group}（{tables.word('HOW', w.how)}{by}）{words}{late}{undone}"


def call(c: Call, tables: Tables) -> str:
    note = f"，{c.note}" if c.note else ""
    return f"电话叫应：{tables.word('REACHED', c.reached)}（{_by(c, tables)}）{note}"


def door(d: Door, tables: Tables) -> list[tuple[datetime | None, str]]:
    """Who was sent, for which warning they went on, and what was found."""
    by = "" if d.sent_by == "system" else f"，{tables.who(d.sent_by)}派的"
    sent: tuple[datetime | None, str] = (d.at, f"敲门叫应：派{d.by}去{by}")
    way = [sent, *((o.at, f"敲门叫应：{d.by}，{_onward(o, tables)}") for o in d.onward)]
    if d.done_at is None:
        return way
    return [*way, (d.done_at, f"敲门叫应：{d.by}，{_found(d, tables)}")]


def _onward(o: Onward, tables: Tables) -> str:
    """By which warning it was gone on for, or had been begun for, with the hour at which that was issued."""
    name = f"{o.name}（{o.sent.astimezone(tables.zone):%m-%d %H:%M} 发布）"
    return f"移交{name}，按新的继续去" if o.away else f"由{name}移交来"


def _found(d: Door, tables: Tables) -> str:
    if d.state == "off":
        return f"{tables.word('KNOCKS', d.state)}（{tables.word('KNOCK_WHY', d.reason)}）"
    at = f"，{d.found_at.astimezone(tables.zone):%H:%M} 敲的" if d.found_at else ""
    drawn = f"，照片 {d.pictures} 张" if d.pictures else ""
    return f"{tables.word('KNOCKS', d.state)}{at}{f'“{d.word}”' if d.word else ''}{drawn}"


def doors(people: Sequence[Line], tables: Tables) -> list[list[str]]:
    """Whose door, who was sent by whom, and what came of it, in the order of the sending."""
    sent = sorted(((d, one) for one in people for d in one.doors), key=lambda pair: pair[0].at)
    return [
        [
            clock(d.at, tables.zone),
            one.name,
            one.place,
            d.by,
            "规则" if d.sent_by == "system" else tables.who(d.sent_by),
            "；".join((*(_onward(o, tables) for o in d.onward), _found(d, tables))),
            clock(d.done_at, tables.zone),
        ]
        for d, one in sent
    ]


def _by(c: Call, tables: Tables) -> str:
    """An officer's name, or the road by which a rung called."""
    road, colon, _ = c.by.partition(":")
    return tables.word("CHANNELS", road) if colon and road != "user" else tables.who(c.by)


def summed(lines: Sequence[Line], tables: Tables) -> list[list[str]]:
    """How many copies were not handed over, by what became of them and why."""
    found = Counter((c.state, c.reason) for one in lines for c in one.copies if c.state in MISSING)
    return [
        [tables.word("STATES", state), tables.word("REASONS", reason), str(number)]
        for (state, reason), number in found.most_common()
    ]


def drops(lines: Sequence[Line], tables: Tables) -> list[list[str]]:
    """Each of them by name, with what this person answered all the same."""
    return [
        [
            KINDS[one.kind],
            one.name,
            one.place,
            tables.word("PURPOSES", c.purpose),
            tables.word("CHANNELS", c.channel),
            tables.word("STATES", c.state),
            tables.word("REASONS", c.reason),
            tables.word("SAID", one.answer.said) if one.answer else "",
        ]
        for one in lines
        for c in one.copies
        if c.state in MISSING
    ]


def calls(people: Sequence[Line], tables: Tables) -> list[list[str]]:
    """The call sheet as it was worked off, in the order of the calls."""
    made = sorted(((c, one) for one in people for c in one.calls), key=lambda pair: pair[0].at)
    return [
        [
            clock(c.at, tables.zone),
            one.name,
            one.place,
            one.phone,
            tables.word("REACHED", c.reached),
            _by(c, tables),
            c.note,
        ]
        for c, one in made
    ]
