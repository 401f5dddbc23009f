"""Finds the words for places in a warning's text: names that the caller knows, else what looks like one."""

import re
from collections.abc import Collection, Iterator

Span = tuple[int, int]
WHOLE = re.compile(r"[全我本](?:省|市|县|区|旗|州|镇|乡)")
PLACE = re.compile(r"[\u4e00-\u9fff]{2,8}?(?:自治州|自治县|街道|苏木|社区|[省市县区旗镇乡村])")
LIST = re.compile(r"(?:[\u4e00-\u9fff]{2,8}、)+[\u4e00-\u9fff]{2,4}(?=等(?:\d+个)?(?:乡镇|镇|乡|街道|村|地))")
NOISE = re.compile(
    r"(?:预计|预报|未来|过去|目前|现在|今天|今晚|今夜|明天|小时|以来|内|其中|以及|包括|和|及|与|请|的|在|对|日|时|分|白天|夜间|"
    r"截至|受.{0,8}影响|我[省市县区]|全[省市县区]|局地|影响|涉及|范围为|区域为|范围|区域)+"
)
COMMON = re.compile(
    r"地区|山区|城区|市区|灾区|林区|景区|库区|小区|园区|辖区|牧区|雨区|街区|矿区|易发区|危险区|隐患区|区域|"
    r"乡镇|村镇|集镇|城镇|农村|市县|县区|乡村|各[省市县区旗镇乡村]|部分.*|等[省市县区旗镇乡村]"
)


def places(text: str, known: Collection[str] = ()) -> tuple[tuple[str, int, int], ...]:
    """Each place once, with the span of its first mention. Where any of the `known` names occurs, only those count."""
    spans = list(_known(text, known)) or sorted({*_listed(text), *_looking(text)})
    seen: dict[str, Span] = {}
    for start, end in spans:
        seen.setdefault(text[start:end], (start, end))
    return tuple((name, *span) for name, span in seen.items())


def _known(text: str, names: Collection[str]) -> Iterator[Span]:
    """Longest name first at each place, so that 柳湾村 is not taken for 柳湾."""
    longest = sorted(filter(None, names), key=len, reverse=True)
    if longest:
        yield from (match.span() for match in re.finditer("|".join(map(re.escape, longest)), text))


def _listed(text: str) -> Iterator[Span]:
    """柳湾、石桥、青龙等乡镇: names that leave their 镇 out."""
    for match in LIST.finditer(text):
        at = match.start()
        for name in match[0].split("、"):
            yield from _trimmed(text, at, at + len(name))
            at += len(name) + 1


def _looking(text: str) -> Iterator[Span]:
    yield from (match.span() for match in WHOLE.finditer(text))
    for match in PLACE.finditer(text):
        yield from _trimmed(text, *match.span())


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    noise = NOISE.match(text, start, end)
    start = noise.end() if noise else start
    if end - start >= 2 and not COMMON.search(text, start, end) and not WHOLE.match(text, start, end):
        yield start, end
