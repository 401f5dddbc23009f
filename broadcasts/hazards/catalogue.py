"""What the dangers are called and which colours their signals have: facts from data/, each with its source."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from broadcasts.hazards.grades import Grade
from broadcasts.hazards.tables import qweather, rows, sources, table


@dataclass(frozen=True, slots=True)
class Hazard:
    """A kind of danger. `known` is False for a code that our table lacks: it is shown by the name it came with."""

    code: str
    name: str  # as people say it: 暴雨
    official: str = ""  # as the code table has it: 暴雨事件
    en: str = ""
    status: str = ""  # confirmed, or inferred from another table's numbering
    source: str = ""
    aliases: tuple[str, ...] = ()
    known: bool = True

    @property
    def group(self) -> bool:
        """Whether it is a heading of the table (11B00 气象灾害) and no danger of its own."""
        return self.code.endswith("00")


@dataclass(frozen=True, slots=True)
class Signal:
    """One colour of a warning signal as an order or a region defines it. `valid_to` is the first day without it."""

    code: str
    hazard: str
    colour: Grade | None  # 广东 has a signal without one: 灰霾天气
    signal: str
    criteria: str
    guide: str
    region: str  # empty: the whole country
    valid_from: date | None  # None: not known
    valid_to: date | None
    source: str
    wording: str = ""

    def valid(self, on: date) -> bool:
        return (self.valid_from or date.min) <= on < (self.valid_to or date.max)


def hazard(code: str, event: str = "") -> Hazard:
    """The danger with that national event code. An unknown code is accepted and named by `event`, else by itself."""
    return _hazards().get(code) or Hazard(code, event or code, known=False)


def hazards() -> list[Hazard]:
    """Every danger that our table knows, by its code."""
    return [_hazards()[code] for code in sorted(_hazards())]


def by_name(text: str) -> Hazard | None:
    """The danger that `text` (an event, a headline) names: of all names in it the longest, then the first."""
    found = mention(text)
    return found[0] if found else None


def mention(text: str) -> tuple[Hazard, int, int] | None:
    """As `by_name`, with the span of the name. A heading of the table counts only where nothing else is named."""
    found = max(_mentions(text), key=lambda hit: (not hit[2].group, hit[1], -hit[0]), default=None)
    return (found[2], found[0], found[0] + found[1]) if found else None


def by_public_code(code: str) -> Hazard | None:
    """The danger of a public site's code: NMC's p0007 (with or without its level), weather.com.cn's type 05."""
    return next((h for h in _hazards().values() if code and _public(h.code) & {code, code[:5]}), None)


def by_qweather(code: str, name: str = "") -> Hazard | None:
    """The danger of a QWeather event: by the name that came with it, else by what its code is called."""
    return by_name(name) or by_name(qweather().get(code, ""))


def colours(hazard_code: str, on: date, region: str = "") -> tuple[Grade, ...]:
    """The colours that exist for a signal on that day, most severe first. Empty: our tables do not know the signal,
    which is no reason to refuse it."""
    found = {signal.colour for signal in _in_force(hazard_code, on, region) if signal.colour}
    return tuple(sorted(found, key=lambda grade: grade.rank))


def signal(hazard_code: str, colour: Grade, on: date, region: str = "") -> Signal | None:
    """Criteria and guide of one colour. `region` is a name or a division code; its own set goes before the nation's."""
    return next((one for one in _in_force(hazard_code, on, region) if one.colour is colour), None)


def _in_force(code: str, on: date, region: str) -> list[Signal]:
    mine = [one for one in _signals() if one.code == code and one.valid(on)]
    own = [one for one in mine if one.region and one.region == _region(region)]
    return own or [one for one in mine if not one.region]


def _region(words: str) -> str | None:
    """Which region with signals of its own a name or a division code lies in."""
    prefixes = table()["regions"].items()
    return next((name for name, code in prefixes if words and (words.startswith((name, code)))), None)


def _mentions(text: str) -> Iterator[tuple[int, int, Hazard]]:
    """(start, length, hazard) of every name in `text`; Latin names as whole words, in any case."""
    lowered = text.lower()
    for name, one in _names().items():
        if name.isascii():
            if found := re.search(rf"\b{re.escape(name)}\b", lowered):
                yield found.start(), len(name), one
        elif (at := lowered.find(name)) >= 0:
            yield at, len(name), one


@cache
def _hazards() -> dict[str, Hazard]:
    known = sources()
    return {
        row["code"]: Hazard(
            code=row["code"],
            name=row["name"],
            official=row["official"],
            en=row["en"],
            status=row["status"],
            source=known[row["source"]],
            aliases=tuple(filter(None, f"{row['aliases']};{row['aliases_en']}".split(";"))),
        )
        for row in rows()
    }


@cache
def _names() -> dict[str, Hazard]:
    """Lower-case name → hazard. Where two share one, a confirmed row goes first, and a heading last."""
    names: dict[str, Hazard] = {}
    for one in sorted(_hazards().values(), key=lambda h: (h.group, h.status != "confirmed")):
        for name in filter(None, (one.name, one.official, one.en, *one.aliases)):
            names.setdefault(name.lower(), one)
    return names


@cache
def _public(code: str) -> frozenset[str]:
    return frozenset(filter(None, next((row["nmc"], row["weather_com_cn"]) for row in rows() if row["code"] == code)))


@cache
def _signals() -> tuple[Signal, ...]:
    known = sources()
    return tuple(
        Signal(
            code=row["code"],
            hazard=row["hazard"],
            colour=Grade(row["colour"]) if "colour" in row else None,
            signal=row["signal"],
            criteria=row.get("criteria", ""),
            guide=row.get("guide", ""),
            region=row.get("region", ""),
            valid_from=date.fromisoformat(row["valid_from"]) if "valid_from" in row else None,
            valid_to=date.fromisoformat(row["valid_to"]) if "valid_to" in row else None,
            source=known[row["source"]],
            wording=row.get("wording", ""),
        )
        for row in table()["signals"]
    )
