"""Charts for pages: a Vega-Lite specification becomes an SVG that stands within a page, in the page's own ink."""

from typing import Any
from xml.etree import ElementTree as Xml

SVG = "http://www.w3.org/2000/svg"
INK = {"#000", "#000000", "black", "#4c78a8", "#888"}  # the library's own colours
FONT = "Noto Sans CJK SC"


def bars(
    title: str, said: str, rows: list[tuple[str, float]], *, unit: str = "", most: float | None = None
) -> dict[str, Any]:
    """Lying bars with their names before and their numbers behind them, readable in grey and on a phone. `title` and
    `said` are read out; `most` is where the scale ends, such as 100 for per cent."""
    values = [{"name": name, "value": value, "said": f"{value:g}{unit}"} for name, value in rows]
    order: dict[str, Any] = {"field": "name", "type": "nominal", "sort": None}
    end: dict[str, Any] = {"domain": [0, most]} if most else {"zero": True}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "usermeta": {"title": title, "said": said},
        "width": 170,
        "height": {"step": 26},
        "padding": {"left": 0, "top": 2, "bottom": 2, "right": 40},
        "autosize": {"type": "pad"},
        "data": {"values": values},
        "encoding": {
            "y": {
                **order,
                "axis": {"title": None, "ticks": False, "labelFontSize": 13, "labelLimit": 130, "domain": True},
            },
            "x": {"field": "value", "type": "quantitative", "axis": None, "scale": {**end, "nice": False}},
        },
        "layer": [
            {"mark": {"type": "bar", "height": 14}},
            {
                "mark": {"type": "text", "align": "left", "dx": 5, "fontSize": 13},
                "encoding": {"text": {"field": "said", "type": "nominal"}},
            },
        ],
        "config": {"background": None, "font": FONT, "view": {"stroke": None}},
    }


def charts(specs: list[dict[str, Any]]) -> list[str]:
    """Their SVGs. The first takes half a second, each other 50 ms, and no other thread runs: see bot.press."""
    import vl_convert

    from bot.papers import fonts

    vl_convert.register_font_directory(str(fonts()))
    return [_own(vl_convert.vegalite_to_svg(spec), **spec["usermeta"]) for spec in specs]


def _own(svg: str, title: str, said: str) -> str:
    """In the page's ink and width, with its words for who cannot see it, and without the library's English ones."""
    Xml.register_namespace("", SVG)
    root = Xml.fromstring(svg)  # noqa: S314 - our own chart
    for node in root.iter():
        for name in [n for n in node.attrib if n.startswith("aria-") or n in {"role", "class", "pointer-events"}]:
            del node.attrib[name]
        for name in ("fill", "stroke"):
            if node.get(name) in INK:
                node.set(name, "currentColor")
                if node.tag == f"{{{SVG}}}path":
                    node.set("class", "bar")
        if node.get("font-family"):
            del node.attrib["font-family"]
    for name in ("width", "height"):
        root.attrib.pop(name, None)
    root.set("role", "img")
    for place, (tag, text) in enumerate((("title", title), ("desc", said))):
        made = Xml.Element(f"{{{SVG}}}{tag}")
        made.text = text
        root.insert(place, made)
    return Xml.tostring(root, encoding="unicode")
