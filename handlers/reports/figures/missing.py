"""What a report still lacks, and how it is said: a receipt names it, the form or a dialogue asks it."""

from collections.abc import Mapping
from typing import Any

from broadcasts.dispatch.texts.render import CHINESE, wording
from broadcasts.hazards.catalogue import hazard
from handlers.reports.figures.asks import FILE, called, told
from handlers.reports.figures.indicators import indicators
from handlers.reports.figures.relations import plain
from handlers.reports.models import Kind, Report, Stage

WANTED = {
    Kind.disaster: ("words", "place", "casualties", "evacuated", "houses", "crops"),
    Kind.danger: ("words", "place", "casualties"),
    Kind.accident: ("words", "place", "casualties"),
}
ANSWERS = {  # by which figures a question is answered
    "casualties": ("因灾死亡人口", "因灾失踪人口", "因灾受伤人口"),
    "evacuated": ("紧急避险转移人口", "紧急转移安置人口(累计值)", "转移户数"),
    "houses": ("倒塌房屋间数", "严重损坏房屋间数", "一般损坏房屋间数", "进水房屋间数", "倒塌住房户数", "进水户数"),
    "crops": ("农作物受灾面积", "农作物成灾面积", "农作物绝收面积", "水产养殖受灾面积", "林地受灾面积"),
}
UNITS = {"casualties": "人", "evacuated": "人", "houses": "间", "crops": "亩"}
TOLD = 6  # figures that a receipt repeats


def missing(report: Report) -> list[str]:
    """Names of what is not known, in the order in which it is asked."""
    if report.stage is Stage.zero:
        return []
    return [name for name in WANTED[report.kind] if _lacks(report, name)]


def understood(report: Report, language: str = CHINESE) -> list[str]:
    """滑坡, 倒塌房屋 2 间, 农作物受灾 1 公顷（15亩）: what a receipt repeats."""
    hazards = wording(FILE, "HAZARDS", language)
    danger = [hazards.get(report.hazard, hazard(report.hazard).name)] if report.hazard else []
    said = [figure(name, one, language) for name, one in report.values.items() if not name.startswith("其中：粮食")]
    more = [told("more", language, number=str(len(said)))] if len(said) > TOLD else []
    return [*danger, *said[:TOLD], *more]


def figure(name: str, one: Mapping[str, Any], language: str = CHINESE) -> str:
    """倒塌房屋间数 2 间. A converted one with what was said: 1 公顷（15亩）."""
    known = indicators().get(name)
    title = known.short if known else name
    if one["value"] is None:
        return told("unsaid", language, name=title) if one.get("said") else called(title.removesuffix("处数"), language)
    said = str(one.get("said") or "")
    converted = said and one["unit"] in {"公顷", "千米", "万元"} and not said.endswith(one["unit"])
    facts = {"name": title, "value": plain(one["value"]), "unit": one["unit"]}
    return told("converted", language, **facts, said=said) if converted else told("counted", language, **facts)


def _lacks(report: Report, name: str) -> bool:
    if name == "words":
        return not report.words.strip()
    if name == "place":
        return not report.group and not report.place and report.lon is None
    return not any(figure in report.values for figure in ANSWERS[name])
