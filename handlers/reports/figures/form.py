"""The form of a report: which figures it asks, what was typed into it, and how that becomes values. Pure; the H5 form,
the desk's and a follow-up share it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.directory.tree import Tree
from handlers.reports.figures.indicators import indicators
from handlers.reports.figures.relations import doubts, plain
from handlers.reports.models import Report
from handlers.reports.reading.amounts import amounts
from handlers.reports.reading.numbers import number

ASKED = (  # (heading, [(figure, unit in which villages count)])
    ("人", (("因灾死亡人口", "人"), ("因灾失踪人口", "人"), ("因灾受伤人口", "人"), ("受灾人口", "人"))),
    ("转移", (("转移户数", "户"), ("紧急避险转移人口", "人"), ("紧急转移安置人口(累计值)", "人"))),
    ("房屋", (("倒塌房屋间数", "间"), ("其中：倒塌住房间数", "间"), ("倒塌住房户数", "户"), ("严重损坏房屋间数", "间"),
              ("一般损坏房屋间数", "间"), ("进水户数", "户"))),
    ("庄稼", (("农作物受灾面积", "亩"), ("农作物成灾面积", "亩"), ("农作物绝收面积", "亩"))),
    ("其他", (("因灾死亡牲畜", "头只"), ("受损公路长度", "千米"), ("道路中断处数", "处"), ("直接经济损失", "万元"))),
)  # fmt: skip
MU = 1 / 15  # 公顷
KEYS = {name: f"f{n}" for n, (name, _) in enumerate(pair for _, pairs in ASKED for pair in pairs)}
UNITS = {name: unit for _, pairs in ASKED for name, unit in pairs}
PHOTO = ("photo_at", "photo_lon", "photo_lat")  # what a picture tells, until it is taken over or let go
LONGEST = {"words": 2000, "group": 24, "place": 120, "happened": 16, "comment": 255}
FUTURE = timedelta(minutes=10)


@dataclass
class Sent:
    """What was typed, and what it means. `wrong` names each field that has to be looked at, with the mend."""

    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)
    happened_at: datetime | None = None
    area_id: int | None = None


def typed(form: Mapping[str, Any]) -> dict[str, str]:
    """The fields as they came, cut to what a field holds: the draft. Files and unknown fields are not taken."""
    known = {**LONGEST, "area": 12, "photo": 1}
    texts = {name: str(form[name])[:most] for name, most in known.items() if isinstance(form.get(name), str)}
    return texts | {key: str(form[key])[:24] for key in KEYS.values() if isinstance(form.get(key), str)}


def filled(report: Report, zone: ZoneInfo) -> dict[str, str]:
    """The form as it opens: the draft, else what the report says; areas in 亩."""
    shown = {
        "words": report.words, "group": report.group, "place": report.place, "area": str(report.area_id),
        "happened": report.happened_at.astimezone(zone).strftime("%Y-%m-%dT%H:%M") if report.happened_at else "",
    }  # fmt: skip
    for name, key in KEYS.items():
        one = report.values.get(name)
        known = one is not None and one["value"] is not None
        shown[key] = plain(one["value"] / (MU if UNITS[name] == "亩" else 1)) if one and known else ""
        if UNITS[name] == "亩" and shown[key]:
            shown[key] = plain(round(float(shown[key]), 2))
    kept = {*shown, *PHOTO, "comment", "photo"}
    return shown | {name: str(value) for name, value in (report.draft or {}).items() if name in kept}


def sent(draft: Mapping[str, str], report: Report, areas: Tree, now: datetime, zone: ZoneInfo) -> Sent:
    """What the fields mean. A figure that nobody touched keeps its words."""
    made = Sent(values={name: one for name, one in report.values.items() if name not in KEYS})
    for name, key in KEYS.items():
        text = draft.get(key, "").strip()
        if not text:
            continue
        value = _figure(text, UNITS[name])
        if value is None:
            made.wrong[key] = f"看不懂“{text}”。请只写数字，例如 3。"
        else:
            made.values[name] = _kept(report.values.get(name), name, value, text)
    _when(made, _moment(draft), now, zone)
    _where(made, draft.get("area", ""), areas)
    if not any(draft.get(name, "").strip() for name in ("words", *KEYS.values())):
        made.wrong["words"] = "请写一句话，说出了什么事。"
    return made


def _kept(old: Mapping[str, Any] | None, name: str, value: float, text: str) -> dict[str, Any]:
    """An untouched figure keeps the words it came from."""
    unit = indicators()[name].unit
    if old is not None and old["value"] is not None and abs(old["value"] - value) < 0.001:
        return dict(old)
    return {"value": value, "unit": unit, "words": "表单填写", "said": f"{text}{UNITS[name]}"}


def _figure(text: str, unit: str) -> float | None:
    """12, 十二, 12人; of a field in 亩 also 1公顷. In the sheet's unit."""
    found = amounts(text)
    if found and found[0].said == text.replace(" ", ""):
        return found[0].value
    value = number(text.replace(" ", ""))
    return None if value is None else round(value * (MU if unit == "亩" else 1), 4)


def _when(made: Sent, text: str, now: datetime, zone: ZoneInfo) -> None:
    if not text.strip():
        return
    try:
        at = datetime.fromisoformat(text.strip()).replace(tzinfo=zone)
    except ValueError:
        made.wrong["happened"] = "看不懂这个时间。请照 2026-07-11T02:30 的样子写。"
        return
    if at > now + FUTURE:
        made.wrong["happened"] = "这个时间还没有到。请改成发生的时间；担心会发生的，写在那句话里。"
    else:
        made.happened_at = at


def _moment(draft: Mapping[str, str]) -> str:
    """As typed, else by the picture where that was ticked."""
    typed_in = draft.get("happened", "")
    return typed_in if typed_in.strip() or not draft.get("photo") else draft.get("photo_at", "")


def _where(made: Sent, text: str, areas: Tree) -> None:
    if text.isdecimal() and len(text) < 10 and int(text) in areas.nodes:
        made.area_id = int(text)


def asked(values: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What cannot be right together: asked about beside the form, never a reason to refuse it."""
    return doubts(values)
