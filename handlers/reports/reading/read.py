"""From one sentence to what it tells: kind, danger, place, time, figures, each beside its words; and what is doubtful.
Pure: the tree and the moment are given. It proposes; an officer decides."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.directory.tree import Node, Tree
from bot.letters import NARROW
from broadcasts.hazards.catalogue import mention
from handlers.chat.understand.words import SIMPLE
from handlers.reports.figures.asks import ask
from handlers.reports.figures.indicators import indicators
from handlers.reports.figures.relations import doubts
from handlers.reports.models import Kind, Stage
from handlers.reports.reading.counts import Figure, counted
from handlers.reports.reading.korean import chinese
from handlers.reports.reading.places import Place, place
from handlers.reports.reading.tables import meanings
from handlers.reports.reading.times import When, when

CUT = re.compile(r"[。．！!？?；;，,、\n\r]+|\.(?![0-9])|\s{2,}|(?<=[\uac00-\ud7a3][고며])\s+")
NUMBER = re.compile(r"\b([A-Z]{1,3}[0-9]{4}-[0-9]{3,5})\b")
NAMED = re.compile(r"\b[A-Z]{1,3}[0-9]{4}-[0-9]{3,5}\b", re.I)  # its digits count nothing
STAGES = ((Stage.zero, ("零报告", "无灾情", "没有灾情", "平安无事", "今日平安")), (Stage.final, ("核报", "终报")),
          (Stage.follow, ("续报",)))  # fmt: skip
NOTHING_NEW = re.compile(
    r"\s*(?:今[天日])?[，, ]?(?:本?[村镇乡]|我们这里|这里)?"
    r"(?:无|没有|没得)(?:什么)?新增(?:的)?(?:灾情|情况|险情)?[。.！!\s]*"
)
LONGEST = 1000  # letters that are read; all of them are kept
LIGHT = ("骗你", "骗人的", "开玩笑", "逗你", "哈哈", "闹着玩", "假的", "外星人", "测试", "演练")
ADDED = ("面积", "牲畜", "长度")
LOST = ("倒塌", "损坏", "受灾", "死亡", "失踪", "受伤", "转移", "进水", "受损", "损失", "成灾", "绝收")


@dataclass
class Reading:
    """`area` is the sender's own village where the words name none. `asks` are kind questions, in Chinese."""

    stage: Stage
    kind: Kind
    hazard: str
    hazard_words: str
    area: Node | None
    place: Place
    when: When
    figures: list[Figure]
    number: str = ""  # the receipt number that it follows
    asks: list[str] = field(default_factory=list)
    apart: bool = False  # it names a report that is none of the sender's: it stands alone
    note: str = ""  # for the officer

    @property
    def values(self) -> dict[str, dict[str, Any]]:
        """As they are kept. A value of None: it is so, and nobody said how much."""
        return {
            one.name: {"value": one.value, "unit": indicators()[one.name].unit, "words": one.words, "said": one.said}
            for one in self.figures
        }

    @property
    def empty(self) -> bool:
        """Whether nothing at all was read."""
        return not (self.figures or self.hazard or self.place.group or self.stage is not Stage.first)


def read(text: str, areas: Tree, home: int | None, said_at: datetime, zone: ZoneInfo) -> Reading:
    text = text[:LONGEST]
    plain = text.translate(NARROW).translate(SIMPLE)
    parts = clauses(plain, text)
    plain = chinese(plain)
    found = counted(parts)
    figures = _once(found.figures)
    where, moment = place(plain, areas, home), when(plain, said_at, zone)
    hazard, words = _hazard(plain)
    made = Reading(
        _stage(plain, figures), _kind(plain, figures), hazard, words, where.area or areas.nodes.get(home or 0),
        where, moment, figures, next(iter(NUMBER.findall(plain.upper())), ""),
    )  # fmt: skip
    made.asks = [
        *_asks(made, plain, areas, home),
        *(_unplaced(one.said, one.kind, typed) for one, typed in found.unplaced),
    ]
    made.asks += doubts(made.values)
    return made


