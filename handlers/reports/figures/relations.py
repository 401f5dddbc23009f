"""What must hold between the figures of a report, said as a kind question and never as a refusal. Pure."""

from collections.abc import Mapping
from typing import Any

from handlers.reports.figures.asks import ask
from handlers.reports.figures.indicators import OF_ROOMS, PARTS, SUMS, Indicator, indicators, numbered

Values = Mapping[str, Mapping[str, Any]]
NEAR = 0.01


def doubts(values: Values) -> list[str]:
    """Every figure that cannot be right, or can hardly be, with the mend."""
    figures = {name: float(one["value"]) for name, one in values.items() if _known(name, one)}
    return [*_alone(figures), *_parts(figures), *_sums(figures)]


def falls(before: Values, now: Values) -> list[str]:
    """Cumulative figures that are smaller than in the report before: they need a written reason."""
    said = []
    for name, one in now.items():
        earlier = before.get(name)
        if earlier is None or not _known(name, earlier) or not _known(name, one):
            continue
        if "实时" not in name and float(one["value"]) < float(earlier["value"]):
            said.append(f"{name}从 {plain(earlier['value'])} 变成了 {plain(one['value'])}，少了。请写一句原因。")
    return said


def plain(value: float) -> str:
    """12, 0.67: no zeros that nobody said."""
    return f"{float(value):.4f}".rstrip("0").rstrip(".")


def _known(name: str, one: Mapping[str, Any]) -> bool:
    return name in indicators() and one["value"] is not None


def _alone(figures: Mapping[str, float]) -> list[str]:
    said = []
    for name, value in figures.items():
        one = indicators()[name]
        if value < 0:
            said.append(ask("below_zero", name=name, value=plain(value), unit=one.unit))
        elif one.whole and value != int(value):
            said.append(ask("not_whole", name=name, value=plain(value), unit=one.unit, of=one.unit))
        elif value > one.most:
            said.append(ask("too_much", name=name, value=plain(value), unit=one.unit))
    return said


def _parts(figures: Mapping[str, float]) -> list[str]:
    pairs = [(numbered(part), numbered(whole)) for part, whole in PARTS]
    rooms = [(numbered(p), numbered(w)) for p, w in OF_ROOMS if numbered(p - 1).name not in figures]
    return [_more(p, w, figures) for p, w in (*pairs, *rooms) if figures.get(p.name, -1e18) > figures.get(w.name, 1e18)]


def _more(part: Indicator, whole: Indicator, figures: Mapping[str, float]) -> str:
    mine, theirs = f"{plain(figures[part.name])} {part.unit}", f"{plain(figures[whole.name])} {whole.unit}"
    form = "rooms" if part.unit == "户" and whole.unit == "间" else "more_than_whole"
    return ask(form, part=part.short, mine=mine, whole=whole.short, theirs=theirs)


def _sums(figures: Mapping[str, float]) -> list[str]:
    said = []
    for whole, parts in SUMS:
        names = [numbered(part).name for part in parts]
        whole_name = numbered(whole).name
        if whole_name not in figures or any(name not in figures for name in names):
            continue
        total = sum(figures[name] for name in names)
        if abs(total - figures[whole_name]) > NEAR:
            said.append(ask("sums", name=whole_name, value=plain(figures[whole_name]), total=plain(total)))
    return said
