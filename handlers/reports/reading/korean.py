"""What is said in Korean, in the words that our tables know: numbers with their units, and the words of korean.csv, the
longest first. What stays Korean counts nothing, and the sentence is kept as it was said. Pure."""

import csv
import re
import unicodedata
from functools import cache
from importlib.resources import files

HANGUL = re.compile(r"[\uac00-\ud7a3]")
UNITS = {
    **{"사람": "人", "명": "人", "분이": "人", "가구": "户", "세대": "户", "집": "户", "호": "户"},
    **{
        "채": "栋",
        "동": "栋",
        "칸": "间",
        "간": "间",
        "무": "亩",
        "헥타르": "公顷",
        "마리": "头",
        "군데": "处",
        "곳": "处",
    },
    **{"킬로미터": "公里", "킬로": "公里", "키로": "公里", "미터": "米", "만원": "万元", "만 원": "万元", "원": "元"},
    **{"시간": "小时", "시": "点", "분": "分钟", "조": "组", "개": "个", "대": "台", "월": "月", "일": "日"},
}
UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
SINO = dict(zip("일이삼사오육칠팔구십백천만", "一二三四五六七八九十百千万", strict=True))
TENS = {
    **{"열": 10, "스물": 20, "스무": 20, "서른": 30, "마흔": 40},
    **{"쉰": 50, "예순": 60, "일흔": 70, "여든": 80, "아흔": 90},
}
ONES = {
    **{"한": 1, "두": 2, "세": 3, "서": 3, "네": 4, "넉": 4},
    **{"다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9},
}
TEN, ONE = "|".join(TENS), "|".join(sorted(ONES, key=len, reverse=True))
BEFORE = rf"\s*(?=(?:{UNIT})(?![가-힣]{{3}}))"  # a unit, and no longer word that begins like one
COUNTED = re.compile(rf"([0-9][0-9,.]*)\s*(여|餘)?\s*({UNIT})(\s*전(?![가-힣]))?")
NATIVE = re.compile(rf"(?<![가-힣0-9])({TEN})?({ONE})?{BEFORE}")
SINOKOREAN = re.compile(rf"(?<![가-힣])([{''.join(SINO)}]+){BEFORE}")
ABOUT = re.compile(r"(?:약|대략|한)\s*([0-9][0-9,.]*)")
SOME = re.compile(rf"(?:몇|여러)\s*(?:십|백)?\s*({UNIT})")
TENS_OF = re.compile(rf"수(십|백)\s*({UNIT})")
SPELLED = re.compile(rf"((?:左右|[{''.join(SINO.values())}]))\s*({UNIT})")
ENDING = re.compile(r"(?<=[\u4e00-\u9fff])[\uac00-\ud7a3]+")  # what a word is bent by


def chinese(text: str) -> str:
    """As it is where there is nothing Korean in it."""
    if not HANGUL.search(text):
        return text
    said = unicodedata.normalize("NFC", text)
    said = NATIVE.sub(_native, said)
    said = SINOKOREAN.sub(lambda found: "".join(SINO[c] for c in found[1]), said)
    said = TENS_OF.sub(lambda found: f"数{SINO[found[1]]}{UNITS[found[2]]}", said)
    said = SOME.sub(lambda found: f"几{UNITS[found[1]]}", said)
    said = ABOUT.sub(r"\g<1>左右", said)
    said = COUNTED.sub(_counted, said)
    said = SPELLED.sub(lambda found: f"{found[1]}{UNITS[found[2]]}", said)
    for korean, word in words():
        said = korean.sub(word, said)
    return ENDING.sub("", said)


def _native(found: re.Match[str]) -> str:
    value = TENS.get(found[1] or "", 0) + ONES.get(found[2] or "", 0)
    return str(value) if value else found[0]


def _counted(found: re.Match[str]) -> str:
    rough, before = "余" if found[2] else "", "前" if found[4] else ""
    return f"{found[1]}{rough}{UNITS[found[3]]}{before}"


@cache
def words() -> tuple[tuple[re.Pattern[str], str], ...]:
    """In the file's order: idioms first. A space stands for any space, or none."""
    text = (files("handlers.reports.reading") / "korean.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple((re.compile(row["korean"].replace(" ", r"\s*")), row["chinese"]) for row in rows)