def clauses(plain: str, typed: str) -> list[tuple[str, str]]:
    """Both forms have the same length, so that a clause is shown as it was typed."""
    made, at = [], 0
    for cut in [*CUT.finditer(plain), None]:
        end = cut.start() if cut else len(plain)
        if plain[at:end].strip():
            made.append((re.sub(r"\s+", "", chinese(NAMED.sub(" ", plain[at:end]))), typed[at:end].strip()))
        at = cut.end() if cut else end
    return made


def _once(figures: list[Figure]) -> list[Figure]:
    """Of one name the last that has a value (不是两间，是三间); beasts and fields of several kinds are added up."""
    kept: dict[str, Figure] = {}
    for one in figures:
        old = kept.get(one.name)
        if old is not None and old.value is not None and one.value is not None and one.name.endswith(ADDED):
            words = one.words if one.words == old.words else f"{old.words}，{one.words}"
            total = round(old.value + one.value, 4)
            kept[one.name] = Figure(one.name, total, words, f"{old.said}、{one.said}", old.rough or one.rough)
        elif old is None or one.value is not None:
            kept[one.name] = one
    return list(kept.values())


def _stage(text: str, figures: list[Figure]) -> Stage:
    """无新增 is a 零报告 where that is all; 续报 无新增伤亡，转移三户 is none."""
    if NOTHING_NEW.fullmatch(text) and not any(one.value for one in figures):
        return Stage.zero
    return next((stage for stage, words in STAGES if any(word in text for word in words)), Stage.first)


def _hazard(text: str) -> tuple[str, str]:
    """Our own words first: villagers say 垮坡 and not 滑坡."""
    hits = [(text.find(word), one, word) for one in meanings() if one.code for word in one.words if word in text]
    if hits:
        _, one, word = min(hits, key=lambda hit: (hit[0], -len(hit[2])))
        return one.code, word
    found = mention(text)
    return (found[0].code, text[found[1] : found[2]]) if found and not found[0].group else ("", "")


def _kind(text: str, figures: list[Figure]) -> Kind:
    kinds = [one.kind for one in meanings() if not one.code and any(word in text for word in one.words)]
    if "accident" in kinds:
        return Kind.accident
    if _stage(text, figures) is Stage.zero:
        return Kind.disaster
    if any(one.value != 0 and any(word in one.name for word in LOST) for one in figures):
        return Kind.disaster
    return Kind.danger if "danger" in kinds else Kind.disaster


def _asks(made: Reading, text: str, areas: Tree, home: int | None) -> list[str]:
    asks = []
    own = areas.nodes.get(home or 0)
    if made.place.unknown:
        area = made.area.name if made.area else "本县"
        asks.append(ask("unknown_place", words=made.place.unknown, area=area))
    elif made.place.area and own and not _related(made.place.area, own, areas):
        asks.append(ask("another_place", own=own.name, area=made.place.area.name))
    if made.when.future:
        asks.append(ask("future", words=made.when.words))
    asks += [
        ask("how_many", said=one.said, unit=indicators()[one.name].unit)
        for one in made.figures
        if one.value is None and one.said
    ]
    asks += [ask("rough", said=one.said, known=one.said) for one in made.figures if one.rough]
    if light := next((word for word in LIGHT if word in text), ""):
        asks.append(ask("light", word=light))
    return list(dict.fromkeys(asks))


def _related(one: Node, other: Node, areas: Tree) -> bool:
    ids = {node.id for node in areas.up(other.id)}
    return one.id in ids or other.id in {node.id for node in areas.up(one.id)}


def _unplaced(said: str, kind: str, typed: str) -> str:
    forms = {"人": "what_of_people", "户": "what_of_homes", "地": "what_of_land"}
    return ask(forms.get(kind, "what_of_houses"), words=typed, said=said)
